import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { runInSandbox, type SandboxApi } from "../../src/sandbox/run.ts";
import { search, valueOf } from "./running.ts";

const one: SandboxApi[] = [{ name: "zones", index: "{}" }];
const two: SandboxApi[] = [...one, { name: "github", index: "{}" }];

async function execute(code: string, apis: SandboxApi[]) {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  // These runs send nothing.
  const outbound = exports.default as unknown as Fetcher;
  return runInSandbox(env.LOADER, { program: parsed.program, apis, target: { tool: "execute", outbound } });
}

describe("names that stand for nothing", () => {
  const cases: { code: string; apis: SandboxApi[]; says: string }[] = [
    {
      code: "spec.paths",
      apis: two,
      says: "spec is not one thing here, there are 2 APIs: use specs.zones, specs.github.",
    },
    {
      code: "async ({ spec }) => spec",
      apis: two,
      says: "spec is not one thing here, there are 2 APIs: use specs.zones, specs.github.",
    },
    { code: "github.get('/')", apis: two, says: "github is not defined. Use specs.github (its document)." },
    {
      code: "specs.gitlab",
      apis: two,
      says: "specs.gitlab does not exist: there are specs.zones, specs.github.",
    },
    {
      code: "api.get('/')",
      apis: one,
      says: "api is not in search, which has no network: call the API in the tool execute.",
    },
    {
      code: "apis.zones.get('/')",
      apis: one,
      says: "apis is not in search, which has no network: call the API in the tool execute.",
    },
    {
      code: "await fetch('http://127.0.0.1:9')",
      apis: one,
      says: "fetch is not in search, which has no network: call the API in the tool execute.",
    },
    {
      code: "client.get('/')",
      apis: one,
      says: "client is not defined. In scope are spec, specs, operations, find, describe, recall.",
    },
    {
      code: "paths['/zones']",
      apis: one,
      says: "paths is not defined. The paths are spec.paths; operations is the flat list. In scope are spec, specs, operations, find, describe, recall.",
    },
    { code: "spec", apis: [], says: "spec is not there: no API is configured." },
    {
      code: "await recall('r')",
      apis: one,
      says: "recall is not available here: results of earlier runs are not kept.",
    },
  ];

  it.for(cases)("says which one does: $code", async ({ code, apis, says }) => {
    expect(await valueOf(code, { apis })).toMatchObject({ kind: "thrown", message: says });
  });

  it("says so in execute too", async () => {
    expect(await execute("api.get('/')", two)).toMatchObject({
      failure: { message: "api is not one thing here, there are 2 APIs: use apis.zones, apis.github." },
    });
    expect(await execute("github.get('/')", two)).toMatchObject({
      failure: {
        message: "github is not defined. Use apis.github (its client) or specs.github (its document).",
      },
    });
  });
});

describe("parameters of the program's function", () => {
  const document = { name: "zones", index: "{}" };
  it.for([
    "async function main(api, spec, describe) { return 5 }",
    "async (context, api) => 5",
    "async ({ recall }, apis, find) => 5",
    "async (fetch, operations) => { return typeof recall === 'function' ? 5 : 0 }",
  ])("need not be used: %s", async (code) => {
    for (const apis of [[], [document], two]) {
      expect(await execute(code, apis)).toMatchObject({ ok: true, result: "5" });
      expect(await valueOf(code, { apis })).toBe(5);
    }
  });

  it.for([
    ["async (api, spec) => spec.paths", "spec is not one thing here, there are 2 APIs: use specs.zones, specs.github."],
    ["async (spec) => spec", "spec is not one thing here, there are 2 APIs: use specs.zones, specs.github."],
    ["async (api) => api.get('/')", "api is not in search, which has no network: call the API in the tool execute."],
    ["async (api) => ({ ...api })", "api is not in search, which has no network: call the API in the tool execute."],
  ])("say what is not there when they are used: %s", async ([code, message]) => {
    expect(await valueOf(code, { apis: two })).toMatchObject({ kind: "thrown", message });
  }); // prettier-ignore
});

describe("the scope of a run", () => {
  it("lists the APIs by name without opening them", async () => {
    expect(await valueOf("[Object.keys(specs), 'zones' in specs, 'x' in specs]", { apis: two })).toEqual([
      ["zones", "github"],
      true,
      false,
    ]);
  });

  it("lets code have names of its own like the globals", async () => {
    expect(await valueOf("const spec = 1, find = 2; [spec, find]", { apis: two })).toEqual([1, 2]);
    expect(await valueOf("find = 3; find", { apis: two })).toBe(3);
  });

  it("starts every run with nothing of the one before", async () => {
    await search("globalThis.left = 1; Array.prototype.left = 2; 1");
    expect(await valueOf("[typeof left, [].left === undefined]")).toEqual(["undefined", true]);
  });
});
