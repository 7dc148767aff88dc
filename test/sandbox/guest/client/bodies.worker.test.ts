/** Bodies as an upstream receives them: which type, and what is in them. */
import { beforeAll, expect, inject, it } from "vitest";
import { execute } from "../../../gateway/running.ts";

const binary = { type: "string", format: "binary" };
const object = (properties: object) => ({ type: "object", properties });

/** By path: what the operation takes. */
const contents: Record<string, object> = {
  files: {
    "multipart/form-data": {
      schema: object({
        photo: binary,
        more: { type: "array", items: binary },
        maybe: { anyOf: [binary, { type: "null" }] },
        modern: { type: "string", contentMediaType: "image/svg+xml" },
        meta: {},
      }),
      encoding: { photo: { contentType: "image/png, image/jpeg" } },
    },
  },
  form: { "application/x-www-form-urlencoded": { schema: object({}) } },
  // Telegram's photo, Slack's blocks, Cloudflare's script, OpenAI's lists, ASP.NET's types.
  photo: { "multipart/form-data": { schema: object({ photo: { anyOf: [binary, { type: "string" }] } }) } },
  blocks: {
    "application/x-www-form-urlencoded": {
      schema: object({ blocks: { type: "array" } }),
      encoding: { blocks: { contentType: "application/json" } },
    },
  },
  script: {
    "multipart/form-data": { schema: { ...object({ metadata: object({}) }), additionalProperties: binary } },
  },
  words: { "multipart/form-data": { schema: object({ "words[]": { type: "array" } }) } },
  dotnet: {
    "application/json-patch+json": { schema: object({ a: {} }) },
    "application/json": { schema: object({ a: {} }) },
    "text/json": { schema: object({ a: {} }) },
    "application/*+json": { schema: object({ a: {} }) },
  },
  asset: { "application/octet-stream": { schema: binary } },
  related: { "multipart/related": { schema: object({ metadata: object({}), media: binary }) } },
  graphql: { "application/graphql": {}, "application/json": { schema: object({ query: {} }) } },
  sparql: { "application/sparql-query": {}, "application/x-www-form-urlencoded": { schema: object({}) } },
  table: { "application/json": { schema: { type: "array" } }, "text/csv": { schema: { type: "string" } } },
  json: { "application/json": { schema: object({}) } },
  api: { "application/vnd.api+json": {} },
  shouted: { 'APPLICATION/JSON ; charset="UTF-8"': {} },
  stars: { "application/*+json": {} },
  any: { "*/*": {} },
  weighed: { "text/*;q=0.5": {} },
  bulk: { "application/x-ndjson; charset=utf-8": {} },
  sequence: { "application/json-seq": {} },
  mixed: { "application/json": { schema: object({}) }, "application/xml": {} },
  patch: {
    "application/json-patch+json": { schema: { type: "object" } },
    "application/merge-patch+json": { schema: { type: "object" } },
  },
  picture: { "image/png": {}, "image/webp": {} },
  pictures: { "image/*": {} },
  latin: { "text/plain; charset=iso-8859-1": {} },
  latinForm: { "application/x-www-form-urlencoded;charset=ISO-8859-15": { schema: object({}) } },
  latinJson: { "application/json; charset=latin1": { schema: object({}) } },
  yaml: { "application/yaml": {} },
  patchOnly: { "application/json-patch+json": {}, "application/apply-patch+yaml": {} },
  markup: { "application/xml": {}, "text/plain": {} },
};

const document = {
  openapi: "3.1.0",
  info: { title: "Bodies", version: "1" },
  servers: [{ url: "/" }],
  paths: Object.fromEntries(
    Object.entries(contents).map(([name, content]) => [
      `/echo/${name}`,
      { post: { operationId: name, requestBody: { content }, responses: {} } },
    ]),
  ),
};

const part = (name: string, content: string, filename?: string, type?: string) =>
  `Content-Disposition: form-data; name="${name}"${filename === undefined ? "" : `; filename="${filename}"`}` +
  `${type === undefined ? "" : `|Content-Type: ${type}`}||${content}`;
const octets = "application/octet-stream";
const parts = (...list: string[]) => ["multipart/form-data", list.join("~")];

/** The path, the rest of the arguments as code, and what arrives: its type without parameters of ours, and its text. */
const sent: [path: string, args: string, want: string[]][] = [
  ["files", 'body: form({ photo: [new Blob(["x"]), "a.png"] })', parts(part("photo", "x", "a.png", "image/png"))],
  ["files", 'body: new URLSearchParams({ meta: "1" })', parts(part("meta", "1"))],
  ["files", 'body: { photo: new File(["x"], "a.jpg", { type: "image/jpeg" }) }', parts(part("photo", "x", "a.jpg", "image/jpeg"))],
  ["files", 'body: { photo: new File(["x"], "a.gif", { type: "image/gif" }) }', parts(part("photo", "x", "a.gif", "image/gif"))],
  ["files", 'body: { photo: { filename: "a.png", content: new Uint8Array([65]), contentType: "image/png" } }', parts(part("photo", "A", "a.png", "image/png"))],
  ["files", 'body: { photo: { filename: "a", content: new Blob(["x"], { type: "image/jpeg" }) } }', parts(part("photo", "x", "a", "image/jpeg"))],
  ["files", 'body: { meta: { filename: "a.json", content: { a: 1 } } }', parts(part("meta", '{"a":1}', "a.json", octets))],
  ["files", 'body: { more: [new File(["1"], "a"), new Blob(["2"]), "3"] }', parts(part("more", "1", "a", octets), part("more", "2", "more", octets), part("more", "3", "more", octets))],
  ["files", 'body: { photo: new File([], "") }', parts(part("photo", "", "photo", "image/png"))],
  ["files", 'body: { maybe: "x", modern: "<svg/>" }', parts(part("maybe", "x", "maybe", octets), part("modern", "<svg/>", "modern", "image/svg+xml"))],
  ["files", String.raw`body: { photo: new File(["x"], 'ü "q"\\\r\n.png', { type: "image/png" }) }`, parts(part("photo", "x", "ü %22q%22%5C%0D%0A.png", "image/png"))],
  ["files", 'body: { photo: new Blob(["x"]).stream() }', parts(part("photo", "x", "photo", "image/png"))],
  ["files", 'body: { meta: { deep: [{ file: new Blob(["x"]) }] } }', parts(part("meta", '{"deep":[{"file":"eA=="}]}', undefined, "application/json"))],
  ["files", 'body: { meta: 1 }, contentType: "multipart/form-data; boundary=own"', ["multipart/form-data; boundary=own", `--own|${part("meta", "1")}|--own--|`]],
  ["photo", 'body: { photo: "https://x.test/a.png" }', parts(part("photo", "https://x.test/a.png"))],
  ["photo", 'body: { photo: new Blob(["x"], { type: "image/png" }) }', parts(part("photo", "x", "photo", "image/png"))],
  ["blocks", 'body: { blocks: [{ type: "a b" }] }', ["application/x-www-form-urlencoded", "blocks=%5B%7B%22type%22%3A%22a%20b%22%7D%5D"]],
  ["script", 'body: { metadata: { main: "w.js" }, "w.js": new File(["x"], "w.js", { type: "application/javascript+module" }) }', parts(part("metadata", '{"main":"w.js"}', undefined, "application/json"), part("w.js", "x", "w.js", "application/javascript+module"))],
  ["words", 'body: { "words[]": ["a", "b"] }', parts(part("words[]", "a"), part("words[]", "b"))],
  ["words", 'headers: { "Content-Type": "multipart/form-data" }, body: { "words[]": "a" }', parts(part("words[]", "a"))],
  ["words", `body: JSON.stringify({ "words[]": ["a"] })`, parts(part("words[]", "a"))],
  ["words", 'body: "a=1"', ["body: a string cannot be sent as multipart/form-data; give an object", ""]],
  ["dotnet", "body: { a: 1 }", ["application/json", '{"a":1}']],
  ["dotnet", 'body: [{ op: "remove", path: "/a" }]', ["application/json-patch+json", '[{"op":"remove","path":"/a"}]']],
  ["asset", 'body: { filename: "a.bin", content: new Uint8Array([65]) }', [octets, "A"]],
  ["asset", 'body: { filename: "a.png", content: new Blob(["x"]), contentType: "image/png" }', [octets, "x"]],
  ["asset", 'body: new Blob(["x"], { type: "application/zip" })', [octets, "x"]],
  ["asset", 'body: new TextEncoder().encode("x").buffer', [octets, "x"]],
  ["picture", 'body: { filename: "a.webp", content: new Uint8Array([65]), contentType: "image/webp" }', ["image/webp", "A"]],
  ["related", 'contentType: "multipart/related; boundary=b", body: { metadata: { a: 1 }, media: new Blob(["x"], { type: "image/png" }) }', ["multipart/related; boundary=b", `--b|${part("metadata", '{"a":1}', undefined, "application/json")}|--b|${part("media", "x", "media", "image/png")}|--b--|`]],
  ["graphql", 'body: "{ me }"', ["application/graphql", "{ me }"]],
  ["graphql", 'body: { query: "{ me }" }', ["application/json", '{"query":"{ me }"}']],
  ["sparql", 'body: "SELECT * { ?s ?p ?o }"', ["application/sparql-query", "SELECT * { ?s ?p ?o }"]],
  ["sparql", 'body: { query: "x y" }', ["application/x-www-form-urlencoded", "query=x%20y"]],
  ["table", 'body: "a,b"', ["text/csv", "a,b"]],
  ["table", "body: [{ a: 1 }]", ["application/json", '[{"a":1}]']],
  ["form", `body: JSON.stringify({ a: [1, 2], b: "&" })`, ["application/x-www-form-urlencoded", "a=1&a=2&b=%26"]],
  ["form", "body: form({ a: ['1 2'], b: ['&'] })", ["application/x-www-form-urlencoded", "a=1+2&b=%26"]],
  ["form", "body: new URLSearchParams([['a', '1'], ['a', '2']])", ["application/x-www-form-urlencoded", "a=1&a=2"]],
  ["form", "body: 'a=1'", ["application/x-www-form-urlencoded", "a=1"]],
  ["json", 'body: { a: new Blob(["x"]), b: [new Uint8Array([65])], n: 12345678901234567890n }', ["application/json", '{"a":"eA==","b":["QQ=="],"n":12345678901234567890}']],
  ["json", 'body: new Blob(["{}"], { type: "application/json" })', ["application/json", "{}"]],
  ["json", 'body: new TextEncoder().encode("[1]"), headers: { "Content-Type": "application/json; charset=utf-8" }', ["application/json; charset=utf-8", "[1]"]],
  ["api", "body: { a: 1 }", ["application/vnd.api+json", '{"a":1}']],
  ["shouted", "body: { a: 1 }", ['APPLICATION/JSON ; charset="UTF-8"', '{"a":1}']],
  ["stars", "body: { a: 1 }", ["application/json", '{"a":1}']],
  ["stars", 'body: { a: 1 }, contentType: "application/hal+json"', ["application/hal+json", '{"a":1}']],
  ["any", "body: [1]", ["application/json", "[1]"]],
  ["any", 'body: "<a/>"', ["application/xml", "<a/>"]],
  ["any", "body: { a: new Blob(['x']) }", parts(part("a", "x", "a", octets))],
  ["any", 'body: new Blob(["x"], { type: "text/csv" })', ["text/csv", "x"]],
  ["weighed", 'body: "x"', ["text/plain", "x"]],
  ["weighed", 'body: "x", contentType: "text/csv"', ["text/csv", "x"]],
  ["bulk", "body: [{ a: 1 }, { b: 2 }]", ["application/x-ndjson; charset=utf-8", '{"a":1}\n{"b":2}\n']],
  ["sequence", "body: [{ a: 1 }, 2]", ["application/json-seq", '\u001e{"a":1}\n\u001e2\n']],
  ["mixed", 'body: "<x/>"', ["application/xml", "<x/>"]],
  ["mixed", 'body: "<x/>", headers: { "content-type": "application/xml" }', ["application/xml", "<x/>"]],
  ["mixed", 'body: JSON.stringify({ a: 1 })', ["application/json", '{"a":1}']],
  ["patch", "body: { a: null }", ["application/merge-patch+json", '{"a":null}']],
  ["patch", 'body: [{ op: "remove", path: "/a" }]', ["application/json-patch+json", '[{"op":"remove","path":"/a"}]']],
  ["picture", 'body: new Blob(["x"], { type: "image/webp" })', ["image/webp", "x"]],
  ["picture", 'body: new Blob(["x"]).stream()', ["image/png", "x"]],
  ["pictures", 'body: new Blob(["x"], { type: "image/avif" })', ["image/avif", "x"]],
  ["latin", 'body: "Zürich"', ["text/plain; charset=iso-8859-1", "Z\uFFFDrich"]],
  ["latin", 'body: "Zürich", contentType: "text/plain; charset=utf-8"', ["text/plain; charset=utf-8", "Zürich"]],
  ["latinForm", 'body: { a: "ü€ +" }', ["application/x-www-form-urlencoded;charset=ISO-8859-15", "a=%FC%A4%20%2B"]],
  ["latinJson", 'body: { a: "Ω" }', ["application/json; charset=latin1", '{"a":"\\u03a9"}']],
  ["markup", `body: '<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>'`, ["application/xml", '<?xml version="1.0" encoding="ISO-8859-1"?><a>\uFFFD</a>']],
  ["yaml", "body: { a: [1] }", ["application/yaml", '{"a":[1]}']],
  ["yaml", 'body: "a: 1"', ["application/yaml", "a: 1"]],
  ["patchOnly", "body: { a: 1 }", ["application/apply-patch+yaml", '{"a":1}']],
  ["patchOnly", 'body: [{ op: "remove", path: "/a" }]', ["application/json-patch+json", '[{"op":"remove","path":"/a"}]']],
  ["latin", "body: 5", ["text/plain; charset=iso-8859-1", "5"]],
  ["latin", "body: false", ["text/plain; charset=iso-8859-1", "false"]],
  ["latin", 'body: "10 €"', ['body: "€" cannot be written in the charset "iso-8859-1"; give bytes, or a contentType with charset=utf-8', ""]],
]; // prettier-ignore

let arrived: unknown[];
beforeAll(async () => {
  const ran = await execute(
    `const form = (all) => { const f = new FormData(); for (const [name, values] of Object.entries(all)) f.append(name, ...values); return f; };
     const sent = [];
     for (const call of [${sent.map(([path, args]) => `() => api.post("/echo/${path}", { ${args} })`).join(",\n")}])
       try { const { headers, text } = (await call()).data; sent.push([headers["content-type"], text]); } catch (error) { sent.push([error.failure?.problems?.join("; ") ?? error.message]); }
     return sent;`,
    { document, file: { server: inject("upstream") } },
  );
  expect(ran.failure).toBeUndefined();
  arrived = ran.value as unknown[];
});

it.each(sent.map(([path, args, want], index) => [`{ ${args} } for ${path}`, index, want] as const))(
  "sends %s",
  (_name, index, want) => {
    const [type = "", text = ""] = arrived[index] as string[];
    const boundary = /^multipart\/form-data; boundary=(isogate-\S+)$/.exec(type)?.[1];
    const pieces = text.split(new RegExp(`(?:\r\n)?--${boundary}(?:--)?\r\n`)).slice(1, -1);
    const lines = (one: string) => (type.startsWith("multipart/") ? one.replaceAll("\r\n", "|") : one);
    expect(boundary ? ["multipart/form-data", pieces.map(lines).join("~")] : [type, lines(text)]).toEqual(
      want,
    );
  },
);
