/** Several accounts of one user at one API: which of them signs a request, as the code chooses and not otherwise. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "../../../../src/terms/caller.ts";
import { sealAccount } from "../../../../src/vault/vault.ts";
import type { DeployedApi } from "../../../../src/terms/manifest.ts";
import { deploy, executeOn, received } from "../../../gateway/running.ts";

const tokens = { "": "planted-token-of-ann", work: "planted-token-of-ann-at-work" };

const document = {
  openapi: "3.1.0",
  info: { title: "Accounts", version: "1" },
  servers: [{ url: "/" }],
  components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  security: [{ token: [] }],
  paths: {
    "/echo": {
      get: {
        operationId: "whose",
        parameters: [{ name: "n", in: "query", schema: { type: "string" } }],
        responses: {},
      },
    },
    "/list/link": {
      get: {
        operationId: "list",
        parameters: [
          { name: "size", in: "query", schema: { type: "integer" } },
          { name: "page", in: "query", schema: { type: "integer" } },
        ],
        responses: {},
      },
    },
  },
};

const credential = { from: "user" as const, fields: { token: "Token" }, check: "/echo" };

let mine: DeployedApi;
let shared: DeployedApi;
let accounts: NonNullable<Caller["accounts"]>;
beforeAll(async () => {
  mine = await deploy({ document, file: { credential } }, "mine");
  shared = await deploy(
    { document, file: { credential: { from: "shared", secrets: { token: "TEST_TOKEN" } } } },
    "shared",
  );
  accounts = { mine: [await sealed(""), await sealed("work")] };
  await received();
});

function sealed(label: keyof typeof tokens, api = "mine") {
  const content = { kind: "pasted" as const, secrets: { token: tokens[label] } };
  const { ISOGATE_SECRET } = env as unknown as { ISOGATE_SECRET: string };
  return sealAccount(label, content, { userId: "u", api }, ISOGATE_SECRET);
}

const run = (code: string, apis = [mine]) => executeOn(code, apis, undefined, accounts);

/** Whose token signed each request that came in. */
async function signers(): Promise<string[]> {
  const { requests } = await received();
  return requests.map(({ headers }) => {
    const [, token] = /^Bearer (.+)$/.exec(headers["authorization"] ?? "") ?? [];
    const known = Object.entries(tokens).find(([, value]) => value === token);
    return known ? known[0] || "first" : String(token);
  });
}

describe("several accounts of one API", () => {
  it("are not repeated by an answer to another one of them, used before or not", async () => {
    const unused = await deploy({ document, file: { credential } }, "unused");
    const both = { unused: [await sealed("", "unused"), await sealed("work", "unused")] };
    const url = `/echo?n=${encodeURIComponent(tokens.work)}`;
    const ran = await executeOn(
      `return JSON.stringify((await api.get(${JSON.stringify(url)})).data)`,
      [unused],
      undefined,
      both,
    );
    expect(ran.value, JSON.stringify(ran.failure)).toContain("[redacted]");
    expect(ran.value).not.toContain(tokens.work);
    await received();
  });

  const cases: { it: string; code: string; want: string[] }[] = [
    { it: "uses the first unless told", code: `await api.get("/echo")`, want: ["first"] },
    { it: "uses the one that is named", code: `await api.as("work").get("/echo")`, want: ["work"] },
    {
      it: "takes both in one run, at once, without mixing them up",
      code: `const work = api.as("work");
        await Promise.all([work.get("/echo"), api.get("/echo"), work.call("whose"), api.call("whose")])`,
      want: ["first", "first", "work", "work"],
    },
    {
      it: "goes through all pages of a list with it",
      code: `await api.as("work").pages("/list/link", { query: { size: 3 } }).all()`,
      want: ["work", "work", "work"],
    },
    {
      it: "does not take a header of the code for a choice",
      code: `await api.get("/echo", { headers: { "isogate-account": "work" }, check: false });
        await api.as("work").get("/echo", { headers: { "Isogate-Account": "none" }, check: false });
        await fetch(new URL("/echo", spec.servers?.[0]?.url ?? base), { headers: { "isogate-account": "work" } })`,
      want: ["first", "first", "work"],
    },
  ];
  for (const { it: name, code, want } of cases)
    it(name, async () => {
      const { origin } = new URL(mine.file.server!);
      const { failure } = await run(code.replace("spec.servers?.[0]?.url ?? base", JSON.stringify(origin)));
      expect(failure).toBeUndefined();
      expect((await signers()).sort()).toEqual(want);
    });

  it("names the accounts there are when asked for one that is not, and sends nothing", async () => {
    for (const label of [`"home"`, `""`, `undefined`, `"toString"`, `["work"]`]) {
      const { failure } = await run(`return api.as(${label}).get("/echo")`);
      expect(failure).toMatchObject({
        kind: "bad-arguments",
        operation: "apis.mine.as",
        problems: [expect.stringMatching(/no account .*; there is "work", and the first/)],
        signature: `  apis.mine.as(label: "work")`,
      });
    }
    expect(await signers()).toEqual([]);
  });

  it("can be caught, and says what to do where there is one credential for everybody", async () => {
    const code = `try { apis.shared.as("work"); } catch (error) { return error.message }`;
    const { value } = await run(code, [mine, shared]);
    expect(value).toContain("this connection calls shared with one credential");
  });

  it("keeps the account at its API: the other one is called with its own", async () => {
    await run(`await apis.mine.as("work").get("/echo"); await apis.shared.get("/echo")`, [mine, shared]);
    expect((await signers()).sort()).toEqual(["planted/secret+token==42", "work"]);
  });

  it("shows the choice in describe, and only where there is one", async () => {
    const several = await run(`return describe("whose")`);
    expect(several.value).toContain(`// With another account: api.as("work").`);
    const { value } = await executeOn(`return describe("whose")`, [mine], undefined, {
      mine: [accounts["mine"]![0]!],
    });
    expect(value).not.toContain("account");
  });

  it("never brings a token into the isolate", async () => {
    const { value, logs } = await run(`
      const { data } = await api.as("work").get("/echo");
      return [data, JSON.stringify(globalThis), Object.keys(api.as("work"))];`);
    expect(JSON.stringify([value, logs])).not.toContain("planted-token");
    await received();
  });
});
