/** The host makes the same request of a call as an isolate does by itself, whatever values the code gives. */
import { describe, expect, it } from "vitest";
import { hostWriter } from "../../src/sandbox/guest/client/host-writer.ts";
import type { Asked, Writer } from "../../src/sandbox/guest/client/writer.ts";
import { apiHeader, askedHeader } from "../../src/request/refusal.ts";
import { writerOf } from "../../src/sandbox/guest/client/writing.ts";
import { hostWriting } from "../../src/sandbox/writer.ts";
import { signatureIn } from "../../src/spec/read/signature.ts";
import { plainCatalog } from "../setup/plain-catalog.ts";

const any = { schema: {} };
const object = { schema: { type: "object", properties: { day: { type: "string", format: "date" } } } };
const content: Record<string, unknown> = {
  json: { "application/json": object },
  form: { "application/x-www-form-urlencoded": any },
  multipart: { "multipart/form-data": any },
  bytes: { "application/octet-stream": any },
  lines: { "application/x-ndjson": any },
  all: { "application/json": any, "multipart/form-data": any, "text/plain": any, "*/*": any },
};
const parameters = [
  { name: "id", in: "path", required: true, schema: {} },
  { name: "q", in: "query", schema: {} },
  { name: "since", in: "query", schema: { type: "string", format: "date" } },
  { name: "filter", in: "query", style: "deepObject", explode: true, schema: { type: "object" } },
  { name: "X-One", in: "header", schema: {} },
];
const catalog = plainCatalog({
  servers: [{ url: "https://api.test/v1" }],
  paths: {
    "/things/{id}": { get: { operationId: "one", parameters, responses: {} } },
    "/things": { get: { operationId: "list", responses: {} } },
    ...Object.fromEntries(
      Object.entries(content).map(([name, types]) => [
        `/${name}`,
        { post: { operationId: name, requestBody: { content: types }, responses: {} } },
      ]),
    ),
  },
});
const config = { api: "test", signed: [] };

class Own {
  a = 1;
  nested = { when: new Date(0), of: [1n] };
}
class Shown {
  #hidden = 7;
  toJSON() {
    return { shown: this.#hidden, at: new Date(5) };
  }
}
const formData = () => {
  const form = new FormData();
  form.append("a", "1");
  form.append("a", "2");
  form.append("file", new File(["content"], "name.txt", { type: "text/plain" }));
  return form;
};

/** Made anew for each writer: a stream is read once. */
const values: Record<string, () => unknown> = {
  nothing: () => undefined,
  null: () => null,
  text: () => "a / ü \ud800 \u2028",
  "an empty text": () => "",
  "text of JSON": () => '{"a":1}',
  number: () => -1.5e-7,
  "minus zero": () => -0,
  "not a number": () => Number.NaN,
  infinity: () => -Infinity,
  "a large integer": () => 12345678901234567890123n,
  boolean: () => false,
  "a function": () => () => 1,
  "a symbol": () => Symbol("x"),
  "a promise": () => Promise.resolve(1),
  "an answer": () => new Response("x"),
  "an error": () => new Error("x"),
  "an address": () => new URL("https://a.test/?b=c"),
  "a date": () => new Date(1_700_000_000_000),
  "no date": () => new Date("x"),
  "a map": () => new Map([["a", 1n]]),
  "a set": () => new Set([1, "2"]),
  "a list": () => [1, undefined, null, ["2"], { a: undefined }],
  // oxlint-disable-next-line no-sparse-arrays -- code may hold one
  "a list with a hole": () => [1, , 2],
  "an object": () => ({ a: 1, day: new Date(0), b: { c: ["d", 2n] }, nothing: undefined }),
  "an object without a prototype": () => Object.assign(Object.create(null) as object, { a: 1 }),
  "an object of the mark": () => ({ $: ["bigint", "5"], a: { $: 1n } }),
  "an object of the mark alone": () => ({ $: ["function"] }),
  "an object of __proto__": () => JSON.parse('{"__proto__":{"a":1},"b":{"$":1}}') as unknown,
  "an object that says what it is in JSON": () => ({ a: 1, toJSON: () => 5 }),
  "an object of a class": () => new Own(),
  "an object of a class with toJSON": () => new Shown(),
  "raw JSON": () => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("12345678901234567890"),
  "a boxed text": () => Object("boxed") as unknown,
  parameters: () => new URLSearchParams("a=1&a=2&b=ü"),
  headers: () => new Headers({ "X-One": "1" }),
  "a form": formData,
  bytes: () => Uint8Array.of(1, 2, 255),
  "a part of a buffer": () => new Uint16Array(Uint8Array.of(1, 2, 3, 4, 5, 6).buffer, 2, 1),
  "a buffer": () => Uint8Array.of(9, 8).buffer,
  "a blob": () => new Blob(["{}"], { type: "application/json" }),
  "a file": () => new File(["x"], "ü.bin", { type: "image/png" }),
  "a stream": () => new Response("streamed").body,
  "a file in words": () => ({ filename: "a.csv", content: "a,b", contentType: "text/csv" }),
  "a file in bytes": () => ({ filename: "a.bin", content: Uint8Array.of(0, 1), contentType: "image/gif" }),
  "files among others": () => ({ name: "n", files: [new Blob(["1"]), new File(["2"], "two")], n: 1n }),
  "bytes in JSON": () => ({ data: Uint8Array.of(1, 2, 3), twice: new Blob(["x"]) }),
};

/** Where a value stands in a call. */
const places: Record<string, (value: () => unknown) => Pick<Asked, "method" | "target" | "args">> = {
  path: (value) => ({ method: undefined, target: "one", args: { path: { id: value() } } }),
  query: (value) => ({
    method: "get",
    target: "/things/1?q=2",
    args: { query: { q: value(), since: value() } },
  }),
  "a deep query": (value) => ({ method: "get", target: "/things/1", args: { query: { filter: value() } } }),
  header: (value) => ({ method: "get", target: "/things/1", args: { headers: { "X-One": value() } } }),
  cookie: (value) => ({ method: "get", target: "/things/1", args: { cookies: { c: value() } } }),
  "a group": (value) => ({ method: "get", target: "/things/1", args: { query: value(), headers: value() } }),
  arguments: (value) => ({ method: "get", target: "/things/1", args: value() }),
  "a path of the code": (value) => ({ method: "get", target: value(), args: {} }),
  "an id": (value) => ({ method: undefined, target: value(), args: {} }),
  "a content type": (value) => ({
    method: "post",
    target: "/all",
    args: { body: "x", contentType: value() },
  }),
  ...Object.fromEntries(
    Object.keys(content).flatMap((name) => [
      [
        `the body ${name}`,
        (value: () => unknown) => ({ method: "post", target: `/${name}`, args: { body: value() } }),
      ],
      [
        `a member of the body ${name}`,
        (value: () => unknown) => ({
          method: "post",
          target: `/${name}`,
          args: { body: { m: value(), l: [value()] } },
        }),
      ],
    ]),
  ),
};

const hostFor = (maxCalls = 10_000) =>
  hostWriting([{ name: "test", client: config, open: async () => catalog }], maxCalls);

/** An isolate hands the call over, and the host makes the request. */
function writerBy(host: ReturnType<typeof hostFor>): Writer {
  return {
    async write(asked) {
      const handed = await hostWriter("test").write(asked);
      if (handed.failure) return handed;
      const given = new Request(handed.url, { ...handed.init, duplex: "half" } as RequestInit);
      const written = await host.write(given, asked.hasSent);
      if (written.failure) return written;
      const { url, method, headers, body } = written.request;
      const { id, access, more } = written.called(new Response(null, { status: 404 }));
      return {
        url,
        init: {
          method,
          headers: [...headers],
          ...(body && { body: new Uint8Array(await new Response(body as BodyInit).arrayBuffer()) }),
        },
        operation: { id, access, path: more!.path },
      };
    },
  };
}

const here = writerOf(catalog, config, {
  signature: (operation, members) => signatureIn(operation, catalog, config, members),
});
const there = writerBy(hostFor());

/** What a writer made of a call, in plain values. */
async function madeBy(writer: Writer, asked: Asked): Promise<unknown> {
  let written;
  try {
    written = await writer.write(asked);
  } catch (error) {
    return String(error);
  }
  if (written.failure) return written.failure;
  const { url, init, operation } = written;
  const request = new Request(url, { ...init, duplex: "half" } as RequestInit);
  const boundary = /isogate-[\da-f-]{36}/g;
  return {
    url: request.url,
    operation,
    method: request.method,
    headers: JSON.stringify([...request.headers]).replaceAll(boundary, "boundary"),
    body: Buffer.from(await request.arrayBuffer())
      .toString("latin1")
      .replaceAll(boundary, "boundary"),
  };
}

describe.each(Object.entries(places))("%s", (_place, callOf) => {
  it.each(Object.entries(values))("of %s", async (_name, make) => {
    const asked = () => ({ ...callOf(make), account: "work", hasSent: true });
    expect(await madeBy(there, asked())).toEqual(await madeBy(here, asked()));
  });
});

const inItself: Record<string, unknown> = { a: 1 };
inItself["self"] = inItself;

it.each([
  ["an object in itself", inItself],
  ["an integer of thousands of digits", 10n ** 5_000n],
])("refuses %s before it is handed over", async (_what, value) => {
  const asked = {
    method: "post",
    target: "/json",
    args: { body: { value } },
    account: undefined,
    hasSent: true,
  };
  expect((await there.write(asked)).failure).toMatchObject({ kind: "bad-arguments", operation: "json" });
});

describe("what no client hands over", () => {
  const host = hostFor();
  const call = (asked: string, body?: BodyInit, api = "test") => {
    const headers = { [apiHeader]: api, [askedHeader]: asked };
    return host.write(
      new Request("https://any.test", { method: "POST", headers, ...(body && { body }) }),
      false,
    );
  };

  it.each<[string, () => Promise<unknown>]>([
    ["another API", async () => call("{}", undefined, "other")],
    ["no lengths", async () => call("all of it", "{}")],
    ["lengths of more than there is", async () => call("2,1", "{}")],
    ["lengths of less than there is", async () => call("2", "{}1")],
    ["a negative length", async () => call("3,-1", "{}")],
    ["nothing", async () => call("")],
    ["no JSON", async () => call("{")],
    ["an unknown kind", async () => call('{"args":{"$":["constructor"]}}')],
    ["content that is not there", async () => call('{"args":{"body":{"$":["buffer",3]}}}')],
    ["a method that is no text", async () => call('{"method":["get"],"target":"/things"}')],
    ["nesting without end", async () => call(`{"target":${'{"$":["object",[["a",'.repeat(50_000)}1`)],
  ])("refuses %s", async (_what, given) => {
    await expect(given()).rejects.toThrow();
  });

  it("is not more than a run may send", async () => {
    const long = JSON.stringify({ method: "get", target: "/things", args: {}, more: "x".repeat(20e6) });
    const results = [];
    for (let turn = 0; turn < 8; turn++) results.push((await call(String(long.length), long)).failure?.kind);
    expect(results.at(0)).toBeUndefined();
    expect(results.at(-1)).toBe("limit-reached");
  });
});

it("makes no more requests than a run may send", async () => {
  const own = writerBy(hostFor(2));
  const list = async (target: string) =>
    (await own.write({ method: "get", target, args: {}, account: undefined, hasSent: false })).failure;
  expect(await list("/things")).toBeUndefined();
  expect(await list("/nowhere")).toMatchObject({ kind: "unknown-operation" });
  expect(await list("/things")).toMatchObject({ kind: "limit-reached", limit: "requests", value: 2 });
});
