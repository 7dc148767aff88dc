/** The feed of what waits: the list of the page of approvals, opened by an address that opens nothing else. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { withLogin } from "../../src/auth/provider.ts";
import { serveConsole, serveTokensPage } from "../../src/console/console.ts";
import { waitingFeed } from "../../src/console/feed.ts";
import type { ExactRequest } from "../../src/terms/approvals.ts";
import { localUserId } from "../../src/terms/user.ts";
import { issueAccessToken } from "../../src/vault/access-tokens.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";
import { echoServer } from "../auth/fixture/echo-server.ts";
import { joined } from "./fixture/joined.ts";

const origin = "http://localhost:8484";
const door = withLogin({
  mcp: echoServer,
  pages: serveConsole,
  tokensPage: serveTokensPage,
  feed: (user, login) => waitingFeed(env, user.id, login.origin),
});
const open = (path: string, init?: RequestInit) =>
  door.fetch(new Request(new URL(path, origin), init), env, createExecutionContext());
const post = (form: Record<string, string>) =>
  open("/tokens", { method: "POST", headers: { Origin: origin }, body: new URLSearchParams(form) });
const ledger = env.LEDGER.getByName(localUserId);

const request = (id: string): ExactRequest => ({
  api: "notes",
  operation: "deleteNote",
  access: "delete",
  method: "DELETE",
  url: `https://notes.example.com/notes/${id}?q=hidden`,
  headers: [["x-note", "hidden"]],
});

/** The address that the page of approvals makes. */
async function address(): Promise<string> {
  const form = (await (await open("/approvals")).text())
    .split("<form")
    .find((one) => one.includes('action="/tokens"'));
  const fields = [...(form ?? "").matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const made = await (await post(Object.fromEntries(fields) as Record<string, string>)).text();
  const [, shown = ""] = /<code id="token">([^<]+)<\/code>/.exec(joined(made)) ?? [];
  expect(made).toContain("This is the address of your feed.");
  return shown;
}

/** What a reader shows. */
const entriesOf = (xml: string) =>
  xml
    .split("<entry>")
    .slice(1)
    .map((entry) => {
      const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(entry)?.[1] ?? "";
      return {
        id: of("id"),
        title: of("title"),
        updated: of("updated"),
        summary: of("summary"),
        link: /<link rel="alternate" href="([^"]*)"/.exec(entry)?.[1] ?? "",
      };
    });

beforeAll(async () => {
  await deployFixture(env.CATALOGS);
  await ledger.disconnect(null);
});

describe("the feed of what waits", () => {
  it("is the list of the page, in its words, and holds nothing of a request", async () => {
    const feed = await address();
    expect(feed).toMatch(/^http:\/\/localhost:8484\/waiting\.atom\?token=isogate_[\w-]{43}$/);
    expect(entriesOf(await (await open(feed)).text())).toEqual([]);
    const run = { runId: "r1", client: { id: "c1", name: "<b>Claude</b> & co" }, code: "delete them" };
    await ledger.decideRequest(run, request("a"), true, []);
    await ledger.decideRequest(run, request("b"), true, []);
    const proposal = {
      name: "tidy up",
      code: "1",
      capabilities: [],
      apis: ["notes"],
      origin,
      insisted: false,
    };
    const caller = {
      userId: localUserId,
      clientId: "c2",
      clientName: "Codex",
      access: { notes: ["read" as const] },
    };
    await ledger.proposeProgram({ ...proposal, caller });

    const answer = await open(feed);
    expect(answer.headers.get("Content-Type")).toContain("application/atom+xml");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Referrer-Policy")).toBe("no-referrer");
    const xml = await answer.text();
    const entries = entriesOf(xml);
    expect(entries).toHaveLength(2);
    expect(xml).not.toMatch(/hidden|notes\.example|<b>|isogate_/);
    expect(xml).toContain("&lt;b&gt;Claude&lt;/b&gt; &amp; co");
    for (const { updated } of entries) expect(new Date(updated).toISOString()).toBe(updated);

    const { text } = { text: await (await open("/approvals")).text() };
    const cards = [
      ...text.matchAll(/<h2><a href="([^"]+)">([^<]*)<\/a>|<a href="(\/programs\/[^"]+)">(Keep[^<]*)/g),
    ];
    const onThePage = cards.map(([, path = "", , other = ""]) => origin + (path || other));
    expect(entries.map(({ link }) => link).toSorted()).toEqual(onThePage.toSorted());
    for (const { title } of entries) expect(text).toContain(title);
    expect(text).toContain("<b>3</b>");
    expect(entries.map(({ summary }) => summary)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^2 requests of .* wait for you\.$/),
        "A program of Codex waits for you.",
      ]),
    );
  });

  it("has an entry for as long as something waits, and another one for what is asked later", async () => {
    const feed = await address();
    const before = entriesOf(await (await open(feed)).text());
    const same = entriesOf(await (await open(feed)).text());
    expect(same).toEqual(before);
    await ledger.disconnect("c1");
    const after = entriesOf(await (await open(feed)).text());
    expect(after).toEqual(before.filter(({ link }) => link.includes("/programs/")));
    await ledger.decideRequest(
      { runId: "r2", client: { id: "c1" }, code: "delete them" },
      request("c"),
      true,
      [],
    );
    const again = entriesOf(await (await open(feed)).text());
    expect(again).toHaveLength(after.length + 1);
    expect(before.map(({ id }) => id)).not.toContain(again[0]?.id);
  });

  it("is opened in a header too, and by a person who is signed in", async () => {
    const token = new URL(await address()).searchParams.get("token")!;
    const answer = await open("/waiting.atom", { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect((await open("/waiting.atom")).headers.get("Content-Type")).toContain("application/atom+xml");
  });

  it("opens nothing else: its token calls no API, and a token for an API opens no feed", async () => {
    const token = new URL(await address()).searchParams.get("token")!;
    const call = await open("/mcp", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    expect(call.status).toBe(403);
    const user = { id: localUserId, label: "me" };
    for (const scopes of [["notes:read"], ["waiting", "notes:read"], []]) {
      const other = await issueAccessToken(env.OAUTH_KV, {
        userId: user.id,
        user,
        name: "x",
        scopes,
        days: 1,
      });
      expect((await open(`/waiting.atom?token=${other.token}`)).status, scopes.join()).toBe(401);
    }
    const both = await post({ name: "x", days: "1", scope: "waiting" });
    expect(both.status).toBe(200);
  });

  it("is made for nothing else beside it", async () => {
    const form = new URLSearchParams([
      ["name", "x"],
      ["days", "1"],
      ["scope", "waiting"],
      ["scope", "notes:read"],
    ]);
    const answer = await open("/tokens", { method: "POST", headers: { Origin: origin }, body: form });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("it can be for nothing else");
  });

  it.each([
    ["no token of ours", "isogate_nothing"],
    ["an empty one", ""],
  ])("is not opened by %s", async (_, token) => {
    expect((await open(`/waiting.atom?token=${token}`)).status).toBe(401);
  });

  it("is closed when its address is revoked", async () => {
    const feed = await address();
    const page = await (await open("/tokens")).text();
    const ids = [
      ...page.matchAll(/name="revoke"\s+value="([\w-]+)"\s+aria-label="Revoke Feed of what waits"/g),
    ];
    expect(page).toContain("Feed of what waits");
    for (const [, id = ""] of ids) await post({ revoke: id });
    expect((await open(feed)).status).toBe(401);
  });
});
