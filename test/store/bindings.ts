/**
 * Every use of a store in the code, with what becomes of a call when the store does not answer, and the test that
 * shows it. `bindings.test.ts` holds it against the code, so that a new use is noticed.
 */
export interface Use {
  file: string;
  /** As it stands in the code. */
  call: string;
  /** How often, in that file. */
  times: number;
  fails: string;
  /** Name of the test, or the beginning of it. */
  test: string;
}

const use = (file: string, call: string, times: number, fails: string, test: string): Use => ({
  file: `src/${file}`,
  call,
  times,
  fails,
  test,
});

const retried503 = "read twice, then 503 with a sentence and Retry-After";
const unread = "read twice, then the call fails before anything runs";
const kept = "the old catalog stays, the reason is logged";
const sweep = "made good by the next sweep";
const page = "503 with a sentence; done again it is done";
const goesOn = "logged; the code runs";
const list = "for the list of APIs ends in 503, a sentence, and when to try again";
const interrupted =
  "that is interrupted at any call has removed nothing that is named, and is made good by the next one";
const refresh = "while a refresh writes keeps the old catalog served";
const console = "makes a page of the console 503, with a sentence";
const login = "while somebody signs in or registers is said so, and lets nobody in";
const token = "makes a token neither valid nor invalid: 503, so that no client throws it away";
const made = "while a token is made shows none, and lists none that was not shown";
const revoked = "while a token is revoked leaves it listed, and revoking it again ends it";
const signIn = "while a sign-in ends lets nobody in twice";
const stored = "loses no refreshed login when it cannot be written: it is kept and written with the next use";
const check = "does not stop the check of code before it runs";
const steps = "leaves a ledger as it was when a step of the new version fails";
const recorded = "does not fail a run; the loss is logged";
const approvals = "runs nothing where approvals cannot be read, and says so";
const asking = "leaves a person who cannot be asked the link";
const sessions = "behind a session or a limit is said so with 503";
const refreshed = "while tokens are refreshed says so with 503";
const connection = "sends nothing for a run whose connection cannot be looked up";
const shapes = "leaves types to the document where what was seen cannot be read";
const unlearned = "a store that fails costs no run anything";
const recall = "makes recall say that it cannot be read right now, without the store's own words";

export const uses: Use[] = [
  use(
    "store/catalogs.ts",
    "bucket.get",
    4,
    `${retried503}; ${unread}`,
    "once, is asked again for the list of APIs and for a catalog",
  ),
  use("store/catalogs.ts", "bucket.put", 3, kept, refresh),
  use("store/catalogs.ts", "bucket.head", 2, "the deployment is refused", "cannot be named by a deployment"),
  use("store/catalogs.ts", "bucket.delete", 2, sweep, interrupted),
  use("deployment/removal.ts", "bucket.delete", 2, sweep, interrupted),
  use("deployment/removal.ts", "bucket.put", 1, sweep, interrupted),
  use("deployment/removal.ts", "bucket.list", 1, sweep, interrupted),
  use("deployment/removal.ts", "bucket.get", 1, sweep, interrupted),
  use("deployment/refresh.ts", "env.CATALOGS", 3, kept, refresh),
  use("deployment/admin.ts", "env.CATALOGS", 3, page, "cannot be named by a deployment"),
  use(
    "gateway/gateway.ts",
    "env.CATALOGS",
    1,
    "nothing is sent",
    "for the gateway sends nothing and says so",
  ),
  use(
    "gateway/sign/secrets.ts",
    'env["UPSTREAM_TOKENS"]',
    1,
    "nothing is sent",
    "that does not answer sends nothing",
  ),
  use("mcp/tool-server.ts", "env.CATALOGS", 1, retried503, list),
  use("mcp/approval.ts", "env.LEDGER", 1, "nothing is run", approvals),
  use("mcp/settle.ts", "env.LEDGER", 1, "the outcome of the run stands", approvals),
  use("mcp/ask-person.ts", "env.LEDGER", 3, "the person is given the link", asking),
  use("mcp/tool-context.ts", "env.LEDGER", 1, "told again with the next call", recorded),
  use("mcp/session.ts", "env.SESSIONS", 1, page, sessions),
  use("auth/provider.ts", "env.REFRESH_TURNS", 1, "503, so that no client throws its tokens away", refreshed),
  use("auth/refresh-turn.ts", "env.CATALOGS", 1, "503, so that no client throws its tokens away", refreshed),
  use("mcp/session.ts", "storage.get", 1, page, sessions),
  use("mcp/session.ts", "storage.put", 1, page, sessions),
  use("mcp/session.ts", "storage.setAlarm", 1, page, sessions),
  use("mcp/session.ts", "storage.deleteAll", 1, "the alarm is run again", sessions),
  use(
    "gateway/gateway.ts",
    "env.LEDGER",
    1,
    "nothing is sent, or it is said that the outcome is unknown",
    approvals,
  ),
  use("gateway/run/connection.ts", 'env["OAUTH_KV"]', 1, "nothing is sent", connection),
  use("vault/connection.ts", "kv.get", 1, "nothing is sent", connection),
  use("fairness/admission.ts", "env.CALLS_PER_USER", 1, page, sessions),
  use("fairness/admission.ts", "env.CALLS_PER_CLIENT", 1, page, sessions),
  use("learned/learned.ts", "env.SEEN_SHAPES", 2, "logged; the document alone is used", shapes),
  use("learned/seen-shapes.ts", "kv.get", 1, "logged; the document alone is used", shapes),
  use("learned/seen-shapes.ts", "kv.put", 1, "logged; learned from a later answer", unlearned),
  use("learned/seen-shapes.ts", "storage.setAlarm", 1, "set with the next shape", unlearned),
  use("learned/seen-shapes.ts", "storage.deleteAll", 1, "the alarm is run again", unlearned),
  use("auth/upstream-login.ts", "env.CATALOGS", 1, page, list),
  use(
    "sandbox/ship.ts",
    "env.CATALOGS",
    1,
    unread,
    "for a catalog fails the call before anything runs, with the next step",
  ),
  use(
    "mcp/run-tool.ts",
    "env.LOADER",
    1,
    "the run is said to have broken off",
    "that makes none is a run that broke off, not a fault of the server",
  ),
  use("check/read-code.ts", "env.CATALOGS", 1, goesOn, check),
  use("check/read-code.ts", "env.LEDGER", 1, goesOn, check),
  use("auth/provider.ts", "env.CATALOGS", 1, retried503, list),
  use("auth/authorize.ts", "env.CATALOGS", 1, page, list),
  use("gateway/send/probe.ts", "env.CATALOGS", 1, page, list),
  use("auth/mcp-endpoint.ts", "env.OAUTH_KV", 1, "503, never 401", token),
  use("vault/access-tokens.ts", "kv.get", 1, "503, never 401", token),
  use("vault/access-tokens.ts", "kv.put", 2, "no token is shown", made),
  use("vault/access-tokens.ts", "kv.list", 2, page, revoked),
  use("vault/access-tokens.ts", "kv.delete", 2, "it stays listed; revoked again it is gone", revoked),
  use("auth/token-page.ts", "env.OAUTH_KV", 3, page, made),
  use("auth/transactions.ts", "kv.put", 1, page, signIn),
  use("auth/transactions.ts", "kv.get", 1, page, signIn),
  use("auth/transactions.ts", "kv.delete", 1, "nobody is let in; done again it is done", signIn),
  use("auth/sign-in/oidc.ts", "env.OAUTH_KV", 2, page, signIn),
  use("auth/upstream-login.ts", "env.OAUTH_KV", 2, page, signIn),
  use("auth/upstream-login.ts", "env.UPSTREAM_TOKENS", 2, "the login is begun anew", stored),
  use("auth/registration.ts", "env.REGISTRATIONS", 1, "503; no client is stored", login),
  use("vault/upstream-tokens.ts", "storage.put", 1, "kept in memory, written with the next use", stored),
  use("vault/upstream-tokens.ts", "storage.setAlarm", 1, "set with the next write", stored),
  use("vault/upstream-tokens.ts", "storage.get", 1, "nothing is sent", "that does not answer sends nothing"),
  use("vault/upstream-tokens.ts", "storage.deleteAll", 3, "deleted with the next alarm or refusal", stored),
  use("console/at-the-console.ts", "env.CATALOGS", 1, page, list),
  use("console/at-the-console.ts", "env.OAUTH_KV", 1, page, console),
  use("console/context.ts", "env.LEDGER", 1, page, console),
  use("console/pages/connect.ts", "env.CATALOGS", 1, page, list),
  use("console/pages/playground.ts", "env.CATALOGS", 1, page, list),
  use("console/pages/runs.ts", "env.CATALOGS", 1, page, list),
  use(
    "gateway/record/sinks/ledger.ts",
    "env.LEDGER",
    3,
    "logged and counted; the run is not touched",
    recorded,
  ),
  use("store/ledger/recall.ts", "env.LEDGER", 1, "the code is told to try again", recall),
  use("store/ledger/schema.ts", "storage.transactionSync", 1, "the ledger stays as it was", steps),
  use("store/ledger/ledger.ts", "storage.transactionSync", 1, "the ledger stays as it was", recorded),
  use("store/ledger/ledger.ts", "storage.sql", 1, "the ledger stays as it was", recorded),
  use("store/ledger/ledger.ts", "storage.getAlarm", 1, "set with the next write", recorded),
  use("store/ledger/ledger.ts", "storage.setAlarm", 1, "set with the next write", recorded),
];
