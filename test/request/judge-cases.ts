/**
 * Calls, and the one answer that every door has to give: the check before the run, the client in an isolate, and
 * `describe`. Answers are written out, so that a change of the judge is seen here.
 */

/** `once`: refused, and passes when the same code is sent again. */
export type Answer = "accepted" | "refused" | "once";

export interface Case {
  name: string;
  /** The operation object without its id; its path is made by the test, with these parameters in it. */
  operation: Record<string, unknown>;
  method?: string;
  /** What follows the template: `/{id}`. */
  below?: string;
  /** Written in place of the template; `$` is the path without what is below. */
  path?: string;
  /** Called as a list: `api.pages`. */
  pages?: boolean;
  /** The second argument, as code. */
  args: string;
  want: Answer;
  /** Every problem, in words. */
  says?: string[];
  /** What only the client can know: it refuses with these words what the check accepts. */
  late?: string[];
}

type Schema = Record<string, unknown>;
const text = { type: "string" };
const json = (schema: Schema, more = {}) => ({
  requestBody: { content: { "application/json": { schema } }, ...more },
});
const form = (schema: Schema, type = "application/x-www-form-urlencoded") => ({
  requestBody: { content: { [type]: { schema } } },
});
const object = (properties: Schema, more: Schema = {}) => ({ type: "object", properties, ...more });
const parameters = (...list: Schema[]) => ({ parameters: list });
const query = (name: string, schema: Schema = text, more = {}) => ({ name, in: "query", schema, ...more });
const required = { required: true };

const noObject = "the second argument has to be an object { path, query, headers, cookies, body }";
/** What JavaScript takes for an object, as the arguments of a call. */
const noArguments: Record<string, string> = {
  "new Map()": "the second argument: a Map was given; give Object.fromEntries(map)",
  "new Set()": "the second argument: a Set was given; give [...set]",
  "new Promise(() => {})": "the second argument: a promise was given; await it first",
  "Promise.resolve({})": "the second argument: a promise was given; await it first",
  "(async () => ({}))()": "the second argument: a promise was given; await it first",
  'api.get("/sent")': "the second argument: a promise was given; await it first",
  "new Date()": `${noObject}; a Date was given`,
  "new FormData()": `${noObject}; a FormData was given`,
  "new URLSearchParams()": `${noObject}; a URLSearchParams was given`,
  "new Uint8Array()": `${noObject}; binary data was given`,
  "`${Math.random()}`": noObject,
  "Date.now()": noObject,
};
const noGroup: Record<string, string> = {
  "new Date()": "query has to be an object; a Date was given",
  "new FormData()": "query has to be an object; a FormData was given",
  "new Set()": "query: a Set was given; give [...set]",
  "Promise.resolve({})": "query: a promise was given; await it first",
};

/** Kinds of values, as code. */
const values = ['"x"', '"7"', "7", "1.5", "true", "null", "[7]", "{ n: 7 }", "new Date(0)"];

const schemas: Record<string, Schema> = {
  string: text,
  integer: { type: "integer" },
  number: { type: "number" },
  boolean: { type: "boolean" },
  enum: { type: "string", enum: ["x", "y"] },
  "list of integers": { type: "array", items: { type: "integer" } },
  "object with n": object({ n: { type: "integer" } }),
  "object without n": object({ m: text }),
  anything: {},
  "text or null": { type: ["string", "null"] },
  "one of two lists of values": { oneOf: [{ enum: ["x"] }, { enum: ["y"] }] },
};

/** Answers by letter, in the order of `values`. Where a text is wanted, all that can be written as one is right. */
const letters: Record<string, Answer> = { a: "accepted", r: "refused", o: "once" };
//                                "x" "7" 7 1.5 true null [7] {n} Date
const inQuery: Record<string, string> = {
  string: "a a a a a a a a a",
  integer: "r a a r r a a a a",
  number: "r a a a r a a a a",
  boolean: "r r r r a a a a a",
  enum: "a r r r r a a a a",
  "list of integers": "r a a r r a a a a",
  "object with n": "a a a a a a a a a",
  "object without n": "a a a a a a a o a",
  anything: "a a a a a a a a a",
  "text or null": "a a a a a a a a a",
  "one of two lists of values": "a r r r r a a a a",
};
const inJson: Record<string, string> = {
  string: "a a a a a a a a a",
  integer: "a a a a a a a a a",
  number: "a a a a a a a a a",
  boolean: "a a a a a a a a a",
  enum: "a r r r r a a a a",
  "list of integers": "a a a a a a a a a",
  "object with n": "a a a a a a a a a",
  "object without n": "a a a a a a a o a",
  anything: "a a a a a a a a a",
  "text or null": "a a a a a a a a a",
  "one of two lists of values": "a r r r r a a a a",
};
/** A form is text as a query is. */
const inForm = inQuery;

function matrix(place: string, answers: Record<string, string>, of: (schema: Schema) => Schema): Case[] {
  return Object.entries(schemas).flatMap(([schema, known]) =>
    (answers[schema] ?? "").split(" ").map((letter, index) => ({
      name: `${values[index]} for ${schema} in ${place}`,
      method: place === "query" ? "get" : "post",
      operation: of(known),
      args: place === "query" ? `{ query: { v: ${values[index]} } }` : `{ body: { v: ${values[index]} } }`,
      want: letters[letter] as Answer,
    })),
  );
}

const defaults = object(
  { title: text, color: { ...text, default: "red" }, id: { ...text, readOnly: true } },
  { required: ["title", "color", "id", "unlisted"] },
);

/** The contradictions that there once were between the check and the client. */
const contradictions: Case[] = [
  {
    name: "a required member with a default may be left out, and so may one that is only read",
    operation: json(defaults, required),
    args: `{ body: { title: "x" } }`,
    want: "accepted",
  },
  {
    name: "a required member without one may not",
    operation: json(defaults, required),
    args: `{ body: { color: "red" } }`,
    want: "refused",
    says: ["body.title is missing"],
  },
  {
    name: "a value that only one of two ways makes wrong may be right",
    method: "get",
    operation: parameters(query("v", { enum: ["x"] })),
    args: `{ query: { v: Date.now() > 0 ? "x" : "y", ...(Date.now() < 0 && { z: 1 }) } }`,
    want: "accepted",
  },
  {
    name: "a value that is wrong both ways is wrong",
    method: "get",
    operation: parameters(query("v", { enum: ["x"] })),
    args: `{ query: { v: Date.now() > 0 ? "y" : "y" } }`,
    want: "refused",
  },
  {
    name: "a parameter that carries a credential may be left out",
    method: "get",
    operation: parameters(query("api_key", text, required)),
    args: "{}",
    want: "accepted",
  },
  {
    name: "a parameter of a security scheme may be left out",
    method: "get",
    operation: parameters(query("appid", text, required)),
    args: "{}",
    want: "accepted",
  },
  {
    name: "a required parameter with a default may be left out",
    method: "get",
    operation: parameters(query("version", { ...text, default: "1" }, required)),
    args: "{}",
    want: "accepted",
  },
  ...["X-Custom", "Referer", "accept-encoding", "If-Match", "Origin", "x-request-id"].map((name): Case => ({
    name: `the header ${name} need not be declared`,
    method: "get",
    operation: {},
    args: `{ headers: { ${JSON.stringify(name)}: "v" } }`,
    want: "accepted",
  })),
  {
    name: "another header has to be declared",
    method: "get",
    operation: parameters({ name: "Tenant", in: "header", schema: text }),
    args: `{ headers: { Tenat: "v" } }`,
    want: "refused",
    says: ["headers.Tenat is not known; did you mean Tenant?"],
  },
  {
    name: "a declared header in another case",
    method: "get",
    operation: parameters({ name: "Tenant", in: "header", schema: text, ...required }),
    args: `{ headers: { tenant: "v" } }`,
    want: "accepted",
  },
  {
    name: "a cookie need not be declared",
    method: "get",
    operation: {},
    args: `{ cookies: { theme: "dark" } }`,
    want: "accepted",
  },
  {
    name: "a number where a text is wanted, in a body",
    operation: json(object({ title: text })),
    args: `{ body: { title: 7 } }`,
    want: "accepted",
  },
];

/** Names that no pattern over our own sentences would find. */
const oddNames = [
  "schema:name",
  "two words",
  "@type",
  "a.b",
  "a/b",
  "a;b",
  "é",
  "with: both",
  "not known; no",
];
const unlisted: Case[] = [
  ...oddNames.map((name): Case => ({
    name: `a member called ${JSON.stringify(name)} that the document does not list`,
    operation: json(object({ title: text })),
    args: `{ body: { title: "x", ${JSON.stringify(name)}: 1 } }`,
    want: "once",
    says: [`body.${name} is not known; known are title`],
  })),
  ...oddNames.map((name): Case => ({
    name: `a member called ${JSON.stringify(name)} that is listed`,
    operation: json(object({ [name]: text }, { required: [name] })),
    args: `{ body: { ${JSON.stringify(name)}: "x" } }`,
    want: "accepted",
  })),
  {
    name: "a member that a closed object does not list",
    operation: json(object({ title: text }, { additionalProperties: false })),
    args: `{ body: { titl: "x" } }`,
    want: "once",
    says: ["body.titl is not known; did you mean title?"],
  },
  {
    name: "a member deep inside",
    operation: json(object({ inner: { type: "array", items: object({ a: text }) } })),
    args: `{ body: { inner: [{ a: "x" }, { b: "x" }] } }`,
    want: "once",
    says: ["body.inner[1].b is not known; did you mean a?"],
  },
  {
    name: "a member of an open object",
    operation: json(object({ title: text }, { additionalProperties: true })),
    args: `{ body: { other: "x" } }`,
    want: "accepted",
  },
  {
    name: "a member that only an example has",
    operation: {
      requestBody: {
        content: { "application/json": { schema: object({ title: text }), example: { other: 1 } } },
      },
    },
    args: `{ body: { other: "x" } }`,
    want: "accepted",
  },
  {
    name: "a member that is called as examples are written",
    operation: {
      requestBody: {
        content: {
          "application/json": {
            schema: object({ title: text }),
            examples: { short: { summary: "One", value: { other: 1 } } },
          },
        },
      },
    },
    args: `{ body: { value: "x" } }`,
    want: "once",
    says: ["body.value is not known; known are title"],
  },
  {
    name: "a member of one part of an allOf",
    operation: json({ allOf: [object({ a: text }), object({ b: text })] }),
    args: `{ body: { a: "x", b: "x" } }`,
    want: "accepted",
  },
  {
    name: "a member of no part of an allOf",
    operation: json({ allOf: [object({ alpha: text }), object({ beta: text })] }),
    args: `{ body: { gamma: "x" } }`,
    want: "once",
    says: ["body.gamma is not known; known are alpha, beta"],
  },
  {
    name: "a member that the rest of a map does not fit",
    operation: json(object({}, { additionalProperties: { enum: ["on", "off"] } })),
    args: `{ body: { light: "dim" } }`,
    want: "refused",
    says: ['body.light: "dim" is not one of "on", "off"'],
  },
  {
    name: "a member that is not listed beside one that is missing",
    operation: json(object({ title: text, size: text }, { required: ["title"] })),
    args: `{ body: { colour: "x" } }`,
    want: "refused",
    says: ["body.title is missing", "body.colour is not known; known are title, size"],
  },
  {
    name: "a name in the query of the path that is not known",
    method: "get",
    operation: parameters(query("state")),
    path: "$?stat=x",
    args: "{}",
    want: "once",
    says: ["query.stat in the path is not known; did you mean state?"],
  },
];

const shapes = {
  oneOf: [
    object({ kind: { const: "a" }, size: { type: "integer" } }, { required: ["kind", "size"] }),
    object({ kind: { const: "b" }, color: text }, { required: ["kind", "color"] }),
  ],
};
const unions: Case[] = [
  {
    name: "one form of several",
    operation: json(shapes),
    args: `{ body: { kind: "a", size: 1 } }`,
    want: "accepted",
  },
  {
    name: "a form that is singled out and lacks a member",
    operation: json(shapes),
    args: `{ body: { kind: "a" } }`,
    want: "refused",
    says: ["body.size is missing"],
  },
  {
    name: "a form that is none",
    operation: json(shapes),
    args: `{ body: { kind: "c", size: 1 } }`,
    want: "refused",
    says: ['body.kind: "c" is not one of "a", "b"'],
  },
  {
    name: "no form for certain",
    operation: json({
      anyOf: [object({ a: text }, { required: ["a"] }), object({ b: text }, { required: ["b"] })],
    }),
    args: `{ body: {} }`,
    want: "accepted",
  },
  {
    name: "a union of which one alternative only requires",
    operation: json({ ...object({ a: text, b: text }), anyOf: [{ required: ["a"] }, { required: ["b"] }] }),
    args: `{ body: { a: "x" } }`,
    want: "accepted",
  },
];

const needed = json(object({ title: text }, { required: ["title"] }), required);
const media: Case[] = [
  { name: "a body that is needed", operation: needed, args: "{}", want: "refused", says: ["body is missing", "body.title is missing"] },
  { name: "a required body without required members", operation: json(object({ title: text }), required), args: "{}", want: "accepted" },
  { name: "a required body of text", operation: json(text, required), args: "{}", want: "refused", says: ["body is missing"] },
  { name: "a body that need not be there", operation: json(object({ title: text }, { required: ["title"] })), args: "{}", want: "accepted" },
  { name: "a body that the document does not know", operation: {}, args: `{ body: { a: 1 } }`, want: "accepted" },
  { name: "a body with a GET", method: "get", operation: {}, args: `{ body: { a: 1 } }`, want: "refused", says: ["body: a GET request has none; use query"] },
  { name: "nothing as the body of a GET", method: "get", operation: {}, args: `{ body: {} }`, want: "accepted" },
  { name: "a media type that is not declared", operation: needed, args: `{ body: { title: "x" }, contentType: "text/xml" }`, want: "refused", says: ['contentType: "text/xml" is not one of application/json'] },
  { name: "a declared media type", operation: needed, args: `{ body: { title: "x" }, contentType: "Application/JSON; charset=utf-8" }`, want: "accepted" },
  { name: "an object as XML", operation: form(object({ a: text }), "application/xml"), args: `{ body: { a: 1 } }`, want: "refused", says: ["body: an object cannot be sent as application/xml; give bytes or a string"] },
  { name: "a text as XML", operation: form(object({ a: text }), "application/xml"), args: `{ body: "<a/>" }`, want: "accepted" },
  { name: "a list in a form", operation: form(object({ a: text })), args: `{ body: [1] }`, want: "refused", says: ["body: an array cannot be sent as application/x-www-form-urlencoded; give an object"] },
  { name: "a JSON text of the body", operation: needed, args: `{ body: JSON.stringify({ title: "x" }) }`, want: "accepted" },
  { name: "a JSON text of a wrong body", operation: needed, args: `{ body: JSON.stringify({ titel: "x" }) }`, want: "refused", says: ["body.title is missing (you gave titel)"] },
  { name: "bytes as an octet stream", operation: form({ ...text, format: "binary" }, "application/octet-stream"), args: `{ body: new Uint8Array([1]) }`, want: "accepted" },
  { name: "bytes in a part of a multipart body", operation: form(object({ file: { ...text, format: "binary" } }, { required: ["file"] }), "multipart/form-data"), args: `{ body: { file: new Uint8Array([1]) } }`, want: "accepted" },
  { name: "a multipart body without its file", operation: form(object({ file: { ...text, format: "binary" }, note: text }, { required: ["file"] }), "multipart/form-data"), args: `{ body: { note: "x" } }`, want: "refused", says: ["body.file is missing"] },
  { name: "a list of lines", operation: form(object({ a: text }), "application/x-ndjson"), args: `{ body: [{ a: 1 }] }`, want: "accepted" },
  { name: "a list where an object is wanted", operation: json(object({ a: text })), args: `{ body: [1] }`, want: "accepted" },
  { name: "more digits than a number holds", operation: json(object({ id: { type: "integer" } })), args: `{ body: { id: "12345678901234567890" } }`, want: "refused", says: ['body.id: "12345678901234567890" is a string, an integer is wanted; give BigInt("12345678901234567890")'] },
]; // prettier-ignore

const id = { name: "id", in: "path", schema: text, ...required };
const one: Pick<Case, "method" | "below" | "operation"> = {
  method: "get",
  below: "/{id}",
  operation: parameters(id, query("q")),
};
const places: Case[] = [
  { ...one, name: "a path parameter", args: `{ path: { id: "a" } }`, want: "accepted" },
  { ...one, name: "a path parameter that is missing", args: "{}", want: "refused", says: ["path.id is missing"] },
  { ...one, name: "a path parameter of another name", args: `{ path: { ident: "a" } }`, want: "refused", says: ["path.id is missing (you gave ident)"] },
  { ...one, name: "a path parameter that is empty", args: `{ path: { id: "" } }`, want: "refused", says: ["path.id is empty"] },
  { ...one, name: "a path parameter that is an empty list", args: `{ path: { id: [] } }`, want: "refused", says: ["path.id is empty"] },
  { ...one, name: "a path parameter that is null", args: `{ path: { id: null } }`, want: "refused", says: ["path.id is missing"] },
  { ...one, name: "what a lost variable becomes", args: `{ path: { id: "undefined" } }`, want: "refused", says: ['path.id: "undefined" is what a variable without a value becomes'] },
  { ...one, name: "the same in a concrete path", path: "$/undefined", args: "{}", want: "refused", says: ['path.id: "undefined" is what a variable without a value becomes'] },
  { ...one, name: "a concrete path", path: "$/a", args: "{}", want: "accepted" },
  { ...one, name: "a placeholder of another name", path: "$/{caseId}", args: "{}", want: "refused", says: ['path: replace "{caseId}" with a value, or write {id} and give { path: { id: … } }'] },
  { ...one, name: "a placeholder of another name, and its value", path: "$/{caseId}", args: `{ path: { caseId: "a" } }`, want: "refused", says: ["path.id is missing (you gave caseId)"] },
  { ...one, name: "a placeholder as Express writes it", path: "$/:id", args: "{}", want: "refused", says: ['path: replace ":id" with a value, or write {id} and give { path: { id: … } }'] },
  { ...one, name: "a path parameter called key", below: "/{key}", operation: parameters({ ...id, name: "key" }), args: "{}", want: "refused", says: ["path.key is missing"] },
  { ...one, name: "a value that is not one of the path's", operation: parameters({ ...id, schema: { enum: ["a", "b"] } }), path: "$/c", args: "{}", want: "refused", says: ['path.id: "c" is not one of "a", "b"'] },
  { ...one, name: "a label in a concrete path", operation: parameters({ ...id, style: "label", schema: { enum: ["a"] } }), path: "$/.a", args: "{}", want: "accepted" },
  { ...one, name: "a parameter beside its group", args: `{ id: "a" }`, want: "refused", says: ["id belongs in path: { path: { id: … } }", "path.id is missing"] },
  { ...one, name: "a parameter in the wrong group", args: `{ path: { id: "a", q: 1 } }`, want: "refused", says: ["path.q belongs in query"] },
  { ...one, name: "the query under another name", args: `{ path: { id: "a" }, params: { q: 1 } }`, want: "refused", says: ["params is not an argument; did you mean query?"] },
  { ...one, name: "no object as arguments", args: `"a"`, want: "refused", says: ["the second argument has to be an object { path, query, headers, cookies, body }"] },
  { ...one, name: "a list as arguments", args: `["a"]`, want: "refused", says: ["the second argument has to be an object { path, query, headers, cookies, body }"] },
  { ...one, name: "null as arguments", args: "null", want: "refused", says: ["the second argument has to be an object { path, query, headers, cookies, body }"] },
  ...Object.entries(noArguments).map(([args, says]): Case => ({ name: `${args} as arguments`, operation: {}, args, want: "refused", says: [says] })),
  ...Object.entries(noGroup).map(([given, says]): Case => ({ name: `${given} as the query`, method: "get", operation: {}, args: `{ query: ${given} }`, want: "refused", says: [says] })),
  ...["new URLSearchParams()", "new Map()"].map((given): Case => ({ name: `${given} as the query`, method: "get", operation: {}, args: `{ query: ${given} }`, want: "accepted" })),
  { ...one, name: "a text as the query", args: `{ path: { id: "a" }, query: "q=1" }`, want: "refused", says: ["query has to be an object"] },
  { ...one, name: "null as the query", args: `{ path: { id: "a" }, query: null }`, want: "accepted" },
  { ...one, name: "undefined for what is not wanted", args: `{ path: { id: "a" }, query: { z: undefined } }`, want: "accepted" },
  { ...one, name: "a query parameter that is not known", args: `{ path: { id: "a" }, query: { z: 1 } }`, want: "refused", says: ["query.z is not known; did you mean q?"] },
  { ...one, name: "the same with check: false", args: `{ path: { id: "a" }, query: { z: 1 }, check: false }`, want: "accepted" },
  { ...one, name: "a query under another name with check: false", args: `{ path: { id: "a" }, params: {}, check: false }`, want: "refused", says: ["params is not an argument; did you mean query?"] },
  { ...one, name: "a missing path parameter with check: false", args: "{ check: false }", want: "refused", says: ["path.id is missing"] },
  { ...one, name: "a function that was not called", args: `{ path: { id: () => "a" } }`, want: "refused", says: ["path.id: a function was given; call it"] },
  { name: "a body with a member missing and check: false", operation: needed, args: `{ body: {}, check: false }`, want: "accepted" },
  { name: "the body as the second argument", operation: needed, args: `{ title: "x" }`, want: "refused", says: ["title: members of the body belong in body: { body: { title: … } }"] },
  { name: "a member of the body under its alias", operation: needed, args: `{ json: { title: "x" } }`, want: "refused", says: ["json is not an argument; did you mean body?", "body is missing", "body.title is missing"] },
  { name: "a deep object, spelled out", method: "get", operation: parameters(query("filter", object({ a: text }), { style: "deepObject", ...required })), args: `{ query: { "filter[a]": 1 } }`, want: "accepted" },
  { name: "an object that is spread over the query", method: "get", operation: parameters(query("filter", object({ a: text }))), args: `{ query: { a: 1 } }`, want: "accepted" },
  { name: "a list that was joined", method: "get", operation: parameters(query("ids", { type: "array", items: { type: "integer" } })), args: `{ query: { ids: "1,2" } }`, want: "accepted" },
  { name: "a list with a wrong item", method: "get", operation: parameters(query("ids", { type: "array", items: { enum: ["a", "b"] } })), args: `{ query: { ids: ["a", "c"] } }`, want: "refused", says: ['query.ids[1]: "c" is not one of "a", "b"'] },
  { name: "a parameter that is a media type", method: "get", operation: parameters({ name: "f", in: "query", content: { "application/json": { schema: object({ a: text }) } } }), args: `{ query: { f: { b: 1 } } }`, want: "accepted" },
  { name: "a whole query", method: "get", operation: parameters({ name: "whole", in: "querystring", content: { "application/x-www-form-urlencoded": { schema: object({ a: text }) } } }), args: `{ query: { a: 1 } }`, want: "accepted" },
  { name: "a required query parameter", method: "get", operation: parameters(query("q", text, required)), args: "{}", want: "refused", says: ["query.q is missing"] },
  { name: "a required query parameter in the path", method: "get", operation: parameters(query("q", text, required)), path: "$?q=1", args: "{}", want: "accepted" },
  { name: "a wrong value in the path", method: "get", operation: parameters(query("q", { enum: ["a"] })), path: "$?q=b", args: "{}", want: "refused", says: ['query.q: "b" is not one of "a"'] },
  { name: "a required header that the client sets", method: "get", operation: parameters({ name: "Accept", in: "header", schema: text, ...required }), args: "{}", want: "accepted" },
  { name: "a required header", method: "get", operation: parameters({ name: "Tenant", in: "header", schema: text, ...required }), args: "{}", want: "refused", says: ["headers.Tenant is missing"] },
  { name: "a required cookie", method: "get", operation: parameters({ name: "session", in: "cookie", schema: text, ...required }), args: "{}", want: "refused", says: ["cookies.session is missing"] },
]; // prettier-ignore

const slash = "holds a slash, but a value is one segment of the path; give only the id or name";
const unsendable: Case[] = [
  { ...one, name: "a slash in the path", args: `{ path: { id: "a/b" } }`, want: "refused", says: [`path.id: "a/b" ${slash}`] },
  { ...one, name: "a slash with check: false", args: `{ path: { id: "a/b" }, check: false }`, want: "refused", says: [`path.id: "a/b" ${slash}`] },
  { ...one, name: "a slash in a list in the path", args: `{ path: { id: ["a", "b/c"] } }`, want: "refused", says: [`path.id: "b/c" ${slash}`] },
  { ...one, name: "a slash where there may be one", operation: parameters({ ...id, allowReserved: true }), args: `{ path: { id: "a/b" } }`, want: "accepted" },
  { ...one, name: "a dot segment where there may be a slash", operation: parameters({ ...id, allowReserved: true }), args: `{ path: { id: "a/../b" } }`, want: "refused", says: ['path.id: the path segment ".." is a dot segment'] },
  ...[".", ".."].map((dots): Case => ({ ...one, name: `${dots} in the path`, args: `{ path: { id: "${dots}" } }`, want: "refused", says: [`path.id: the path segment "${dots}" is a dot segment`] })),
  ...["%2e", "a%2fb"].map((twice): Case => ({ ...one, name: `${twice} in the path`, args: `{ path: { id: "${twice}" } }`, want: "refused", says: [`path.id: the path segment "${twice}" is percent-encoded twice`] })),
  { ...one, name: "a control character in the path", args: `{ path: { id: "a\\nb" } }`, want: "refused", says: ['path.id: the path segment "a\\nb" holds a control character'] },
  { ...one, name: "a list with quotes in the path", args: `{ path: { id: ['a"b'] } }`, want: "accepted" },
  { ...one, name: "an object in the path", args: `{ path: { id: { a: 1 } } }`, want: "accepted" },
  { ...one, name: "an empty object in the path", args: `{ path: { id: {} } }`, want: "refused", says: ["path.id is empty"] },
  { ...one, name: "a list of nothing in the path", args: `{ path: { id: [null, ""] } }`, want: "refused", says: ["path.id is empty"] },
  { ...one, name: "an empty list as a matrix", operation: parameters({ ...id, style: "matrix" }), args: `{ path: { id: [] } }`, want: "refused", says: ["path.id is empty"] },
  { ...one, name: "an empty text as a matrix", operation: parameters({ ...id, style: "matrix" }), args: `{ path: { id: "" } }`, want: "accepted" },
  { ...one, name: "an empty text as a label", operation: parameters({ ...id, style: "label" }), args: `{ path: { id: "" } }`, want: "refused", says: ["path.id is empty"] },
  { ...one, name: "a list's name in the path", args: `{ path: { "id[]": 1 } }`, want: "refused", says: ["path.id is missing (you gave id[])"] },
  ...["grün", "1\\n2", "a\\0"].map((note): Case => ({ name: `the header value ${note}`, method: "get", operation: {}, args: `{ headers: { "X-Note": ["a", "${note}"] } }`, want: "refused", says: ["headers.X-Note: the value holds a line break, a NUL or characters outside ASCII"] })),
  { name: "a declared header outside ASCII", method: "get", operation: parameters({ name: "Note", in: "header", schema: text }), args: `{ headers: { note: "grün" } }`, want: "refused", says: ["headers.note: the value holds a line break, a NUL or characters outside ASCII"] },
  { name: "JSON in a header", method: "get", operation: parameters({ name: "Note", in: "header", content: { "application/json": {} } }), args: `{ headers: { Note: { a: "grün\\n" } } }`, want: "accepted" },
  { name: "a name that no header has", method: "get", operation: {}, args: `{ headers: { "X-bad name": 1 } }`, want: "refused", says: ['headers: "X-bad name" is not a header name'] },
  { name: "a header that is not there", method: "get", operation: {}, args: `{ headers: { "X-Note": null } }`, want: "accepted" },
  { name: "a semicolon in the name of a cookie", method: "get", operation: {}, args: `{ cookies: { "a;b": "x;y" } }`, want: "refused", says: ["cookies.a;b: the name or the value holds a semicolon or a line break"] },
  { name: "a semicolon in the value of a cookie", method: "get", operation: {}, args: `{ cookies: { a: "x;y" } }`, want: "accepted" },
  { name: "a semicolon in a cookie as it is", method: "get", operation: parameters({ name: "a", in: "cookie", style: "cookie", schema: text }), args: `{ cookies: { a: "x;y" } }`, want: "refused", says: ["cookies.a: the name or the value holds a semicolon or a line break"] },
  { name: "a semicolon in a member of a cookie", method: "get", operation: {}, args: `{ cookies: { a: { "b;c": 1 } } }`, want: "refused", says: ["cookies.a: the name or the value holds a semicolon or a line break"] },
  ...["{}", "[]", "5", "null", "() => 1", "new Date()", "new Map()", "Promise.resolve('a/b')", "new Blob()", "Date.now()"].map((type): Case => ({ name: `the media type ${type}`, operation: needed, args: `{ body: { title: "x" }, contentType: ${type} }`, want: "refused", says: ["contentType has to be a string"] })),
  { name: "a media type that is undefined", operation: needed, args: `{ body: { title: "x" }, contentType: undefined }`, want: "accepted" },
  { name: "bytes as JSON", operation: needed, args: `{ body: new Uint8Array([1]) }`, want: "refused", says: ["body: bytes cannot be sent as application/json; give an object or a string"] },
  { name: "a list with a gap", operation: json(object({ list: { type: "array", items: { enum: ["a"] } } })), args: `{ body: { list: [, "a"] } }`, want: "accepted" },
  { name: "a list of nothing yet", operation: json(object({ list: { type: "array", items: { enum: ["a"] } } })), args: `{ body: { list: new Array(3) } }`, want: "accepted" },
  ...["null", '"x"', "[]", "5"].map((args): Case => ({ name: `${args} as the arguments of pages`, method: "get", operation: {}, pages: true, args, want: "refused", says: ["the second argument has to be an object { path, query, headers, cookies, body }"] })),
  { name: "a media type that a body without a document cannot have", operation: {}, args: `{ body: { a: 1 }, contentType: "text/xml" }`, want: "refused", says: ["body: an object cannot be sent as text/xml; give bytes or a string"] },
]; // prettier-ignore

const upload = {
  "multipart/form-data": { schema: object({ file: { ...text, format: "binary" } }, { required: ["file"] }) },
};
const byUrl = {
  "application/x-www-form-urlencoded": { schema: object({ url: text }, { required: ["url"] }) },
};
const anything = { "*/*": { schema: object({ any: text }, { required: ["any"] }) } };
const other = { "application/hal+json": { schema: object({ hal: text }, { required: ["hal"] }) } };
const own = { "application/json": { schema: object({ own: text }, { required: ["own"] }) } };
const inJsonText = (schema: Schema) =>
  parameters({ name: "f", in: "query", content: { "application/json": { schema } }, ...required });
/** Of several media types, the one that is described is the one that is asked for. */
const agreed: Case[] = [
  { name: "a file or its address", operation: { requestBody: { content: { ...upload, ...byUrl }, ...required } }, args: "{}", want: "refused", says: ["body is missing", "body.url is missing"] },
  { name: "a file, where its address would do", operation: { requestBody: { content: { ...upload, ...byUrl }, ...required } }, args: `{ body: { file: new Uint8Array([1]) } }`, want: "accepted" },
  { name: "a form or anything", operation: { requestBody: { content: { ...byUrl, ...anything }, ...required } }, args: "{ body: {} }", want: "refused", says: ["body.any is missing"] },
  { name: "two kinds of JSON", operation: { requestBody: { content: { ...other, ...own }, ...required } }, args: "{ body: {} }", want: "refused", says: ["body.own is missing"] },
  { name: "XML or a form", operation: { requestBody: { content: { "application/xml": {}, ...byUrl }, ...required } }, args: "{ body: {} }", want: "refused", says: ["body.url is missing"] },
  { name: "JSON in a parameter, with a default", method: "get", operation: inJsonText({ ...object({ a: text }), default: {} }), args: "{}", want: "accepted" },
  { name: "JSON in a parameter that is only read", method: "get", operation: inJsonText({ ...object({ a: text }), readOnly: true }), args: "{}", want: "accepted" },
  { name: "JSON in a parameter that is required", method: "get", operation: inJsonText(object({ a: text })), args: "{}", want: "refused", says: ["query.f is missing"] },
]; // prettier-ignore

const both = {
  requestBody: { content: { ...byUrl, "application/json": own["application/json"] }, ...required },
};
const patches = {
  requestBody: {
    content: {
      "application/json-patch+json": {},
      "application/merge-patch+json": { schema: object({ a: text }) },
    },
  },
};
const filed = (body: string, more: Partial<Case> = {}): Case => ({
  name: `an upload of ${body}`,
  operation: { requestBody: { content: upload } },
  args: `{ body: ${body} }`,
  want: "accepted",
  ...more,
});
const fileForm =
  'Object.entries({ file: new Blob(["x"]) }).reduce((f, [n, v]) => (f.set(n, v), f), new FormData())';
/** A body is judged by what it holds, and sent as what it is. */
const held: Case[] = [
  filed(fileForm),
  filed("new FormData()", { late: ["body.file is missing"] }),
  filed('new URLSearchParams({ fle: "x" })', { late: ["body.file is missing (you gave fle)"] }),
  filed('{ file: { filename: "a.png", content: new Blob(["x"]) } }'),
  filed("{ file: [new File([], 'a'), new Uint8Array(1)] }"),
  filed("{ file: new Blob([1]).stream() }"),
  filed('new Blob(["x"])', { want: "refused", says: ["body: bytes cannot be sent as multipart/form-data; give contentType"] }),
  { name: "members of the second type", operation: both, args: `{ body: { url: "x" } }`, want: "accepted" },
  { name: "members of the first type", operation: both, args: `{ body: { own: "x" } }`, want: "accepted" },
  { name: "members of neither type", operation: both, args: `{ body: { oter: "x" } }`, want: "refused", says: ["body.own is missing", "body.oter is not known; known are own"] },
  { name: "deep members of a form, spelled out", operation: form(object({ metadata: object({ a: text }) }, { required: ["metadata"] })), args: `{ body: { "metadata[a]": "x" } }`, want: "accepted" },
  { name: "a FormData where only JSON is", operation: json(object({ a: text })), args: `{ body: new FormData() }`, want: "refused", says: ["body: a FormData cannot be sent as application/json; give bytes or a string"] },
  { name: "a file in a form of text", operation: form(object({ a: text })), args: `{ body: { a: new Blob(["x"]) } }`, want: "refused", says: ["body: an object with bytes cannot be sent as application/x-www-form-urlencoded; give text in their place"] },
  { name: "an object where there is only JSON Patch", operation: form({}, "application/json-patch+json"), args: `{ body: { a: "x" } }`, want: "refused", says: ["body: an object cannot be sent as application/json-patch+json; give bytes or a string"] },
  { name: "an object as JSON Patch, where the code says so", operation: patches, args: `{ body: { a: "x" }, contentType: "application/json-patch+json" }`, want: "refused", says: ["body: an object cannot be sent as application/json-patch+json; give bytes or a string"] },
  { name: "operations as JSON Patch", operation: patches, args: `{ body: [{ op: "remove", path: "/a" }] }`, want: "accepted" },
  { name: "the type in a header", operation: needed, args: `{ body: { title: "x" }, headers: { "content-type": "text/xml" } }`, want: "refused", says: ['headers.content-type: "text/xml" is not one of application/json'] },
  { name: "two types", operation: both, args: `{ body: { url: "x" }, contentType: "application/json", headers: { "Content-Type": "application/x-www-form-urlencoded" } }`, want: "refused", says: ['headers.Content-Type: "application/x-www-form-urlencoded" is not one of application/json'] },
  { name: "a type in a header that is no text", operation: needed, args: `{ body: { title: "x" }, headers: { "Content-Type": {} } }`, want: "refused", says: ["headers.Content-Type has to be a string"] },
  ...["*/*", "application/*", "json", ""].map((type): Case => ({ name: `${type} as a type`, operation: needed, args: `{ body: { title: "x" }, contentType: ${JSON.stringify(type)} }`, want: "refused", says: [`contentType: ${JSON.stringify(type)} is not one of application/json`] })),
  ...["application/*", "*/*", "application/*+json", "text/json", "model/gltf+json", 'APPLICATION/JSON ; charset="UTF-8"', "*/*;q=0.8"].map((type): Case => ({ name: `an object as ${type}`, operation: form(object({ title: text }), type), args: `{ body: { titel: "x" } }`, want: "once", says: ["body.titel is not known; did you mean title?"] })),
  ...["text/*;q=0.5", "image/*", "application/*+xml"].map((type): Case => ({ name: `an object as ${type}`, operation: form({}, type), args: `{ body: { a: "x" } }`, want: "refused", says: [`body: an object cannot be sent as ${type}; give bytes or a string`] })),
  { name: "a picture of another kind", operation: form({}, "image/png"), args: `{ body: new Blob(["x"], { type: "image/jpeg" }) }`, want: "accepted", late: ["body: bytes of image/jpeg cannot be sent as image/png; give contentType"] },
  { name: "a picture whose kind the code says", operation: form({}, "image/*"), args: `{ body: new Uint8Array(1), contentType: "image/png" }`, want: "accepted" },
  { name: "a vendor's header that is not declared", method: "get", operation: {}, args: `{ headers: { "Stripe-Account": "a" } }`, want: "refused", says: ['headers.Stripe-Account is not known; there are none; the operator can allow it with "headers" in the API file'] },
  { name: "a vendor's header that the API file allows", method: "get", operation: {}, args: `{ headers: { "Dropbox-API-Arg": "a" } }`, want: "accepted" },
]; // prettier-ignore

const forgotten: Pick<Case, "method" | "below" | "operation"> = {
  method: "get",
  below: "/{id}",
  operation: {},
};
const undeclared: Case[] = [
  { ...forgotten, name: "a path parameter that the document forgot", args: `{ path: { id: "5" } }`, want: "accepted" },
  { ...forgotten, name: "a forgotten one in a concrete path", path: "$/5", args: "{}", want: "accepted" },
  { ...forgotten, name: "a forgotten one that is missing", args: "{}", want: "refused", says: ["path.id is missing"] },
  { ...forgotten, name: "a forgotten one as a placeholder", path: "$/:id", args: "{}", want: "refused", says: ['path: replace ":id" with a value, or write {id} and give { path: { id: … } }'] },
  { ...forgotten, name: "a forgotten one with a slash", args: `{ path: { id: "a/b" } }`, want: "refused", says: [`path.id: "a/b" ${slash}`] },
]; // prettier-ignore

const readOnly = { ...text, readOnly: true };
const closed = (name: string, more: Schema = {}) =>
  object({ [name]: text }, { additionalProperties: false, ...more });
/** What a schema says of a member, wherever it says it. */
const scattered: Case[] = [
  { name: "a member that another part of the allOf reads only", operation: json({ allOf: [object({ id: readOnly, title: text }), { required: ["id", "title"] }] }, required), args: `{ body: { title: "x" } }`, want: "accepted" },
  { name: "a member that is read only through an allOf", operation: json(object({ id: { allOf: [readOnly] }, title: text }, { required: ["id", "title"] }), required), args: `{ body: { title: "x" } }`, want: "accepted" },
  { name: "a member that is read only two parts down", operation: json(object({ id: { allOf: [{ allOf: [text, { readOnly: true }] }] } }, { required: ["id"] }), required), args: `{ body: { other: undefined } }`, want: "accepted" },
  { name: "a member that is read only or null", operation: json(object({ id: { anyOf: [readOnly, { type: "null" }] }, title: text }, { required: ["id", "title"] }), required), args: `{ body: { title: "x" } }`, want: "accepted" },
  { name: "a member that one part reads only and another lists", operation: json({ allOf: [object({ id: text, title: text }, { required: ["id", "title"] }), object({ id: { readOnly: true } })] }, required), args: `{ body: { title: "x" } }`, want: "accepted" },
  { name: "a member that an alternative requires and the whole reads only", operation: json({ ...object({ id: readOnly }), oneOf: [object({ id: text, a: text }, { required: ["id", "a"] }), object({ id: text, b: text }, { required: ["id", "b"] })] }), args: `{ body: { a: "x" } }`, want: "accepted" },
  { name: "a member of which only one form is read only", operation: json(object({ id: { oneOf: [readOnly, { type: "integer" }] } }, { required: ["id"] }), required), args: `{ body: {} }`, want: "refused", says: ["body.id is missing"] },
  { name: "a member with a default in an allOf", operation: json(object({ color: { allOf: [{ ...text, default: "red" }] }, title: text }, { required: ["color", "title"] }), required), args: `{ body: { title: "x" } }`, want: "accepted" },
  { name: "a member that is only written", operation: json(object({ password: { ...text, writeOnly: true } }, { required: ["password"] }), required), args: "{}", want: "refused", says: ["body is missing", "body.password is missing"] },
  { name: "closed objects that an allOf joins", operation: json({ allOf: [closed("first"), closed("second")] }), args: `{ body: { first: "x", second: "x" } }`, want: "accepted" },
  { name: "a member of none of the closed objects", operation: json({ allOf: [closed("first"), closed("second")] }), args: `{ body: { third: "x" } }`, want: "once", says: ["body.third is not known; known are first, second"] },
  { name: "a closed object and what stands beside its allOf", operation: json({ ...closed("first"), allOf: [closed("second")] }), args: `{ body: { first: "x", second: "x" } }`, want: "accepted" },
  { name: "closed objects, nested", operation: json({ allOf: [{ allOf: [closed("first"), closed("second")] }, closed("third", { unevaluatedProperties: false })] }), args: `{ body: { first: "x", second: "x", third: "x" } }`, want: "accepted" },
  { name: "a closed object and closed alternatives", operation: json({ allOf: [closed("first"), { oneOf: [closed("second"), closed("third")] }] }), args: `{ body: { first: "x", third: "x" } }`, want: "accepted" },
]; // prettier-ignore

const pageable = {
  properties: { page: { type: "integer" }, size: { type: "integer" }, order: { enum: ["up", "down"] } },
};
const spread = (schema: Schema, more = {}) => parameters(query("pageable", schema, more), query("q"));
/** An object whose members stand in the query themselves. */
const exploded: Case[] = [
  { name: "a required object, by its members", method: "get", operation: spread({ type: "object", ...pageable }, required), args: "{ query: { page: 0, size: 20 } }", want: "accepted" },
  { name: "a required object, nested", method: "get", operation: spread({ type: "object", ...pageable }, required), args: "{ query: { pageable: { page: 0 } } }", want: "accepted" },
  { name: "a required object that is missing", method: "get", operation: spread({ type: "object", ...pageable }, required), args: `{ query: { q: "x" } }`, want: "refused", says: ["query.pageable is missing"] },
  { name: "an object without a type, by its members", method: "get", operation: spread(pageable, required), args: "{ query: { size: 20 } }", want: "accepted" },
  { name: "an object through an allOf, by its members", method: "get", operation: spread({ allOf: [pageable, object({ sort: text })] }, required), args: `{ query: { page: 1, sort: "a" } }`, want: "accepted" },
  { name: "an object or null, by its members", method: "get", operation: spread({ anyOf: [pageable, { type: "null" }] }, required), args: "{ query: { page: 1 } }", want: "accepted" },
  { name: "an object of any members", method: "get", operation: spread({ type: "object", additionalProperties: text }, required), args: `{ query: { anything: "x" } }`, want: "accepted" },
  { name: "an object in the query of the path", method: "get", operation: spread(pageable, required), path: "$?page=1", args: "{}", want: "accepted" },
  { name: "a wrong value of a member", method: "get", operation: spread(pageable), args: `{ query: { page: "one" } }`, want: "refused", says: ['query.page: "one" is not an integer'] },
  { name: "a value of a member that is not one of its values", method: "get", operation: spread({ allOf: [pageable] }), args: `{ query: { order: "left" } }`, want: "refused", says: ['query.order: "left" is not one of "up", "down"'] },
  { name: "members of an object that is not spread", method: "get", operation: spread(pageable, { explode: false }), args: "{ query: { page: 1 } }", want: "refused", says: ["query.page is not known; did you mean pageable?"] },
]; // prettier-ignore

const large = ["9007199254740993", "-9223372036854775808"];
const int64 = { type: "integer", format: "int64" };
const digits: Case[] = [
  ...large.map((value): Case => ({ name: `${value} of an enum, in the query`, method: "get", operation: parameters(query("v", { ...int64, enum: large })), args: `{ query: { v: "${value}" } }`, want: "accepted" })),
  ...large.map((value): Case => ({ name: `BigInt ${value} of an enum, in a body`, operation: json(object({ v: { ...int64, enum: large } })), args: `{ body: { v: BigInt("${value}") } }`, want: "accepted" })),
  { name: "a neighbour of a large value of an enum", method: "get", operation: parameters(query("v", { ...int64, enum: large })), args: `{ query: { v: "9007199254740992" } }`, want: "refused", says: ['query.v: "9007199254740992" is not one of "9007199254740993", "-9223372036854775808"'] },
  { name: "a large constant", operation: json(object({ v: { ...int64, const: large[0] } })), args: "{ body: { v: 9007199254740993n } }", want: "accepted" },
  { name: "a large value of an enum as a text, in a body", operation: json(object({ v: { ...int64, enum: large } })), args: `{ body: { v: "9007199254740993" } }`, want: "refused", says: ['body.v: "9007199254740993" is a string, an integer is wanted; give BigInt("9007199254740993")'] },
]; // prettier-ignore

const pathId = (name: string, more: Schema = {}) =>
  parameters({ name, in: "path", schema: text, ...required, ...more });
const wide: Pick<Case, "method" | "operation"> = { method: "get", operation: {} };
const spelled: Case[] = [
  { ...wide, name: "{+x}", below: "/{+file}/raw", args: `{ path: { file: "a/b" } }`, want: "accepted" },
  { ...wide, name: "{x+}", below: "/{file+}", operation: pathId("file"), args: `{ path: { file: "a/b" } }`, want: "accepted" },
  { ...wide, name: "{x+}, declared with its operator", below: "/{file+}", operation: pathId("file+"), args: `{ path: { file: "a" } }`, want: "accepted" },
  { ...wide, name: "{x*}", below: "/{file*}", args: `{ path: { file: "a/b" } }`, want: "accepted" },
  { ...wide, name: "{x*} in a concrete path", below: "/{file*}", path: "$/a/b/c", args: "{}", want: "accepted" },
  { ...wide, name: "{x?}, given", below: "/{file?}", args: `{ path: { file: "a" } }`, want: "accepted" },
  { ...wide, name: "{x?}, left out", below: "/{file?}", path: "$", args: "{}", want: "accepted" },
  { ...wide, name: "{x:regex}", below: "/{year:[0-9]{4}}/b", args: `{ path: { year: "2024" } }`, want: "accepted" },
  { ...wide, name: "{x:regex} with a slash", below: "/{year:[0-9]{4}}/b", args: `{ path: { year: "a/b" } }`, want: "refused", says: [`path.year: "a/b" ${slash}`] },
  { ...wide, name: "{x:regex} in a concrete path", below: "/{year:[^/]+}/b", path: "$/2024/b", args: "{}", want: "accepted" },
  { ...wide, name: "a placeholder in another case", below: "/{ID}", operation: pathId("id"), args: `{ path: { ID: "a" } }`, want: "accepted" },
  { ...wide, name: "an argument in another case", below: "/{ID}", operation: pathId("id"), args: `{ path: { id: "a" } }`, want: "accepted" },
  { ...wide, name: "a placeholder of the call in another case", below: "/{ID}", operation: pathId("id"), path: "$/{id}", args: `{ path: { id: "a" } }`, want: "accepted" },
  { ...wide, name: "a slash in an argument in another case", below: "/{ID}", operation: pathId("id"), args: `{ path: { id: "a/b" } }`, want: "refused", says: [`path.id: "a/b" ${slash}`] },
  { ...wide, name: "a path parameter that the path does not have", below: "/{id}", operation: parameters(id, { ...id, name: "old" }), args: `{ path: { id: "a" } }`, want: "accepted" },
  { ...wide, name: "a path with a slash that the document does not have", below: "/list", path: "$/list/", args: "{}", want: "accepted" },
  { ...wide, name: "a path without the slash that the document has", below: "/list/", path: "$/list", args: "{}", want: "accepted" },
  { ...wide, name: "a template with a slash that the document does not have", below: "/{id}", path: "$/{id}/", args: `{ path: { id: "a" } }`, want: "accepted" },
  { ...wide, name: "a concrete path without the slash, and a query", below: "/{id}/", operation: parameters(query("q")), path: "$/a?q=1", args: "{}", want: "accepted" },
]; // prettier-ignore

const component = (name: string) => ({ $ref: `#/components/schemas/${name}` });
/** Of the document of all cases. */
export const sharedSchemas: Record<string, Schema> = {
  Pet: object({ petType: text }, { required: ["petType"], discriminator: { propertyName: "petType", mapping: { cat: "#/components/schemas/Cat", dog: "Dog", lost: "#/components/schemas/Lost" } } }),
  Cat: { allOf: [component("Pet"), object({ lives: { type: "integer" } }, { required: ["lives"] })] },
  Dog: { allOf: [component("Pet"), object({ size: { enum: ["s", "l"] } })] },
}; // prettier-ignore
const pets: Case[] = [
  { name: "a subtype by the mapping", operation: json(object({ pet: component("Pet") })), args: `{ body: { pet: { petType: "cat", lives: 9 } } }`, want: "accepted" },
  { name: "a subtype that the mapping has by its name", operation: json(component("Pet")), args: `{ body: { petType: "dog", size: "s" } }`, want: "accepted" },
  { name: "a subtype behind an allOf of one part", operation: json({ allOf: [component("Pet")], description: "A pet" }), args: `{ body: { petType: "cat", lives: 9 } }`, want: "accepted" },
  { name: "a subtype beside whose reference something stands", operation: json(object({ pet: { ...component("Pet"), description: "A pet" } })), args: `{ body: { pet: { petType: "cat", lives: 9 } } }`, want: "accepted" },
  { name: "a subtype in a list", operation: json(object({ pets: { type: "array", items: component("Pet") } })), args: `{ body: { pets: [{ petType: "cat", lives: 9 }, { petType: "dog" }] } }`, want: "accepted" },
  { name: "a member that the subtype requires", operation: json(component("Pet")), args: `{ body: { petType: "cat" } }`, want: "refused", says: ["body.lives is missing"] },
  { name: "a wrong value of a subtype's member", operation: json(component("Pet")), args: `{ body: { petType: "dog", size: "m" } }`, want: "refused", says: ['body.size: "m" is not one of "s", "l"'] },
  { name: "a member of another subtype", operation: json(component("Pet")), args: `{ body: { petType: "dog", lives: 9 } }`, want: "once", says: ["body.lives is not known; known are petType"] },
  { name: "a member of some subtype, where it is not known which", operation: json(component("Pet")), args: `{ body: { petType: String(Date.now()), lives: 9 } }`, want: "accepted" },
  { name: "a member of no subtype", operation: json(component("Pet")), args: `{ body: { petType: "lost", colour: "x" } }`, want: "once", says: ["body.colour is not known; known are petType"] },
]; // prettier-ignore

export const cases: Case[] = [
  ...contradictions,
  ...unlisted,
  ...unions,
  ...media,
  ...places,
  ...agreed,
  ...held,
  ...unsendable,
  ...undeclared,
  ...scattered,
  ...exploded,
  ...digits,
  ...spelled,
  ...pets,
  ...matrix("query", inQuery, (schema) => parameters(query("v", schema))),
  ...matrix("a JSON body", inJson, (schema) => json(object({ v: schema }))),
  ...matrix("a form", inForm, (schema) => form(object({ v: schema }))),
];

/** Paths and ids that mean no operation, as code of the whole call. */
export const nowhere: [call: string, asked: string, nearest: string | undefined][] = [
  [`api.get("/c/nowhere/at/all")`, "GET /c/nowhere/at/all", undefined],
  [`api.delete("/c/0")`, "DELETE /c/0", undefined],
  [`api.call("kase0")`, '"kase0"', "POST /c/0 (case0)"],
  [`api.get("https://elsewhere.example/c/0")`, "GET https://elsewhere.example/c/0", undefined],
];
