/** What cannot be looked up is not sent. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import { sealCredential } from "../../src/vault/vault.ts";
import { secretsFor } from "../../src/gateway/sign/secrets.ts";
import { gatewayProps } from "../../src/gateway/run/props.ts";
import { handleCall } from "../../src/gateway/call.ts";
import { openDeployed } from "../../src/store/catalogs.ts";
import { StoreFault } from "../../src/store/fault.ts";
import { failing, failingObjects } from "../store/failing.ts";
import { bucket, caller, fresh, isClear, quietErrors } from "../store/down.ts";
import { upstreamDocument } from "./document.ts";
import { deploy, received } from "./running.ts";
import { openRun } from "../../src/gateway/run/run-state.ts";

quietErrors();

describe("R2 that does not answer", () => {
  it("for the gateway sends nothing and says so", async () => {
    const api = await fresh();
    await expect(openDeployed(bucket(() => true).binding, api)).rejects.toThrow(StoreFault);
  });

  it("for the gateway is recorded as what it is, so that the run can be told from one that threw", async () => {
    const missing = { ...(await fresh()), hash: "0".repeat(64) };
    const props = gatewayProps("unread", { caller, apis: [missing] });
    const { records } = openRun("unread");
    const answer = await exports.Gateway({ props }).fetch("https://api.test/things/1");
    expect(answer.status).toBe(500);
    expect(records).toMatchObject([
      {
        outcome: "denied",
        method: "GET",
        failure: { kind: "misconfigured", next: expect.any(String) as string },
      },
    ]);
    isClear(JSON.stringify(records));
  });
});

describe("the store of logins at APIs", () => {
  it("that does not answer sends nothing", async () => {
    const api = await fresh();
    const content = { kind: "oauth" as const, scheme: "oauth", store: "s", key: "k" };
    const secret = "a secret of the deployment that is long enough";
    const sealed = await sealCredential(content, { userId: "faults", api: "test" }, secret);
    const failed = await secretsFor({
      file: { ...api.file, credential: { from: "oauth", scheme: "oauth" } },
      api: "test",
      caller: { ...caller, accounts: { test: [{ label: "", sealed }] } },
      env: { ISOGATE_SECRET: secret, UPSTREAM_TOKENS: failingObjects(env.UPSTREAM_TOKENS) },
    } as never);
    expect(failed).toMatchObject({ ok: false, failure: { kind: "upstream-unreachable" } });
    isClear(JSON.stringify(failed));
  });
});

it("sends no write whose record cannot be stored, and says so", async () => {
  const api = await deploy({ document: upstreamDocument });
  const run = openRun("unstored");
  await received();
  const leaving = () => Promise.reject(new StoreFault("The storage of this deployment did not answer."));
  const open = () => openDeployed(env.CATALOGS, api);
  const writer = { ...caller, access: { test: ["read", "write"] } };
  const context = { run, caller: writer, apis: [api], env: {}, open, leaving };
  const headers = { "content-type": "application/json" };
  const asked = new Request(`${inject("upstream")}/echo`, { method: "POST", headers, body: "{}" });
  const answer = await handleCall(asked, context as never);
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain("The request was not sent.");
  expect((await received()).requests).toEqual([]);
});

it("sends nothing for a run whose connection cannot be looked up", async () => {
  const api = await fresh();
  const kv = failing(env.OAUTH_KV, () => true).binding;
  const run = { ...openRun("unlooked"), connectedAt: 0 };
  const context = {
    run,
    caller: { ...caller, connectionKey: "grant:u:g" },
    apis: [api],
    env: { OAUTH_KV: kv },
  };
  const asked = new Request("https://api.test/things/1");
  const open = () => openDeployed(env.CATALOGS, api);
  const answer = await handleCall(asked, { ...context, open } as never);
  expect(answer.status).toBe(500);
  isClear(await answer.text());
  expect(run.records).toMatchObject([{ outcome: "denied" }]);
});
