/** `fetch(url)` is checked against the document like a call of the client. */
import { describe, expect, test } from "vitest";
import { type CheckedApi, examine } from "../../../src/check/examine.ts";
import { parseProgram } from "../../../src/check/parse.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";
import { openSnippetApi } from "../fixture/documents.ts";

async function findingsOf(code: string, more: CheckedApi[] = []) {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const { findings } = examine(parsed.program, [await openSnippetApi("github"), ...more]);
  return findings.map(
    ({ severity, problem }) => `${severity}: ${"asked" in problem ? problem.asked : problem.text}`,
  );
}

const base = "https://api.github.com";

const wrong: [name: string, code: string, want: string][] = [
  ["an unknown path", `fetch("${base}/repos/o/r/isues")`, `refuse: GET ${base}/repos/o/r/isues`],
  [
    "an unknown path in a template",
    `const base = "${base}"; fetch(\`\${base}/repo/\${owner}/issues\`)`,
    `refuse: GET ${base}/repo/{…}/issues`,
  ],
  [
    "a method that the path does not have",
    `fetch("${base}/user", { method: "PUT" })`,
    `refuse: PUT ${base}/user`,
  ],
  [
    "a wrong value in the query",
    `fetch("${base}/repos/o/r/issues?state=opened")`,
    'refuse: query.state: "opened" is not one of "open", "closed", "all"',
  ],
  [
    "an unknown name in the query",
    `fetch(\`${base}/search/issues?q=\${q}&per_pages=5\`)`,
    "once: query.per_pages in the path is not known; did you mean per_page or page?",
  ],
  ["a parameter that is missing", `fetch("${base}/search/issues?per_page=5")`, "refuse: query.q is missing"],
  [
    "a body that lacks a member",
    `fetch("${base}/repos/o/r/issues", { method: "POST", body: JSON.stringify({ titel: "x" }) })`,
    "refuse: body.title is missing (you gave titel)",
  ],
  [
    "a wrong value in a body",
    `const body = { state: "close" }; fetch("${base}/repos/o/r/issues/1", { method: "PATCH", body: JSON.stringify(body) })`,
    'refuse: body.state: "close" is not one of "open", "closed"',
  ],
  [
    "a helper around it",
    `const get = async (path) => (await fetch("${base}" + path)).json(); await get("/users/a"); await get("/usr/a")`,
    `refuse: GET ${base}/usr/a`,
  ],
  [
    "an address of nobody",
    `fetch("https://example.com/data.json")`,
    `refuse: GET https://example.com/data.json: fetch reaches nothing else, and the API is at ${base}`,
  ],
  [
    "an address without a host",
    `fetch("/repos/o/r/issues")`,
    `refuse: GET /repos/o/r/issues: fetch takes a whole URL, and the API is at ${base}`,
  ],
];

describe("fetch is refused for", () => {
  for (const [name, code, want] of wrong)
    test(name, async () => expect(await findingsOf(code)).toEqual([want]));
});

const right: [name: string, code: string][] = [
  ["a known path", `await fetch("${base}/repos/o/r/issues?state=open&per_page=5")`],
  [
    "holes",
    `await fetch(\`${base}/repos/\${o}/\${r}/issues/\${n}\`, { method: "PATCH", body: JSON.stringify({ state: "closed" }) })`,
  ],
  ["a method and a body that are not known", `await fetch("${base}/repos/o/r/issues", options)`],
  ["a query that is not known", `await fetch(\`${base}/search/issues?\${new URLSearchParams({ q: "x" })}\`)`],
  [
    "a URL that is put together",
    `const url = new URL("${base}/search/issues"); url.searchParams.set("q", "x"); await fetch(url)`,
  ],
  ["a URL out of an answer", `const { data } = await api.get("/user"); await fetch(data.repos_url)`],
  ["an unknown host", `await fetch(\`\${host}/anything\`)`],
  [
    "headers of every kind",
    `await fetch("${base}/user", { headers: new Headers({ accept: "application/json" }), signal: null })`,
  ],
  ["a fetch of its own", `const fetch = (path) => path; fetch("/nothing")`],
  ["a fetch that is handed in", `const load = (fetch) => fetch("/nothing"); load((path) => path)`],
];

describe("fetch may have", () => {
  for (const [name, code] of right) test(name, async () => expect(await findingsOf(code)).toEqual([]));
});

test("with several APIs the address tells which one is meant", async () => {
  const stripe = await openSnippetApi("stripe");
  expect(await findingsOf(`await fetch("https://api.stripe.com/v1/charges?limit=3")`, [stripe])).toEqual([]);
  expect(await findingsOf(`await fetch("https://api.stripe.com/v1/charge?limit=3")`, [stripe])).toEqual([
    "refuse: GET https://api.stripe.com/v1/charge?limit=3",
  ]);
});

test.each([
  ["that has it", `${base}/v9/things/1`, []],
  ["that has its beginning", `${base}/v9/`, [`refuse: GET ${base}/v9/`]],
  ["of the other, which has no base path", `${base}/user`, []],
])("of two APIs at one origin, an address is looked for in the one %s", async (_, url, found) => {
  const catalog = plainCatalog({
    servers: [{ url: `${base}/v9` }],
    paths: { "/things/{id}": { get: { operationId: "thing" } } },
  });
  const other = { api: { name: "things", file: {} }, catalog } as CheckedApi;
  expect(await findingsOf(`await fetch("${url}")`, [other])).toEqual(found);
});

test("the client takes a whole URL with holes like a path", async () => {
  expect(await findingsOf(`await api.get(\`${base}/repos/\${o}/r/issues\`)`)).toEqual([]);
  expect(await findingsOf(`await api.get(\`${base}/repo/\${o}/issues\`)`)).toEqual([
    `refuse: GET ${base}/repo/{…}/issues`,
  ]);
});

test("the query of a path is checked against the parameters", async () => {
  expect(await findingsOf(`await api.get("/repos/o/r/issues?stat=open")`)).toEqual([
    "once: query.stat in the path is not known; did you mean state or sort?",
  ]);
});
