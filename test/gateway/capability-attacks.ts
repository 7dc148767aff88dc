/** Ways to make a program with a set of two operations call a third, for all that holds one to its set. */
import { inject } from "vitest";
import type { Capability, CapabilitySet } from "../../src/terms/capabilities.ts";
import { received } from "./running.ts";

const upstream = inject("upstream");
const other = inject("otherUpstream");

export const getOne: Capability = {
  api: "first",
  servers: [upstream],
  method: "GET",
  path: "/echo/{id}",
  access: ["read"],
  operation: "getOne",
};
const postEcho: Capability = {
  ...getOne,
  method: "POST",
  path: "/echo",
  access: ["write"],
  operation: "postEcho",
};
export const two: CapabilitySet = [getOne, postEcho];

/** What arrived that the two operations are not. */
export async function others(): Promise<string[]> {
  const { requests } = await received();
  const allowed =
    /^GET \/echo\/(?!(?:cookies|login|key|querykey|cookiekey|both|open)(?:\?|$))[^/?]+(?:\?(?!route=|path=)|$)|^POST \/echo(?:\?|$)/;
  const host = new URL(upstream).host;
  return requests
    .filter(({ method, url, headers }) => !allowed.test(`${method} ${url}`) || headers["host"] !== host)
    .map(({ method, url, headers }) => `${method} ${headers["host"]}${url}`);
}

export const at = (path: string) => JSON.stringify(upstream + path);
export const json = `headers: { "content-type": "application/json" }`;

/** Each line of a code is tried by itself: what one throws must not keep the next from being tried. */
export const attacks: [what: string, code: string | string[]][] = [
  ["a third operation, by its id or its path", [`await api.call("deleteEcho")`, `await api.delete("/echo")`]],
  ["a method by a computed name", `await api["del" + "ete"]("/echo")`],
  ["a client by a computed name", `await apis[["fi", "rst"].join("")].delete("/echo")`],
  [
    "fetch with a computed address and method",
    `await fetch(${at("/")} + ["e", "cho"].join(""), { method: ["DEL", "ETE"].join("") })`,
  ],
  ["spread arguments", `const given = ["/echo/{id}", { path: { id: "1" } }]; await api.delete(...given)`],
  [
    "a value in the path that is another operation's",
    ["cookies", "key", "open", "both"].map((id) => `await api.get("/echo/{id}", { path: { id: "${id}" } })`),
  ],
  [
    "a value in the path with a slash, a dot or an escape",
    ["7/admin", "..", "../slow", "%2e%2e/slow", "7%2Fadmin", "7;/../slow", "7\\\\..\\\\slow"].flatMap(
      (id) => [
        `await api.get("/echo/{id}", { path: { id: "${id}" }, check: false })`,
        `await fetch(${at("/echo/")} + "${id}")`,
      ],
    ),
  ],
  [
    "another spelling of a path",
    [
      `await fetch(${at("/ECHO/../echo")})`,
      `await fetch(${at("//echo")}, { method: "DELETE" })`,
      `await fetch(${at("/echo;x/7/")})`,
    ],
  ],
  [
    "a path in the query",
    [`await fetch(${at("/echo/7?route=/slow")})`, `await fetch(${at("/echo/7?path=%2Fecho%2Fkey")})`],
  ],
  [
    "HEAD and OPTIONS",
    ["HEAD", "OPTIONS", "head"].map((method) => `await fetch(${at("/echo/7")}, { method: "${method}" })`),
  ],
  [
    "a method of no operation, or in another spelling",
    ["delete", "Delete", "PURGE", "PATCH", "PUT"].map(
      (method) => `await fetch(${at("/echo")}, { method: "${method}" })`,
    ),
  ],
  [
    "a request that was made before",
    `const request = new Request(${at("/echo/1")}, { method: "DELETE" }); await fetch(new Request(request, { redirect: "manual" }))`,
  ],
  [
    "the same operation of another document",
    [
      `await apis.twin.get("/echo/{id}", { path: { id: "7" } })`,
      `await apis.second.get("/echo/{id}", { path: { id: "7" } })`,
    ].map((code) => `${code}; await apis.twin.delete("/echo")`),
  ],
  [
    "a header that names another API",
    [
      `await fetch(${at("/echo")}, { method: "DELETE", headers: { "isogate-api": "twin" } })`,
      `await fetch(${at("/slow")}, { headers: { "isogate-api": "twin", "isogate-page-of": "slow" } })`,
    ],
  ],
  [
    "another server of the document",
    [
      `await fetch(${JSON.stringify(`${other}/echo/7`)})`,
      `await fetch(${JSON.stringify(`${other}/echo`)}, { method: "POST" })`,
    ],
  ],
  [
    "prototypes",
    [
      `Object.prototype.method = "DELETE"; await fetch(${at("/echo")}, {})`,
      `String.prototype.toUpperCase = () => "DELETE"; await api.post("/echo", { body: {} })`,
      `Array.prototype.includes = () => true; Set.prototype.has = () => true; await api.delete("/echo")`,
      `Object.prototype.below = true; Object.prototype.anyAccount = true; await api.delete("/echo")`,
    ],
  ],
  [
    "a client behind something else",
    [
      `await Reflect.get(api, "delete").call(api, "/echo")`,
      `await new Proxy(api, {}).delete("/echo")`,
      `await Function.prototype.call.call(api.delete, api, "/echo")`,
      `await new Map([["x", api]]).get("x").delete("/echo")`,
      `await Object.values(globalThis.apis ?? {})[0]?.delete("/echo")`,
    ],
  ],
  [
    "what an answer says",
    `const { data } = await api.post("/echo", { body: { call: "deleteEcho" } }); await api.call(JSON.parse(data.text).call)`,
  ],
  ["pages of another list", `await api.pages("/slow").all()`],
  [
    "a request that nobody waits for",
    `api.delete("/echo").catch(() => {}); setTimeout(() => fetch(${at("/echo")}, { method: "DELETE" }), 1); await new Promise((done) => setTimeout(done, 50))`,
  ],
  [
    "many at once",
    `await Promise.allSettled(Array.from({ length: 50 }, (_, n) => n % 2 ? api.delete("/echo") : api.get("/echo/{id}", { path: { id: "n" + n } })))`,
  ],
];

/** What no run may send, whatever was allowed. */
export const refusedAnyway: typeof attacks = [
  [
    "another method in a header, the query or the body",
    [
      `await fetch(${at("/echo")}, { method: "POST", headers: { "x-http-method-override": "DELETE" } })`,
      `await fetch(${at("/echo?_method=DELETE")}, { method: "POST" })`,
      `await fetch(${at("/echo")}, { method: "POST", ${json}, body: '{"_method":"DELETE"}' })`,
      `await api.post("/echo", { body: { a: 1 }, headers: { "X-Method-Override": "DELETE" }, check: false })`,
    ],
  ],
  ["an upgrade", `await fetch(${at("/slow")}, { headers: { upgrade: "websocket" } })`],
];

export const tried = (lines: string | string[]) =>
  [
    "const said = []; const api = apis.first;",
    ...[lines]
      .flat()
      .map((line) => `await (async () => { ${line} })().catch((error) => said.push(String(error)));`),
    "return said;",
  ].join("\n");
