/** A plan sends nothing that it lists, even if the ledger says so: the grant let it come this far because of that. */
import { expect, it } from "vitest";
import { approvedExchange } from "../../../src/gateway/approve/approved-exchange.ts";
import { approvingOf } from "../../../src/gateway/approve/approving.ts";
import { locate } from "../../../src/gateway/decide/locate.ts";
import type { IncomingRequest } from "../../../src/gateway/read/incoming.ts";
import type { RunContext, RunState } from "../../../src/gateway/run/run-state.ts";
import type { DecidedRequest } from "../../../src/gateway/send/exchange.ts";
import type { Approvals, ExactRequest } from "../../../src/terms/approvals.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";

const url = "https://api.test/a";
const operation = { responses: { 200: { description: "" } } };
const catalog = plainCatalog({
  servers: [{ url: "https://api.test" }],
  paths: { "/a": { get: operation, post: operation, delete: operation } },
});

const decided: ExactRequest[] = [];

/** A ledger that would have everything sent. */
const ledger = {
  decideRequest: (_run, request) => {
    decided.push(request);
    return { do: "send", ticket: "t" };
  },
  recordSent: () => true,
  recordAnswered: () => {},
  recordUnanswered: () => {},
} as Partial<Approvals> as Approvals;

it.each<[method: string, effect: "allow" | "ask", isPlan: boolean, isSent: boolean]>([
  ["GET", "allow", true, true],
  ["GET", "ask", true, false],
  ["POST", "allow", true, false],
  ["POST", "ask", true, false],
  ["DELETE", "ask", true, false],
  ["GET", "ask", false, true],
  ["POST", "ask", false, true],
])("%s, which the rules %s, in a plan: %s: sent %s", async (method, effect, plan, isSent) => {
  const context = {
    apis: [{ name: "test", title: "", hash: "", file: { source: "x", policy: [{ effect, method }] } }],
    caller: { access: { test: plan ? ["read"] : ["read", "write", "delete"] } },
    open: async () => catalog,
    env: {},
  } as unknown as RunContext;
  const incoming = { method, url, headers: new Map() } as unknown as IncomingRequest;
  const located = await locate(incoming, context, plan);
  if (!located.ok) throw new Error("not located");
  const client = { id: "c" };
  const run = { runId: "r", client, code: "", ...(plan && { plan }) };
  const approving = approvingOf({ closed: false } as RunState, { run, continues: true }, ledger);
  const request = {
    incoming,
    body: undefined,
    target: located.target,
    record: {},
  } as unknown as DecidedRequest;
  let sent = 0;
  const exchanged = approvedExchange(
    request,
    async (limits) => {
      await limits?.beforeSend?.();
      sent += 1;
      return { ok: true, response: new Response("{}") };
    },
    approving,
    context,
  );
  if (isSent) expect(await exchanged).toMatchObject({ ok: true });
  else await expect(exchanged).rejects.toThrow("A plan was told to send");
  expect(sent).toBe(isSent ? 1 : 0);
  // What a person is asked about says which rule asks, and nothing else does.
  const asks = effect === "ask" ? { by: "policy", effect, what: `method ${method}`, index: 0 } : undefined;
  for (const one of decided.splice(0)) expect(one.asks).toEqual(asks);
});
