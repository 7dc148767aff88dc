/**
 * Input that is made to keep the host busy takes nobody else's time: a server of its own, with a second client beside.
 * What code, a body, an answer or a result can be like is one table; each row says how long that client waits.
 */
import type { Client } from "@modelcontextprotocol/client";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { descendantsOf, usageOf } from "../../src/cli/supervisor/processes.ts";
import { loadDocument } from "../../src/spec/load/load-document.ts";
import { connect, logIn } from "../setup/connect.ts";
import { snippetFiles } from "../check/fixture/sources.ts";
import { startSupervised, type Started } from "./supervisor/started.ts";
import { readReply } from "../setup/read-reply.ts";

/** On a machine that needs `referenceMs` for the reference work; one that needs longer has as much longer. */
const maxWaitMs = 1_000;
const referenceMs = 100;
/** How often the second client calls while an input is under way, at least, and how long it pauses: it is a calm one. */
const minSamples = 3;
const pauseMs = 250;

const token = "hostile-input-token";
let upstream: Server;
let answer: () => Answer = () => ({ body: "{}" });
let api: string;
let folder: string;
let server: Started;
let hostile: Client;
let slowness = 1;
let other: Client;

interface Answer {
  status?: number;
  type?: string;
  headers?: OutgoingHttpHeaders;
  body: string | Buffer;
}

beforeAll(async () => {
  upstream = createServer((request, response) => {
    request.resume();
    const { status = 200, type = "application/json", headers = {}, body } = answer();
    // As a server sends it that wants to be cheap for itself: a thousandth of it is on the wire.
    const packed = body.length > 100_000 ? gzipSync(body) : undefined;
    const coding = packed && { "content-encoding": "gzip" };
    response.writeHead(status, { "content-type": type, ...coding, ...headers }).end(packed ?? body);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  api = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), "isogate-hostile-"));
  const document = join(folder, "github.json");
  const text = JSON.stringify(await withBearer(snippetFiles.github.source));
  await writeFile(document, text);
  slowness = Math.max(1, referenceTime(text) / referenceMs);
  server = await startSupervised({ url: api, token, document }, {});
  const url = new URL("/mcp", server.origin);
  const login = await logIn(url, ["demo:read", "demo:write"]);
  [hostile, other] = await Promise.all([connect(url, login, "auto"), connect(url, login, "legacy")]);
  await trivial();
}, 120_000);
afterAll(async () => {
  await Promise.all([hostile?.close(), other?.close()]);
  await server?.stop();
  upstream.close();
  await rm(folder, { recursive: true, force: true });
});

/** How long this machine computes to read and write the document, in milliseconds: the least of several times. */
function referenceTime(text: string): number {
  const times = Array.from({ length: 6 }, () => {
    const before = process.threadCpuUsage();
    JSON.stringify(JSON.parse(text));
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

/** A large document that does not say how its API is signed in to, with a scheme: requests without a credential do not leave. */
async function withBearer(source: string): Promise<object> {
  const { files, url } = await loadDocument(source);
  const root = files.get(url) as { components: object };
  const securitySchemes = { bearer: { type: "http", scheme: "bearer" } };
  return { ...root, components: { ...root.components, securitySchemes }, security: [{ bearer: [] }] };
}

/** What all runtimes of the server have computed, in milliseconds. */
async function computed(): Promise<number> {
  const runtimes = (await descendantsOf(server.pid))?.filter(({ command }) =>
    command.includes("workerd serve"),
  );
  const usages = await Promise.all((runtimes ?? []).map(({ pid }) => usageOf(pid)));
  return usages.reduce((sum, usage) => sum + (typeof usage === "object" ? usage.cpuMs : 0), 0);
}

/**
 * @returns how long the call waited in milliseconds: on a machine that is busy with something else, no longer than the
 *   runtime computed meanwhile
 */
async function trivial(): Promise<number> {
  const [began, before] = [performance.now(), await computed()];
  const counted = await other.callTool({ name: "search", arguments: { code: "return 1" } });
  expect(readReply(counted).result).toBe(1);
  const [waited, spent] = [performance.now() - began, (await computed()) - before];
  // A runtime that was idle and had grown may have been replaced: it counts anew.
  return spent < 0 ? waited : Math.min(waited, spent);
}

const mega = 1024 * 1024;
const get = 'const { data } = await api.get("/user"); return typeof data';
const pages = 'return (await api.pages("/user/repos", { maxPages: 2 }).all()).length';
const filled = (text: string, bytes: number) => Buffer.alloc(bytes, text);
const post = (headers: string, body: string) =>
  `const r = await fetch("${api}/user/repos", { method: "POST", headers: ${headers}, body: ${body} }); return r.status`;

interface Row {
  what: string;
  tool?: "search";
  /** It goes on after the reply, and is asked for until it has ended. */
  background?: true;
  code: () => string;
  answer?: () => Answer;
  /** What must be in the reply, so that the row is about what it says. */
  reply: RegExp;
}

const code: Row[] = [
  {
    what: "a line of 56 slashes",
    tool: "search",
    code: () => `${"/".repeat(56)}\nreturn 1;`,
    reply: /"result":1/,
  },
  {
    what: "a body whose parts stand in it a trillion times over",
    code: () =>
      'let o = { a: 1 }; for (let n = 0; n < 40; n += 1) o = { a: o, b: o }; return await api.post("/user/repos", { body: o })',
    reply: /again and again/,
  },
  {
    what: "a body of 59,000 values that JSON does not have",
    code: () =>
      'return await api.post("/user/repos", { check: false, body: { name: "a", l: Array.from({ length: 59_000 }, (_, n) => n % 2 ? new Date(n) : BigInt(n)) } })',
    reply: /"status":200/,
  },
  {
    what: "1,000 calls of paths that do not exist, at once",
    code: () =>
      'const all = Array.from({ length: 1000 }, (_, n) => api.get("/no" + n + "/" + Date.now()).catch((error) => error.kind)); return [...new Set(await Promise.all(all))]',
    reply: /unknown-operation/,
  },
  {
    what: "2,000 paths that do not exist",
    code: () => 'api.get("/nope/of/it/a/b/c");'.repeat(2_000),
    reply: /unknown-operation/,
  },
  {
    what: "2,000 different paths that do not exist",
    code: () => Array.from({ length: 2_000 }, (_, index) => `api.get("/nope${index}/of/it/a/b/c");`).join(""),
    reply: /unknown-operation/,
  },
  {
    what: "a URL of 700 KB of words",
    code: () => `await fetch(JSON.parse('"${api}/"') + "some/words-".repeat(64_000))`,
    reply: /limit-reached/,
  },
  {
    what: "1,000 URLs of 16 KB of words",
    code: () =>
      `for (let i = 0; i < 1000; i++) await fetch(JSON.parse('"${api}/"') + i + "some/words-".repeat(1_400)).catch(() => 0)`,
    reply: /refused requests/,
  },
  {
    what: "1,000 URLs of 7,000 segments",
    code: () =>
      `for (let i = 0; i < 1000; i++) await fetch(JSON.parse('"${api}/"') + i + "/a".repeat(7_000)).catch(() => 0)`,
    reply: /refused requests/,
  },
  {
    what: "1,000 URLs with 1,500 parameters that are paths",
    code: () =>
      `const q = Array.from({ length: 1500 }, (_, n) => "a=/b/" + n).join("&"); for (let i = 0; i < 1000; i++) await fetch(JSON.parse('"${api}/user?"') + q).catch(() => 0)`,
    reply: /refused requests/,
  },
  {
    what: "100 URLs with the same path 2,000 times",
    code: () =>
      `const q = "a=/b/c&".repeat(2000); for (let i = 0; i < 100; i++) await fetch(JSON.parse('"${api}/user?"') + q + i); return "sent"`,
    reply: /"result":"sent"/,
  },
  ...[
    ["one name of a query 99,000 times", 'await api.get("/user?" + "a&".repeat(99000), form)', /"runId":"\w/],
    [
      "one name of a form 110,000 times",
      'await api.post(path, { ...form, body: new URLSearchParams(Array.from({ length: 110000 }, () => ["a", "1"])) })',
      /"runId":"\w/,
    ],
    [
      "a long name of a form for each of 4,000 values",
      'await api.post(path, { ...form, body: { ["n".repeat(1e5)]: Array.from({ length: 4000 }, () => ({ a: 1 })) } })',
      /once for each value/,
    ],
    [
      "15 MB of apostrophes in a form",
      'await api.post(path, { ...form, body: { a: "\'".repeat(15e6) } })',
      /a form has at most/,
    ],
    [
      "3.9 MB of apostrophes in a form",
      'await api.post(path, { ...form, body: { a: "\'".repeat(3.9e6) } })',
      /"runId":"\w/,
    ],
    [
      "a file name of 0.9 MB of quotes",
      'await api.post(path, { ...parts, body: { a: { filename: \'"\'.repeat(0.9e6), content: "x", contentType: "text/plain" } } })',
      /"runId":"\w/,
    ],
    [
      "0.9 MB of text in another charset",
      'await api.post(path, { ...text, body: "\u4e2d".repeat(0.9e6) })',
      /"runId":"\w/,
    ],
    [
      "15 MB of text in another charset",
      'await api.post(path, { ...text, body: "\u4e2d".repeat(15e6) })',
      /too many to be written in the charset/,
    ],
    [
      "a file name of 15 MB of quotes",
      'await api.post(path, { ...parts, body: { a: { filename: \'"\'.repeat(15e6), content: "x", contentType: "text/plain" } } })',
      /use shorter ones/,
    ],
  ].map(([what, call, reply]): Row => ({
    what: what as string,
    // The check does not see what it is called with.
    code: () =>
      `const of = (contentType) => JSON.parse(JSON.stringify({ check: false, contentType }));
const path = JSON.parse('"/user/codespaces/x/start"');
const [form, text, parts] = ["application/x-www-form-urlencoded", "text/plain; charset=gb18030", "multipart/form-data"].map(of);
return ${call as string}`,
    reply: reply as RegExp,
  })),
  ...[1_000, 4_000].map((members): Row => ({
    what: `${members} unknown members in 30 calls, each of which may be many operations`,
    code: () =>
      `const o = {${Array.from({ length: members }, (_, at) => `k${at}: 1`).join()}}; const x = state; ${Array.from({ length: 30 }, (_, at) => `await api.post(\`/\${x.a}/\${x.b${at}}${"/${x.c}".repeat(at % 6)}\`, { body: o }).catch(() => 0);`).join("")} return "done"`,
    reply: /./,
  })),
  {
    what: "900 requests at once, each with the longest query",
    code: () =>
      `const api = JSON.parse('"${api}/user?n="'); await Promise.all(Array.from({ length: 900 }, (_, n) => fetch(api + n + "&" + "a;b&".repeat(4000)).catch(() => 0))); return "sent"`,
    reply: /./,
  },
  {
    what: "1,000 URLs that are encoded again and again",
    code: () =>
      `for (let i = 0; i < 1000; i++) await fetch(JSON.parse('"${api}/"') + i + "/%" + "25".repeat(7_000) + "41").catch(() => 0)`,
    reply: /refused requests/,
  },
  ...[
    ["results that do not exist", 'recall("r" + n).catch((error) => error.message)'],
    [
      "results of long names that do not exist",
      'recall("r".repeat(1e6) + n).catch((error) => error.message.slice(0, 80))',
    ],
    ["runs in the background that do not exist", 'recall("r" + n).cancel().catch((error) => error.message)'],
    ["programs that do not exist", 'run("nope" + n).catch((error) => error.message)'],
    ["files", 'file("text", "n" + n).catch((error) => error.message)'],
  ].map(([what, one]): Row => ({
    what: `2,000 ${what}, at once`,
    code: () =>
      `const said = await Promise.all(Array.from({ length: 2000 }, (_, n) => ${one})); return said.at(-1)`,
    reply: /asks at most 1,000 times/,
  })),
  {
    what: "nested typed arrow functions",
    tool: "search",
    code: () => `x=${"((a:any):any=>".repeat(400)}1${")".repeat(400)}`,
    reply: /syntax/,
  },
  {
    what: "classes in fields of classes",
    tool: "search",
    code: () => `x=${"class{a:any=".repeat(30)}1${"}".repeat(30)}`,
    reply: /30 classes and 31 assignments/,
  },
  {
    what: "non-null assertions",
    tool: "search",
    code: () => `let z:any;${"x!.y;".repeat(25_000)}`,
    reply: /x is not defined/,
  },
];

const nesting = (depth: number) => Buffer.concat([filled("[", depth), filled("]", depth)]);
const objects = (count: number) => `[${'{"a":1},'.repeat(count)}0]`;
const names = (count: number, nameOf: (index: number) => string | number = (index) => `n${index}`) =>
  `{${Array.from({ length: count }, (_, index) => `"${nameOf(index)}":1`).join()}}`;
/** The largest JSON that is parsed, and a much larger one that is not. */
const [most, many] = [490_000, 7 * mega];
const nearly = token.slice(0, -1);
const escaped = [...nearly].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join("");

const text = (piece: string, bytes: number) => () => ({ type: "text/plain", body: filled(piece, bytes) });
const json =
  (body: () => string | Buffer, status = 200) =>
  () => ({ status, body: body() });

const answers: Row[] = (
  [
    ["60 MB of backslashes", json(() => filled("\\", 60 * mega)), /"result":"string"/],
    ["one JSON text of 60 MB", json(() => `"${"\\\\".repeat(30 * mega)}"`), /"result":"string"/],
    ["60 MB of backslashes as text", text("\\", 60 * mega), /"result":"string"/],
    ["30 MB of what nearly is the secret", text(nearly, 30 * mega), /"result":"string"/],
    ["15 MB of what nearly is the secret, escaped", text(escaped, 15 * mega), /"result":"string"/],
    ["nesting of JSON", json(() => nesting(most)), /"result":"object"/],
    ["60 MB of nesting", json(() => nesting(30 * mega)), /was not parsed/],
    ["small objects", json(() => objects(Math.floor(most / 3))), /"result":"object"/],
    ["60 MB of small objects", json(() => objects(many)), /was not parsed/],
    ["an object of many names", json(() => names(most / 2)), /"result":"object"/],
    ["an object of more names", json(() => names(most)), /was not parsed/],
    ["an object of far numbers", json(() => names(most / 2, (index) => 65_536 * index)), /"result":"object"/],
    [
      "small numbers and a large one",
      json(() => `[12345678901234567890${",1".repeat(most)}]`),
      /"result":"object"/,
    ],
    ["large numbers", json(() => `[1${",12345678901234567".repeat(most)}]`), /"result":"object"/],
    ["texts of digits", json(() => `[1${',"\\"12345678901234567"'.repeat(most)}]`), /"result":"object"/],
    ["an error of 60 MB of nesting", json(() => nesting(30 * mega), 500), /upstream-error/],
    ["an error of nesting", json(() => nesting(most), 500), /upstream-error/],
    ["an error of many names", json(() => names(most / 2), 500), /upstream-error/],
    [
      "an event of 60 MB",
      () => ({ type: "text/event-stream", body: filled("data: x\n", 60 * mega) }),
      /"result":"object"/,
    ],
    [
      "60 MB of line ends",
      () => ({ type: "text/event-stream", body: filled("\r\n\r", 60 * mega) }),
      /"result":"object"/,
    ],
    [
      "60 MB of lines",
      () => ({ type: "application/x-ndjson", body: filled("1\n", 60 * mega) }),
      /"result":"object"/,
    ],
    [
      "a line of 60 MB",
      () => ({ type: "application/x-ndjson", body: filled("[", 60 * mega) }),
      /"result":"object"/,
    ],
  ] as [what: string, answer: () => Answer, reply: RegExp][]
).map(([what, given, reply]) => ({ what, code: () => get, answer: given, reply }));

const links: Row[] = [
  {
    what: "a Link header of 60 KB of openings",
    code: () => pages,
    answer: () => ({ headers: { link: "<".repeat(60 * 1024) }, body: "[1]" }),
    reply: /"result":1/,
  },
  {
    what: "a Link header of 60 KB of parameters",
    code: () => pages,
    answer: () => ({ headers: { link: `<a>${"; rel".repeat(10 * 1024)}` }, body: "[1]" }),
    reply: /"result":1/,
  },
];

const bodies: Row[] = [
  {
    what: "a form of 31 MB of names",
    code: () => post('{ "content-type": "application/x-www-form-urlencoded" }', `"name&".repeat(6_000_000)`),
    reply: /names/,
  },
  {
    what: "a form of 31 MB of one name",
    code: () => post('{ "content-type": "application/x-www-form-urlencoded" }', `"n".repeat(31_000_000)`),
    reply: /denied \(a body is what it says it is\)/,
  },
  {
    what: "31 MB of names as multipart",
    code: () => post('{ "content-type": "multipart/form-data; boundary=b" }', `"name=\\n".repeat(5_000_000)`),
    reply: /boundary/,
  },
  {
    what: "31 MB of parts",
    code: () =>
      post(
        '{ "content-type": "multipart/form-data; boundary=b" }',
        `'--b\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\n\\r\\n'.repeat(550_000) + "--b--"`,
      ),
    reply: /parts/,
  },
  {
    what: "31 MB of JSON members",
    code: () =>
      post('{ "content-type": "application/json" }', `'{' + '"namename":1,'.repeat(2_300_000) + '"a":1}'`),
    reply: /"result":200/,
  },
];

const results: Row[] = [
  {
    what: "10 MB of bytes as a result",
    tool: "search",
    code: () => "return new Uint8Array(10_000_000)",
    reply: /10,000,000 bytes/,
  },
  { what: "the whole document as a result", tool: "search", code: () => "return spec", reply: /Shortened/ },
  {
    what: "every operation as a result, again and again",
    tool: "search",
    code: () => "return Array.from({ length: 20 }, () => operations.map((one) => ({ ...one })))",
    reply: /Shortened/,
  },
  {
    what: "4 million characters of lists as a result",
    tool: "search",
    code: () => "return Array.from({ length: 1_300_000 }, () => [])",
    reply: /Shortened/,
  },
  {
    what: "4 million characters of different members as a result",
    tool: "search",
    // How long a program computes without letting go is bounded by its processor time; this is about what comes after it.
    code: () =>
      "const all = Array.from({ length: 300_000 }, (_, i) => ['a' + i, i]); await new Promise((r) => setTimeout(r, 10)); const result = Object.fromEntries(all); await new Promise((r) => setTimeout(r, 10)); return result",
    reply: /Shortened/,
  },
  ...[
    ["an instance of a class", "new (class { a = 1 })()"],
    ["a regular expression", "/a/"],
    ["a map", "new Map()"],
    ["what only seems to be a map", "Object.create(Map.prototype)"],
    ["a getter that throws", "({ get a() { throw 1 } })"],
    ["what throws where it is written", "({ toJSON: JSON.parse })"],
    ["an object of undefined members", "({ a: undefined })"],
  ].map(([what, one]): Row => ({
    what: `a million times ${what}`,
    tool: "search",
    code: () => `return Array(1_000_000).fill(${one})`,
    reply: /Shortened/,
  })),
  {
    what: "lists in lists as a result",
    tool: "search",
    code: () =>
      "let a = 1; for (let i = 0; i < 90; i++) a = [a, 1]; return Array.from({ length: 10_000 }, () => a)",
    reply: /Shortened/,
  },
];

const members = (count: number) =>
  `Object.fromEntries(Array.from({ length: ${count} }, (_, n) => ["k" + n, n]))`;
/** How long a program computes without letting go is bounded by its processor time; this is about what comes after it. */
const unchecked = (body: string, more = "") =>
  `const body = ${body}; await new Promise((r) => setTimeout(r, 10)); const r = await api.post("/user/repos", { check: false, body${more} }); return r.status`;

const calls: Row[] = (
  [
    [
      "15 MB of text",
      'const r = await api.post("/markdown/raw", { body: "n".repeat(15_900_000), contentType: "text/plain" }); return r.status',
      /"result":200/,
    ],
    ["15 MB of quotes in JSON", unchecked(`{ name: '"'.repeat(15_000_000) }`), /"result":200/],
    ["30 MB of letters beyond ASCII in JSON", unchecked('{ name: "ü".repeat(15_000_000) }'), /"result":200/],
    ["40 MB of text in JSON", unchecked('{ name: "u".repeat(40_000_000) }'), /16,000,000 characters/],
    ["59,000 members", unchecked(members(59_000)), /"result":200/],
    ["59,000 members that are judged", `await api.post("/user/repos", { body: ${members(59_000)} })`, /k0/],
    [
      "29,000 objects in a list",
      unchecked('{ name: "a", l: Array.from({ length: 29_000 }, (_, n) => ({ n })) }'),
      /"result":200/,
    ],
    [
      "110,000 numbers in a list",
      unchecked("{ l: Array.from({ length: 110_000 }, (_, n) => n) }"),
      /"result":200/,
    ],
    ["300,000 members", unchecked(members(300_000)), /120,000 names and values/],
    [
      "100,000 dates in a list",
      unchecked("{ l: Array.from({ length: 100_000 }, (_, n) => new Date(n)) }"),
      /names and values/,
    ],
    ["20 MB of bytes in JSON", unchecked("{ name: new Uint8Array(20_000_000) }"), /"result":200/],
    [
      "the JSON text of 300,000 members",
      unchecked(`JSON.stringify(${members(300_000)})`, ', contentType: "application/json"'),
      /"result":200/,
    ],
    [
      "the bytes of the JSON of 300,000 members",
      unchecked(
        `new TextEncoder().encode(JSON.stringify(${members(300_000)}))`,
        ', contentType: "application/json"',
      ),
      /"result":200/,
    ],
    [
      "5,000 calls at once",
      'const all = await Promise.all(Array.from({ length: 5_000 }, () => api.get("/user"))); return all.length',
      /limit-reached/,
    ],
    [
      "50 calls with 2,000 headers",
      'for (let i = 0; i < 50; i++) await api.get("/user", { headers: Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => ["x-" + n, "1"])) }).catch(() => 0); return 1',
      /"result":1/,
    ],
  ] as [what: string, program: string, reply: RegExp][]
).map(([what, program, reply]) => ({ what, code: () => program, reply }));

const background: Row[] = (
  [
    [
      "2,000 sleeps that are over",
      'for (let n = 0; n < 2_000; n += 1) await sleep(0); return "slept"',
      /slept/,
    ],
    [
      "2,000 sleeps that are over, at once",
      'await Promise.all(Array.from({ length: 2_000 }, () => sleep(0))); return "slept"',
      /slept/,
    ],
    [
      "400,000 sleeps of a day, at once",
      'for (let n = 0; n < 400_000; n += 1) sleep("1 day"); await sleep("1 day")',
      /at most 5,000 sleeps and timers at a time/,
    ],
    [
      "400 requests that are answered again",
      'for (let n = 0; n < 400; n += 1) await api.get("/user"); await sleep(2_100); await sleep(2_100); return "read"',
      /read/,
    ],
  ] as [what: string, program: string, reply: RegExp][]
).map(([what, program, reply]) => ({
  what: `in the background, ${what}`,
  background: true,
  code: () => program,
  reply,
}));

/** @returns what a run in the background ended with */
async function ended(begun: unknown): Promise<unknown> {
  const run = JSON.stringify(readReply(begun).runId);
  for (;;) {
    const asked = { name: "execute", arguments: { code: `return await recall(${run})` } };
    const said = await hostile.callTool(asked, { timeout: 100_000 });
    if (!/"running":/.test(readReply(said).text)) return said;
  }
}

describe("the trivial call of a second client", () => {
  it.each([...background, ...code, ...answers, ...links, ...bodies, ...calls, ...results])(
    "is answered at once during $what",
    { timeout: 240_000 },
    async (row) => {
      const waits: number[] = [];
      const before = server.output().length;
      const given = row.answer?.();
      if (given) answer = () => given;
      const call = {
        name: row.tool ?? "execute",
        arguments: { code: row.code(), ...(row.background && { background: true }) },
      };
      const began = performance.now();
      for (let round = 0; waits.length < minSamples && round < minSamples; round += 1) {
        const under = { way: true };
        const begun = hostile.callTool(call, { timeout: 100_000 });
        const attack = (row.background ? begun.then(ended) : begun).finally(() => (under.way = false));
        do {
          waits.push(await trivial());
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        } while (under.way);
        expect(JSON.stringify(readReply(await attack))).toMatch(row.reply);
      }
      if (process.env["SHOW_WAITS"])
        console.log(
          `${row.what}: ${Math.round(performance.now() - began)} ms in all; waits ${waits.map(Math.round).join(" ")}`,
        );
      expect(Math.max(...waits)).toBeLessThan(maxWaitMs * slowness);
      expect(server.output().slice(before)).not.toMatch(/was stuck|too much memory|process ended/);
    },
  );
});
