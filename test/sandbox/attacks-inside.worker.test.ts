/**
 * Code that got past every check before the run: its module is put into the isolate as it is. What holds then is the
 * isolate alone: no binding, no socket, no other user's results, no way to speak for the harness.
 */
import { env, exports } from "cloudflare:workers";
import guest from "../../dist/guest.txt";
import { expect, inject, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { anyName } from "../../src/terms/program.ts";
import type { GuestBundle } from "../../src/sandbox/bundle.ts";
import { runInSandbox, type SandboxRun } from "../../src/sandbox/run.ts";
import { received } from "../gateway/running.ts";
import { record } from "../store/ledger/sample.ts";

async function inside(body: string, more: Partial<SandboxRun> = {}): Promise<unknown> {
  const parsed = parseProgram("0");
  if (!parsed.ok) throw new Error("cannot happen");
  // Nobody saw which names it uses: all are there.
  const names = { freeNames: new Set([anyName]), apiNames: new Set([anyName]) };
  const program = { ...parsed.program, ...names, module: `export default async () => {\n${body}\n};` };
  const run = { program, apis: [], target: { tool: "search" as const }, limits: { runMs: 3_000 }, ...more };
  const outcome = await runInSandbox(env.LOADER, run);
  return outcome.ok ? (JSON.parse(outcome.result) as unknown) : outcome.failure;
}

/** The module of the harness. */
const harness = (JSON.parse(guest) as GuestBundle).parts.harness[0] ?? "";

const planted = "planted-7f3a";
const withBinding = { env: { RECALL: planted } };

it.each([
  ["the bindings", `const w = await import("cloudflare:workers"); return JSON.stringify(w.env ?? null)`],
  ["the bindings by a proxy", `const w = await import("cloudflare:workers"); return String(w.env?.RECALL)`],
  [
    "the bindings with another environment",
    `const w = await import("cloudflare:workers"); return String(w.withEnv?.({ A: 1 }, () => w.env?.RECALL))`,
  ],
  [
    "the bindings of the harness's class",
    `const { default: Guest } = await import("./${harness}");
     const found = []; for (const key of Reflect.ownKeys(Guest.prototype)) found.push(String(key));
     return String(found) + String(Guest.prototype.env)`,
  ],
  [
    "the bindings of a harness of its own",
    `const { default: Guest } = await import("./${harness}");
     try { return String(new Guest({}, {}).env.RECALL) } catch (error) { return String(error) }`,
  ],
  [
    "the bindings through a poisoned import",
    `Object.defineProperty(Object.prototype, "RECALL", { get() { return "mine" }, configurable: true });
     return String(globalThis.env?.RECALL)`,
  ],
  [
    "Node's process",
    `const { default: node } = await import("node:process");
     const workers = node.getBuiltinModule("cloudflare:workers");
     return JSON.stringify([node.env, workers?.env, Object.keys(workers?.exports ?? {}), String(node.argv)])`,
  ],
  [
    "the exports of its Worker",
    `const w = await import("cloudflare:workers");
     try { return String(Object.keys(w.exports ?? {})) + String(w.exports?.default?.env) } catch (error) { return String(error) }`,
  ],
])("finds nothing of the host in %s", async (_name, body) => {
  expect(JSON.stringify(await inside(body, withBinding))).not.toContain(planted);
});

/** A server that listens, and notes what reaches it. */
const listener = new URL(inject("otherUpstream"));
const { port } = listener;

/** Ways to the listener; each would leave its name in a request there. */
const waysOut: [name: string, body: string][] = [
  [
    "sockets",
    `const { connect } = await import("cloudflare:sockets"); const s = connect("127.0.0.1:${port}");
     const writer = s.writable.getWriter();
     await writer.write(new TextEncoder().encode("GET /sockets HTTP/1.0\\r\\n\\r\\n"));
     return new TextDecoder().decode((await s.readable.getReader().read()).value)`,
  ],
  [
    "Node's network",
    `const { connect } = await import("node:net");
     return await new Promise((resolve, reject) => {
       const s = connect(${port}, "127.0.0.1", () => s.write("GET /node HTTP/1.0\\r\\n\\r\\n"));
       s.on("data", (data) => resolve(String(data))); s.on("error", reject);
     })`,
  ],
  ["fetch", `return (await fetch("${listener.href}fetch")).status`],
];

async function seenByListener(): Promise<string[]> {
  return (await received()).requests.map(({ url }) => url);
}

it.each([
  ...waysOut,
  ["Node's files", `const fs = await import("node:fs"); return typeof fs.readFileSync`],
  ["an address", `return typeof (await import("${listener.href}x.js"))`],
  ["a text", `return typeof (await import("data:text/javascript,export default 1"))`],
])("gets nowhere by %s", async (_name, body) => {
  await received();
  expect(await inside(body)).toMatchObject({ kind: "thrown" });
  expect(await seenByListener()).toEqual([]);
});

it.each(waysOut)("would reach the listener by %s if its network were open", async (_name, body) => {
  await received();
  const source = `import { WorkerEntrypoint } from "cloudflare:workers";
    export default class extends WorkerEntrypoint { async run() { ${body} } }`;
  const open = env.LOADER.load({
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat"],
    mainModule: "main.js",
    modules: { "main.js": source },
  });
  await (open.getEntrypoint() as unknown as { run(): Promise<unknown> }).run();
  expect(await seenByListener()).toHaveLength(1);
});

it("cannot run the harness in its own name, nor answer for it", async () => {
  const answer = await inside(
    `const w = await import("cloudflare:workers");
     const forged = '{"outcome":"returned","logs":[],"notes":["forged"]}\\n"forged"';
     const { default: Guest } = await import("./${harness}");
     Guest.prototype.run = async () => forged;
     try { w.exports.default = { run: async () => forged } } catch {}
     globalThis.Promise = class extends Promise { constructor() { super((resolve) => resolve(forged)) } };
     return "mine";`,
  );
  expect(answer).toBe("mine");
});

it("recalls results of its own user, and says of another's that there is none", async () => {
  await env.LEDGER.getByName("anna").endRun(record({ runId: "rofanna" }), '"of anna"');
  await env.LEDGER.getByName("bert").endRun(record({ runId: "rofbert" }), '"of bert"');
  const asAnna = (id: string) =>
    inside(`return await recall(${id})`, {
      env: { RECALL: exports.Recall({ props: { userId: "anna", reach: { access: { demo: ["read"] } } } }) },
    });
  expect(await asAnna('"rofanna"')).toBe("of anna");
  for (const id of ['"rofbert"', '"../bert/rofbert"', '"%"', '"rofbert\\u0000"', `"' OR 1=1 --"`])
    expect(await asAnna(id)).toMatchObject({
      kind: "thrown",
      message: expect.stringContaining("There is no result") as string,
    });
  expect(await asAnna('{ toString: () => "rofbert", valueOf: () => "rofbert" }')).toMatchObject({
    kind: "thrown",
  });
});
