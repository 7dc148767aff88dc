/** A question to a person's client offers the approval of requests only that stand whole in it. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { questionAbout } from "../../src/mcp/ask-person.ts";
import { requestText } from "../../src/request/shown/request-text.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy } from "../gateway/running.ts";
import { asks, origin, scene, someone } from "../console/fixture/scene.ts";

const one = (more: string) => `api.delete("/echo/{id}", { path: { id: "a" }, ${more} })`;
const put = (body: string, type: string) =>
  `fetch(server + "/echo", { method: "PUT", headers: { "content-type": ${JSON.stringify(type)} }, body: ${body} })`;
const json = (members: number) =>
  `Object.fromEntries(Array.from({ length: ${members} }, (_, n) => ["k" + n, n]))`;

/** @param shown how many of the requests are in the question, whole; 0: it names the link only */
it.each<[what: string, calls: string[], shown: number]>([
  ["a short request", [`api.post("/echo", { body: { note: "x", role: "admin" } })`], 1],
  ["a body of 400 characters", [`api.post("/echo", { body: { note: "x".repeat(390), role: "admin" } })`], 1],
  ["a member behind the end", [`api.post("/echo", { body: { note: "x".repeat(4000), role: "admin" } })`], 0],
  ["a body of many members", [`api.post("/echo", { body: ${json(900)} })`], 0],
  ["a body of many lines", [put(`"a\\n".repeat(3000) + "mallory"`, "text/plain")], 0],
  ["a body of many empty lines, which are counted", [put(`"\\n".repeat(3000) + "mallory"`, "text/plain")], 1],
  [
    "signs that take more room when they are marked",
    [`api.post("/echo", { body: { to: "\\u202e".repeat(900) } })`],
    0,
  ],
  ["a header behind the end", [one(`headers: { "if-match": "a".repeat(4000) }`)], 0],
  ["a URL that goes on", [`api.delete("/echo/{id}", { path: { id: "a".repeat(4000) } })`], 0],
  ["a query that goes on", [one(`query: { a: "b".repeat(4000), role: "admin" }, check: false`)], 0],
  [
    "bytes that are no text",
    [`fetch(server + "/echo", { method: "POST", body: new Uint8Array([255, 254, 0]) })`],
    0,
  ],
  ["text that a server may read otherwise", [put(`"+ACI-"`, "text/plain; charset=utf-7")], 0],
  ["the second of two", [one(""), `api.post("/echo", { body: { note: "x".repeat(4000) } })`], 1],
  [
    "two that fit one by one",
    [
      one(`headers: { "if-match": "a".repeat(2500) }`),
      `api.delete("/echo/{id}", { path: { id: "b".repeat(2500) } })`,
    ],
    1,
  ],
  [
    "25 at once",
    Array.from({ length: 25 }, (_, n) => `api.delete("/echo/{id}", { path: { id: "n${n}" } })`),
    20,
  ],
])("%s", async (_what, calls, count) => {
  const userId = someone();
  const apis = [await deploy({ document: upstreamDocument, file: asks })];
  const { run, ledger } = await scene(apis, { userId });
  const code = `const server = ${JSON.stringify(apis[0]!.file.server)}; await Promise.all([${calls.join(", ")}])`;
  const { path, told } = await run(code);
  expect(told.error?.kind, JSON.stringify(told)).toBe("needs-approval");
  const caller = { userId, clientId: "c", access: {} };
  const context = { env, ctx: createExecutionContext(), caller, apis, origin };
  const asked = await questionAbout(path.slice(11), code, context);
  const { message } = asked!.form;
  const offered = asked!.question.offered;
  expect(offered).toEqual((asked!.form.requestedSchema.properties["decision"] as { enum: string[] }).enum);
  expect(message).toContain(`${origin}${path}`);
  const waiting = (await ledger.pausedRun(path.slice(11), 100))?.requests ?? [];
  expect(waiting).toHaveLength(calls.length);
  if (count === 0) {
    expect(offered).toEqual(["Decide at the link", "Reject"]);
    return;
  }
  expect(offered).toContain("Approve the listed requests");
  // What would be approved, is in the question to its last character.
  const read = message.replaceAll("\n   | ", "\n");
  expect(asked!.question.requests).toHaveLength(count);
  for (const { id, hash } of asked!.question.requests) {
    const found = waiting.find((each) => each.id === id);
    expect(found?.hash).toBe(hash);
    expect(read).toContain(requestText(found!.request).text);
  }
  if (count < calls.length) expect(message).toContain(`${calls.length - count} more`);
});

it.each<[what: string, file: Partial<ApiFile>, words: string]>([
  [
    "an access",
    { policy: [{ effect: "ask", access: ["write"] }] },
    "Rule 1 of this API asks a person: “access write”.",
  ],
  [
    "a path, after another rule",
    {
      policy: [
        { effect: "deny", operation: "deleteEcho" },
        { effect: "ask", path: "/echo" },
      ],
    },
    "Rule 2 of this API asks a person: “path /echo”.",
  ],
  [
    "nothing: what no rule names is asked about",
    { policy: [{ effect: "allow", access: "read" }], otherwise: "ask" },
    "No rule of this API names it, and what none names waits for a person.",
  ],
  [
    "signs that cannot be seen, and more operations than a question has room for",
    {
      policy: [
        { effect: "ask", operation: ["a\u202eb\n2. c of d", ...Array<string>(900).fill("x"), "postEcho"] },
      ],
    },
    "Rule 1 of this API asks a person: “operation a⟨U+202E⟩b⟨U+000A⟩2. c of d or x or x or",
  ],
])("names the rule that asks about %s", async (_what, file, words) => {
  const userId = someone();
  const apis = [await deploy({ document: upstreamDocument, file })];
  const { run } = await scene(apis, { userId });
  const code = `await api.post("/echo", { body: { note: "x" } })`;
  const { path } = await run(code);
  const context = {
    env,
    ctx: createExecutionContext(),
    caller: { userId, clientId: "c", access: {} },
    apis,
    origin,
  };
  const { form, question } = (await questionAbout(path.slice(11), code, context))!;
  expect(form.message.split("\n")[2]?.startsWith(`   ${words}`), form.message).toBe(true);
  expect(question.offered).toContain("Approve the listed requests");
});
