/**
 * Every store that a folder of `src` uses, with what becomes of a call when it does not answer, and the test that shows
 * it. `bindings.test.ts` holds it against the code: a folder that begins to use a store, or uses it in another way, is
 * noticed; a file that moves within its folder is not.
 */
export interface Loss {
  /** What becomes of the call. */
  fails: string;
  /** Name of the test, or the beginning of it. */
  test: string;
}

const loss = (fails: string, test: string): Loss => ({ fails, test });

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
const ended = "while an ending is recorded says so, and the access has ended all the same";
const signIn = "while a sign-in ends lets nobody in twice";
const stored = "loses no refreshed login when it cannot be written: it is kept and written with the next use";
const check = "does not stop the check of code before it runs";
const steps = "leaves a ledger as it was when a step of the new version fails";
const recorded = "does not fail a run; the loss is logged";
const leaving = "sends no write whose record cannot be stored, and says so";
const approvals = "runs nothing where approvals cannot be read, and says so";
const asking = "leaves a person who cannot be asked the link";
const sessions = "behind a session or a limit is said so with 503";
const refreshed = "while tokens are refreshed says so with 503";
const standing = "sends nothing for a run whose connection cannot be looked up";
const shapes = "leaves types to the document where what was seen cannot be read";
const unlearned = "costs no run anything";
const state = "that cannot be read or kept costs no run anything";
const recall = "makes recall say that it cannot be read right now, without the store's own words";

/** Folder of `src` → the binding, or the call on what it was handed on as → what is lost. */
const asked = "while a user is asked about neither lets them in nor puts them out";

export const uses: Record<string, Record<string, Loss[]>> = {
  store: {
    "bucket.get": [
      loss(`${retried503}; ${unread}`, "once, is asked again for the list of APIs and for a catalog"),
    ],
    "bucket.put": [loss(kept, refresh)],
    "bucket.head": [loss("the deployment is refused", "cannot be named by a deployment")],
    "bucket.delete": [loss(sweep, interrupted)],
    "env.LEDGER": [loss("the code is told to try again", recall)],
    "env.KEPT_STATE": [loss("the code runs with an empty state, which is not kept; a note says so", state)],
    "kv.get": [loss("as if it were not there; a note says so", state)],
    "kv.put": [loss("the state stays as it was; a note says so", state)],
    "kv.delete": [loss("the state stays as it was; a note says so", state)],
    "kv.list": [loss("the ledger stays as it was", recorded)],
    "storage.deleteAll": [loss("the alarm is run again", state)],
    "storage.transactionSync": [
      loss("the state stays as it was; a note says so", state),
      loss("the ledger stays as it was", steps),
      loss("the ledger stays as it was", recorded),
    ],
    "storage.sql": [loss("the ledger stays as it was", recorded)],
    "storage.getAlarm": [loss("set with the next write", recorded)],
    "storage.setAlarm": [loss("set with the next write", recorded)],
  },
  deployment: {
    "bucket.delete": [loss(sweep, interrupted)],
    "bucket.put": [loss(sweep, interrupted)],
    "bucket.list": [loss(sweep, interrupted)],
    "bucket.get": [loss(sweep, interrupted)],
    "env.CATALOGS": [loss(kept, refresh), loss(page, "cannot be named by a deployment")],
  },
  gateway: {
    "env.CATALOGS": [loss("nothing is sent", "for the gateway sends nothing and says so"), loss(page, list)],
    "env.UPSTREAM_TOKENS": [loss("nothing is sent", "that does not answer sends nothing")],
    "env.LEDGER": [
      loss("nothing is sent, or it is said that the outcome is unknown", approvals),
      loss("logged and counted; the run is not touched", recorded),
      loss("the write is not sent", leaving),
    ],
    "env.OAUTH_KV": [loss("nothing is sent", standing)],
  },
  mcp: {
    "env.CATALOGS": [loss(retried503, list)],
    "env.LEDGER": [
      loss("nothing is run; after a run its outcome stands", approvals),
      loss("the person is given the link", asking),
      loss("told again with the next call", recorded),
    ],
    "env.SESSIONS": [loss(page, sessions)],
    "storage.get": [loss(page, sessions)],
    "storage.put": [loss(page, sessions)],
    "storage.setAlarm": [loss(page, sessions)],
    "storage.deleteAll": [loss("the alarm is run again", sessions)],
    "env.LOADER": [
      loss(
        "the run is said to have broken off",
        "that makes none is a run that broke off, not a fault of the server",
      ),
    ],
  },
  check: {
    "env.CATALOGS": [loss(goesOn, check)],
    "env.LEDGER": [loss(goesOn, check)],
  },
  sandbox: {
    "env.CATALOGS": [loss(unread, "for a catalog fails the call before anything runs, with the next step")],
  },
  auth: {
    "env.REFRESH_TURNS": [loss("503, so that no client throws its tokens away", refreshed)],
    "env.CATALOGS": [
      loss("503, so that no client throws its tokens away", refreshed),
      loss(page, list),
      loss(retried503, list),
    ],
    "env.OAUTH_KV": [loss("503, never 401", token), loss(page, made), loss(page, signIn)],
    "kv.put": [loss(page, signIn), loss("logged; the list of users is older", asked)],
    "kv.list": [loss(page, asked)],
    "kv.get": [loss(page, signIn)],
    "kv.delete": [loss("nobody is let in; done again it is done", signIn)],
    "env.UPSTREAM_TOKENS": [loss("the login is begun anew", stored)],
    "env.REGISTRATIONS": [loss("503; no client is stored", login)],
    "env.LEDGER": [loss("the access has ended; that is not recorded, and said so", ended)],
  },
  vault: {
    "env.UPSTREAM_TOKENS": [loss("503, so that no client throws its tokens away", asked)],
    "kv.get": [loss("nothing is sent", standing), loss("503, never 401", token)],
    "kv.put": [loss("no token is shown", made)],
    "kv.list": [loss(page, revoked)],
    "kv.delete": [loss("it stays listed; revoked again it is gone", revoked)],
    "storage.put": [loss("kept in memory, written with the next use", stored)],
    "storage.setAlarm": [loss("set with the next write", stored)],
    "storage.get": [loss("nothing is sent", "that does not answer sends nothing")],
    "storage.deleteAll": [loss("deleted with the next alarm or refusal", stored)],
  },
  fairness: {
    "env.CALLS_PER_USER": [loss(page, sessions)],
    "env.CALLS_PER_CLIENT": [loss(page, sessions)],
  },
  learned: {
    // The gateway has opened the catalog before.
    "env.CATALOGS": [loss("logged; learned from a later answer", unlearned)],
    "env.SEEN_SHAPES": [loss("logged; the document alone is used", shapes)],
    "kv.get": [loss("logged; the document alone is used", shapes)],
    "kv.put": [loss("logged; learned from a later answer", unlearned)],
    "storage.setAlarm": [loss("set with the next shape", unlearned)],
    "storage.deleteAll": [loss("the alarm is run again", unlearned)],
  },
  console: {
    "env.CATALOGS": [loss(page, list)],
    "env.OAUTH_KV": [loss(page, console)],
    "env.LEDGER": [loss(page, console)],
  },
};
