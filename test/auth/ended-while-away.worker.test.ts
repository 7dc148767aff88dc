/** Whose access was ended while they were away to log in at an API does not come back in with what they approved before. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { AuthorizeContext } from "../../src/auth/sign-in/sign-in.ts";
import { continueGrant } from "../../src/auth/upstream-login.ts";
import { deafKv } from "./fixture/deaf-kv.ts";
import { endSessions } from "../../src/auth/users.ts";

it.each<[what: string, who: string, ended: string, endedAfterMs: number, granted: boolean]>([
  ["nobody was ended", "ann", "", 0, true],
  ["they were ended before they approved", "bea", "bea", -60_000, true],
  ["they were ended afterwards", "cem", "cem", 60_000, false],
  ["they were ended at that moment", "dan", "dan", 0, false],
  ["somebody else was ended", "eve", "mallory", 60_000, true],
])("a grant that %s is completed or not", async (_what, who, ended, endedAfterMs, granted) => {
  const now = Date.now();
  if (ended !== "") await endSessions(env, ended);
  const completeAuthorization = vi.fn(async () => ({ redirectTo: "https://client.example/done" }));
  const context = {
    // KV caches what it was asked before, so that it has not heard of it.
    env: { ...env, OAUTH_KV: deafKv(env.OAUTH_KV) },
    settings: {},
    apis: [],
    oauth: {
      completeAuthorization,
      listUserGrants: () => Promise.resolve({ items: [] }),
      describeConsent: async () => ({ clientName: "c" }),
    },
  } as unknown as AuthorizeContext;
  const pending = {
    request: {} as never,
    user: { id: who, label: who },
    scopes: ["notes:read"],
    accounts: {},
    logins: [],
    approvedAtMs: now - endedAfterMs,
  };
  const answer = await continueGrant(
    pending,
    context,
    new Request("http://localhost/connect/callback"),
    new Headers(),
  );
  expect([answer.status, completeAuthorization.mock.calls.length]).toEqual(granted ? [302, 1] : [403, 0]);
});
