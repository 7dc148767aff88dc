/**
 * What an operator's import changes in a deployment: each line of an export gets in once, so what somebody has ended since
 * stays ended, and nothing gets in that an export would not have let out.
 */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { serveMoving } from "../../src/auth/moving.ts";
import { bytesIn, movingPaths, type KvEntry, type UserLine } from "../../src/terms/moving.ts";
import { randomToken } from "../../src/vault/secret.ts";

const client = { id: "c1", name: "Claude" };
const allowed = {
  client: "c1",
  api: "demo",
  route: "POST /zones",
  server: "https://api.example.com",
  account: "",
  credential: "",
};
const accounts = { demo: [{ label: "prod", sealed: "sealed" }] };

async function put(path: string, query: Record<string, string | number>, body: string) {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const request = new Request(`https://isogate.example${path}?${search}`, { method: "PUT", body });
  const response = await serveMoving(request, env);
  const { added, error } = await response!.json<{ added?: number; error?: string }>();
  return { status: response!.status, added, error };
}

const putLines = (user: string, id: string, lines: readonly UserLine[], line = 2) =>
  put(movingPaths.user, { user, id, line }, lines.map((one) => JSON.stringify(one)).join("\n"));
const putEntries = (id: string, entries: readonly KvEntry[], line: number) =>
  put(movingPaths.kv, { id, line }, JSON.stringify(entries));

/** Everything of a user that an export has and somebody may end. */
function userOfA(user: string) {
  const login = `${user} login`;
  const at = Date.now();
  const lines: UserLine[] = [
    { table: "always_allowed", row: { ...allowed, since: at } },
    { table: "accounts", row: { client: "c1", accounts: JSON.stringify(accounts), at } },
    { login, sealed: bytesIn(new Uint8Array(40)) },
  ];
  const entries: KvEntry[] = [1, 2].map((n) => ({ key: `grant:${user}:g${n}`, value: "{}" }));
  return { lines, entries, login };
}

/** What of it is there. */
async function thereOf(user: string) {
  const ledger = env.LEDGER.getByName(user);
  const stored = await env.UPSTREAM_TOKENS.getByName(`${user} login`).moving();
  return {
    allowed: (await ledger.alwaysAllowed()).length,
    accounts: (await ledger.allAccounts()).length,
    logins: stored ? 1 : 0,
    grants: (await env.OAUTH_KV.list({ prefix: `grant:${user}:` })).keys.length,
  };
}

const all = { allowed: 1, accounts: 1, logins: 1, grants: 2 };
const nothing = { allowed: 0, accounts: 0, logins: 0, grants: 0 };
/** The code of a file. */
const idOf = () => Buffer.from(randomToken(), "base64url").toString("hex");

async function endAll(user: string) {
  await env.LEDGER.getByName(user).disconnect(null);
  await env.UPSTREAM_TOKENS.getByName(`${user} login`).forget();
  for (const { key } of userOfA(user).entries) await env.OAUTH_KV.delete(key);
}

it.each<[how: string, end: (user: string) => Promise<unknown>, left: object]>([
  ["everything", endAll, nothing],
  ["a permission", (user) => env.LEDGER.getByName(user).askAgain(allowed), { ...all, allowed: 0 }],
  [
    "a connection",
    (user) => env.LEDGER.getByName(user).disconnect("c1"),
    { ...all, allowed: 0, accounts: 0 },
  ],
  ["a login", (user) => env.UPSTREAM_TOKENS.getByName(`${user} login`).forget(), { ...all, logins: 0 }],
  ["a grant", (user) => env.OAUTH_KV.delete(`grant:${user}:g1`), { ...all, grants: 1 }],
])("does not bring back %s that was ended after the first import", async (how, end, left) => {
  const user = `ended ${how}`;
  const { lines, entries } = userOfA(user);
  const id = idOf();
  expect(await putLines(user, id, lines, 3)).toMatchObject({ status: 200, added: 3 });
  expect(await putEntries(id, entries, 6)).toMatchObject({ status: 200, added: 2 });
  expect(await thereOf(user)).toEqual(all);
  await end(user);
  expect(await putLines(user, id, lines, 3)).toMatchObject({ status: 200, added: 0 });
  expect(await putEntries(id, entries, 6)).toMatchObject({ status: 200, added: 0 });
  expect(await thereOf(user)).toEqual(left);
});

it("finishes an import that was interrupted, whatever is sent together, without what is there already", async () => {
  const user = "interrupted";
  const { lines, entries } = userOfA(user);
  const id = idOf();
  await putLines(user, id, lines.slice(0, 2), 3);
  await env.LEDGER.getByName(user).disconnect("c1");
  expect(await putLines(user, id, lines, 3)).toMatchObject({ added: 1 });
  await putEntries(id, entries.slice(0, 1), 6);
  await env.OAUTH_KV.delete(entries[0]!.key);
  expect(await putEntries(id, entries, 6)).toMatchObject({ added: 1 });
  expect(await thereOf(user)).toEqual({ allowed: 0, accounts: 0, logins: 1, grants: 1 });
});

it("leaves out what this version has dropped", async () => {
  const row = { grant_id: "c1", api: "demo", operation: "POST /zones", since: Date.now() };
  const answered = await putLines("dropped", idOf(), [{ table: "standing", row }]);
  expect(answered).toMatchObject({ status: 200 });
  expect(await thereOf("dropped")).toMatchObject({ allowed: 0 });
});

it("takes in another export, which has what was allowed again", async () => {
  const { lines } = userOfA("again");
  await putLines("again", idOf(), lines);
  await endAll("again");
  expect(await putLines("again", idOf(), lines)).toMatchObject({ added: 3 });
  expect(await thereOf("again")).toMatchObject({ allowed: 1, accounts: 1, logins: 1 });
});

const capabilities = JSON.stringify([
  { api: "demo", servers: ["https://h"], path: "/", below: true, access: ["write"] },
]);
const continuation = (state: string | null, id = "evil") => ({
  id,
  code_hash: "hash",
  grant_id: "c1",
  client: JSON.stringify(client),
  code: "code",
  kind: "pause",
  state,
  capabilities,
  program_allowed: 1,
  first_run: "r1",
  last_run: "r1",
  created_at: 1,
  expires_at: 9e15,
});
const keptRequest = (of: string) => ({
  id: `of ${of}`,
  continuation: of,
  position: 0,
  identity: "identity",
  hash: "hash",
  api: "demo",
  operation: "createZone",
  access: "write",
  request: "{}",
  asked: 1,
  state: "approved",
  run: "r1",
});
const part = (owner: string | null) => ({ owner, position: 0, part: bytesIn(new Uint8Array(3)) });

it.each<[what: string, lines: UserLine[], error: RegExp]>([
  ["an open continuation", [{ table: "continuations", row: continuation("open") }], /under way/],
  ["one without a state", [{ table: "continuations", row: continuation(null) }], /under way/],
  [
    "a request of an open continuation",
    [
      { table: "continuations", row: continuation("done", "ended") },
      { table: "kept_requests", row: keptRequest("of nothing") },
    ],
    /kept_requests/,
  ],
  ["a part of a journal", [{ table: "parts", row: part("journal:r1:1") }], /under way/],
  ["a part of nothing", [{ table: "parts", row: part(null) }], /under way/],
  ["a row that lacks what tells", [{ table: "parts", row: { position: 0 } }], /owner/],
  [
    "the key that signs questions",
    [{ table: "keys", row: { purpose: "question", key: "k" } }],
    /no table keys/,
  ],
  ["a run in the background", [{ table: "lasting", row: { run: "r1" } }], /no table lasting/],
])("refuses %s, with all that comes with it", async (what, lines, error) => {
  const user = `crafted ${what}`;
  const sent: UserLine[] = [userOfA(user).lines[0]!, ...lines];
  const refused = await putLines(user, idOf(), sent);
  expect(refused).toMatchObject({ status: 422, error: expect.stringMatching(error) as string });
  const counts = await runInDurableObject(env.LEDGER.getByName(user), (_, { storage }) =>
    ["always_allowed", "continuations", "kept_requests", "parts", "keys"].map(
      (table) => storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n,
    ),
  );
  expect(counts).toEqual([0, 0, 0, 0, 0]);
});

it("takes in what an export lets out: of paused runs those that have ended, with their requests", async () => {
  const user = "ended runs";
  const lines: UserLine[] = [
    { table: "parts", row: part("result:r1") },
    { table: "continuations", row: continuation("done", "ended") },
    { table: "kept_requests", row: keptRequest("ended") },
  ];
  expect(await putLines(user, idOf(), lines)).toMatchObject({ status: 200, added: 3 });
  const text = await new Response(await env.LEDGER.getByName(user).moving()).text();
  const out = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(out).toMatchObject(lines);
  expect(out).toHaveLength(lines.length);
});

it.each([
  ["no line", { id: "0".repeat(64) }],
  ["no file", { line: 2 }],
  ["a line that is no number", { id: "0".repeat(64), line: "x" }],
])("refuses lines that name %s", async (_what, query) => {
  expect(await put(movingPaths.kv, query as Record<string, string>, "[]")).toMatchObject({ status: 422 });
});
