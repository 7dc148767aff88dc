/** Answers as data: by their media type in any form, in any charset, with every digit. */
import { beforeAll, expect, inject, it } from "vitest";
import { execute } from "../../../gateway/running.ts";

const octets = { requestBody: { content: { "application/octet-stream": {} } } };
const answering = (good: string[], bad: string[] = []) => ({
  get: {
    responses: {
      200: { description: "", content: Object.fromEntries(good.map((type) => [type, {}])) },
      default: { description: "", content: {} },
      ...(bad.length > 0 && { 400: { description: "", content: Object.fromEntries(bad.map((type) => [type, {}])) } }),
    },
  },
}); // prettier-ignore

/** What the operation can answer, and what is asked for. */
const accepts: [good: string[], bad: string[], want: string | undefined][] = [
  [["application/xml", "application/json"], [], "application/json"],
  [["text/csv", "application/vnd.api+json", "application/json; charset=utf-8"], [], "application/json, application/vnd.api+json"],
  [["image/png"], ["application/problem+json"], "image/png, application/problem+json;q=0.5"],
  [["application/pdf", "image/*"], [], "application/pdf, image/*"],
  [["text/csv"], [], "text/csv"],
  [["application/json", "text/event-stream"], [], "application/json, text/event-stream;q=0.5"],
  [["*/*"], [], "*/*"],
  [["text/*;q=0.5"], [], "text/*;q=0.5"],
  [["json"], ["application/json"], undefined],
  [[], [], undefined],
]; // prettier-ignore

const document = {
  openapi: "3.1.0",
  info: { title: "Answers", version: "1" },
  servers: [{ url: "/" }],
  paths: {
    "/type": {
      post: {
        operationId: "type",
        parameters: [{ name: "type", in: "query", schema: { type: "string" } }],
        ...octets,
        responses: {},
      },
    },
    ...Object.fromEntries(
      accepts.map(([good, bad], index) => [`/echo/accept${index}`, answering(good, bad)]),
    ),
  },
};

const bytes = (...given: number[]) => `new Uint8Array([${given.join()}])`;
const utf8 = (text: string) => JSON.stringify(text);
const big = "12345678901234567890";

/** The type of the answer, its body as code, and the data. */
const answers: [type: string, body: string, want: unknown][] = [
  ["text/plain; Charset=ISO-8859-1", bytes(0x5a, 0xfc), "Zü"],
  ['text/plain;charset="windows-1252"', bytes(0x80), "€"],
  ["text/csv; charset=Shift_JIS", bytes(0x93, 0xfa, 0x96, 0x7b), "日本"],
  ["text/plain; charset=utf-16", bytes(0xff, 0xfe, 0x41, 0x00), "A"],
  ["text/plain; charset=utf-16", bytes(0xfe, 0xff, 0x00, 0x41), "A"],
  ["application/json; charset=utf-16le", bytes(0x5b, 0x00, 0x5d, 0x00), []],
  ["application/json", bytes(0xef, 0xbb, 0xbf, 0x5b, 0x5d), []],
  ["application/x-ndjson; charset=iso-8859-1", bytes(0x22, 0xfc, 0x22, 0x0a), ["ü"]],
  ["application/xml", `new Uint8Array([...'<?xml version="1.0" encoding="ISO-8859-1"?><a>'].map((c) => c.charCodeAt(0)).concat(0xfc))`, '<?xml version="1.0" encoding="ISO-8859-1"?><a>ü'],
  ["text/plain; charset=no-such", utf8("ü"), "ü"],
  ["text/plain; charset=no-such", bytes(0xfc, 0x41), "[attachment 1: text/plain, 2 bytes]"],
  ["text/plain; charset='iso-8859-1'", bytes(0xfc), "ü"],
  ["text/plain; charset=gb18030", bytes(0xd6, 0xd0, 0x94, 0x39, 0xfc, 0x36), "中😀"],
  ["text/plain; charset=GBK", bytes(0xd6, 0xd0), "中"],
  ["text/plain; charset=big5", bytes(0xa4, 0xa4), "中"],
  ["text/csv; charset=euc-kr", bytes(0xc7, 0xd1), "한"],
  ["text/html; charset=EUC-JP", bytes(0xc6, 0xfc), "日"],
  ["text/plain; charset=iso-2022-jp", bytes(0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42), "日"],
  ["text/plain; charset=koi8-r", bytes(0xd0), "п"],
  ["application/json; charset=Shift_JIS", bytes(0x22, 0x93, 0xfa, 0x22), "日"],
  ["application/x-ndjson; charset=euc-kr", bytes(0x22, 0xc7, 0xd1, 0x22, 0x0a), ["한"]],
  ["application/json, application/json", utf8('{"a":1}'), { a: 1 }],
  ["text/plain, application/json; charset=utf-8", utf8('{"a":1}'), { a: 1 }],
  ['APPLICATION/JSON ; charset="UTF-8"', utf8("[1]"), [1]],
  ["application/vnd.api+json;ext=\"https://x.test/a,b\"", utf8("[1]"), [1]],
  ["model/gltf+json", utf8("[1]"), [1]],
  ["image/svg+xml", utf8("<svg/>"), "<svg/>"],
  ["image/png", bytes(1, 2), "[attachment 2: image/png, 2 bytes]"],
  ["application/json", utf8(big), big],
  ["application/json", utf8(`  -${big}\n`), `-${big}`],
  ["application/json", utf8("9007199254740991"), 9007199254740991],
  ["application/json", utf8(`["${big}",${big}.5]`), [big, Number(`${big}.5`)]],
  ["application/x-ndjson", utf8(`${big}\n{"a":${big}}\n`), [big, { a: big }]],
  ["text/event-stream", utf8(`data: ${big}\n\n`), [{ data: big }]],
  ["application/json-seq", utf8(`\u001e{"a":\n1}\n\u001e${big}\n`), [{ a: 1 }, big]],
  ["application/geo+json-seq", utf8("\u001e[1]\n"), [[1]]],
  ["application/vnd.elasticsearch+x-ndjson;compatible-with=8", utf8("1\n2\n"), [1, 2]],
  ["application/json", utf8(")]}'\n[1]"), [1]],
  ["application/jwt", utf8("a.b.c"), "a.b.c"],
  ["message/rfc822", utf8("From: x"), "From: x"],
  ["application/n-triples", utf8("<a> <b> <c> ."), "<a> <b> <c> ."],
]; // prettier-ignore

let read: unknown[];
let asked: unknown[];
beforeAll(async () => {
  const ran = await execute(
    `const read = [];
     for (const [type, body] of [${answers.map(([type, body]) => `[${JSON.stringify(type)}, ${body}]`).join(",\n")}])
       try { read.push((await api.post("/type", { query: { type }, body: new Blob([body]) })).data); } catch (error) { read.push(error.message); }
     const asked = [];
     for (let index = 0; index < ${accepts.length}; index += 1)
       asked.push((await api.get("/echo/accept" + index)).data.headers.accept ?? null);
     asked.push((await api.get("/echo/accept0", { headers: { Accept: "text/html" } })).data.headers.accept);
     return { read, asked, raw: await fetch(${JSON.stringify(`${inject("upstream")}/type?type=application/json&text=${big}`)}, { method: "POST" }) };`,
    { document, file: { server: inject("upstream") } },
  );
  expect(ran.failure).toBeUndefined();
  const value = ran.value as { read: unknown[]; asked: unknown[]; raw: unknown };
  read = value.read;
  asked = value.asked;
  expect(JSON.stringify(value.raw)).toContain(`"${big}"`);
});

it.each(answers.map(([type, body, want], index) => [`${type}: ${body}`, index, want] as const))(
  "reads %s",
  (_name, index, want) => expect(read[index]).toEqual(want),
);

it.each(accepts.map(([good, bad, want], index) => [good.concat(bad).join(" | "), index, want] as const))(
  "asks for what an operation can answer: %s",
  (_name, index, want) => expect(asked[index]).toBe(want ?? asked[accepts.length - 1]),
);

it("asks for what the code asks for", () => {
  expect(asked.at(-1)).toBe("text/html");
});
