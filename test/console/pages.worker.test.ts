/** The console's pages as a browser gets them: whose they are, what forms need, what others' text becomes. */
import { providerIn } from "../../src/auth/sign-in/oidc.ts";
import { env } from "cloudflare:workers";
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { serveAsset } from "../../src/console/assets.ts";
import { consolePages } from "../../src/console/console.ts";
import { endConnection } from "../../src/auth/end-access.ts";
import type { Connection, Connections } from "../../src/auth/connections.ts";
import { asWritten } from "../../src/console/parts/method.ts";
import { mayGoOn } from "../../src/auth/permission.ts";
import type { ConsoleUser } from "../../src/console/context.ts";
import type { Caller } from "../../src/terms/caller.ts";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import { readManifest, writeCatalog, writeManifest } from "../../src/store/catalogs.ts";
import { record, request as sent } from "../store/ledger/sample.ts";
import { joined } from "./fixture/joined.ts";
import { hostile, seed } from "./fixture/seed.ts";

const origin = "http://localhost:8484";

async function open(
  user: string | ConsoleUser,
  path: string,
  { headers = {}, form }: { headers?: Record<string, string>; form?: Record<string, string> } = {},
): Promise<{ response: Response; text: string }> {
  const person = typeof user === "string" ? { id: user, label: user } : user;
  const ctx = createExecutionContext();
  const request = new Request(origin + path, {
    headers,
    redirect: "manual",
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
  });
  const response = await consolePages(request, env, ctx, person);
  const text = await response.text();
  await waitOnExecutionContext(ctx);
  return { response, text };
}

/** Sends a form as a browser would that has loaded a page before. */
async function submit(user: string | ConsoleUser, path: string, form: Record<string, string>) {
  const token = crypto.randomUUID();
  return open(user, path, {
    headers: { Origin: origin, Cookie: `isogate-form=${token}` },
    form: { ...form, token },
  });
}

const ledgerOf = (user: string) => env.LEDGER.getByName(user);

it("finds runs by each outcome and tool there is, and says why a request was not sent", async () => {
  const failure = { kind: "misconfigured" as const, message: "The secret X is not set.", next: "Set it." };
  const requests = [sent({ outcome: "denied", failure })];
  await ledgerOf("outcomes").endRun(record({ runId: "unset" }, { ok: false, failure, logs: [] }, requests));
  await ledgerOf("outcomes").endRun(record({ runId: "fine" }));
  const { text } = await open("outcomes", "/runs?outcome=misconfigured&tool=execute");
  for (const value of ["ok", "bad-arguments", "needs-scope", "interrupted", "search", "execute"])
    expect(text).toContain(`<option value="${value}"`);
  expect(text).toContain('<option value="misconfigured" selected');
  expect(text).toContain('href="/runs/unset"');
  expect(text).not.toContain('href="/runs/fine"');
  expect((await open("outcomes", "/runs/unset")).text).toContain("The secret X is not set.");
});

it("counts as sent what left, and says what of it failed and what was refused", async () => {
  const requests = [
    sent(),
    sent({ status: 404 }),
    sent({ outcome: "denied" }),
    sent({ outcome: "denied" }),
    sent({ outcome: "planned" }),
  ];
  await ledgerOf("counted").endRun(record({ runId: "counted" }, undefined, requests));
  expect((await open("counted", "/runs/counted")).text).toMatch(
    /Sent 2 requests [^]*1 failed[^]*2 more refused/,
  );
});

it.each([
  ["in one piece", "https://api.example.com", ["DELETE https://api.example.com"]],
  [
    "broken at its dots only if it is long",
    "https://api.a-rather-long-name.example",
    ["DELETE https://api", ".a-rather-long-name", ".example"],
  ],
])("shows the host of a request %s: torn elsewhere, it looks like another one", (_, host, pieces) => {
  const text = `${asWritten(`DELETE ${host}/v1/zones/z-1?a=1.5\nhost: x.y`).toString()}`;
  expect(text.includes(`<span class="nowrap">${host}</span>`)).toBe(pieces.length === 1);
  expect(text.replaceAll(/<span[^>]*>|<\/span>/g, "").split("<wbr />")).toEqual([
    ...pieces,
    "/v1",
    "/zones",
    "/z-1",
    "?a=1.5\nhost: x.y",
  ]);
});

describe("every page", () => {
  it("runs no inline script or style, loads nothing from elsewhere, and cannot be framed", async () => {
    const { pages } = await seed(ledgerOf("frame"));
    for (const path of [
      "/",
      "/runs",
      "/approvals",
      "/apis",
      "/files",
      "/playground",
      "/connections",
      "/nowhere",
      ...Object.values(pages),
    ]) {
      const { response, text } = await open("frame", path);
      expect(response.headers.get("content-security-policy"), path).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(response.headers.get("cache-control"), path).toBe("no-store");
      expect(
        text.replaceAll(/<script type="module" src="\/assets\/[^"]+"(?: blocking="render")?><\/script>/g, ""),
        path,
      ).not.toMatch(/<script|<style|\sstyle=|\son\w+="/);
      for (const [, address] of text.matchAll(/\s(?:src|href|action)="([^"]*)"/g))
        expect(address, path).toMatch(/^(\/(?!\/)|#|cursor:|vscode:)/);
    }
  });

  it("shows HTML, terminal codes and changes of direction as text", async () => {
    const { pages } = await seed(ledgerOf("hostile"));
    for (const path of ["/runs", pages.hostile!, pages.plan!, "/approvals"]) {
      const { text } = await open("hostile", path);
      expect(text, path).not.toContain("<img");
      expect(text, path).not.toContain("\u001b");
      expect(text, path).not.toContain("\u202e");
    }
    const { text } = await open("hostile", pages.hostile!);
    expect(text).toContain("&lt;script&gt;document.title");
    expect(text).toContain("⟨U+001B⟩[31mred");
    expect(hostile.bidi).toContain("\u202e");
    expect(text).toContain("⟨U+202E⟩evil");
  });

  it("takes hostile text in its address as text", async () => {
    const { text } = await open("address", `/runs?text=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(text).not.toContain("<script>alert");
  });

  it("has its style sheet, script and icon from here, for good", async () => {
    const { text } = await open("assets", "/");
    const paths = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      expect(serveAsset(path)?.status).toBe(200);
      expect(serveAsset(path)?.headers.get("cache-control")).toContain("immutable");
    }
  });
});

/** What the forms of a page can do. */
const choicesOn = (html: string) =>
  [...html.matchAll(/name="do" value="([^"]*)"/g)].map(([, choice]) => choice);

describe("a run", () => {
  it("is not there for another user, in any of its pages", async () => {
    const { pages } = await seed(ledgerOf("alice"));
    for (const path of [...Object.values(pages), "/runs/rmany/result"])
      expect((await open("mallory", path)).response.status, path).toBe(404);
    const { response } = await submit("mallory", pages.paused!, { do: "allow-program" });
    expect(response.status).toBe(404);
    for (const action of ["allow", "refuse", "pause", "run", "delete"])
      expect((await submit("mallory", pages.programChanged!, { do: action })).response.status).toBe(404);
    await submit("mallory", "/runs/rmany/forget", {});
    expect((await open("alice", "/runs/rmany")).response.status).toBe(200);
    // Requests, one of them sent without an answer, and two programs.
    expect(await ledgerOf("alice").waiting()).toBe(21);
  });

  it("can be forgotten, alone and with all others", async () => {
    await seed(ledgerOf("forget"));
    expect((await submit("forget", "/runs/rmany/forget", {})).response.headers.get("location")).toBe(
      "/runs?notice=forgotten",
    );
    expect((await open("forget", "/runs/rmany")).response.status).toBe(404);
    await submit("forget", "/runs/forget", {});
    expect((await open("forget", "/runs")).text).toContain("Nothing has run yet");
  });

  it.each<[what: string, client: string, begun: object]>([
    [
      "the connection whose run it was",
      "first",
      { clientId: "first", accounts: { one: [{ label: "", sealed: "first's" }] } },
    ],
    ["nobody, if that connection has ended", "gone", { clientId: "console", accounts: undefined }],
    [
      "the connection that was used last, if it ran here",
      "console",
      { clientId: "console", accounts: { one: [{ label: "", sealed: "last's" }] } },
    ],
  ])("is kept with the accounts of %s", async (_, client, begun) => {
    const user = `kept of ${client}`;
    const ledger = ledgerOf(user);
    await ledger.keepAccounts("first", { one: [{ label: "", sealed: "first's" }] });
    await ledger.keepAccounts("last", { one: [{ label: "", sealed: "last's" }] });
    const code = "return 1";
    await ledger.endRun(record({ runId: "daily", code, codeChars: code.length, client: { id: client } }));
    expect((await submit(user, "/runs/daily/keep", { name: "daily" })).response.status).toBe(303);
    const rows = await runInDurableObject(ledger, (_ledger, { storage }) =>
      storage.sql.exec<{ begun: string }>("SELECT begun FROM program_versions").toArray(),
    );
    const { caller } = JSON.parse(rows[0]!.begun) as { caller: object };
    expect({ accounts: undefined, ...caller }).toMatchObject(begun);
    await ledger.disconnect("first");
    expect((await ledger.programs()).map(({ state }) => state)).toEqual(
      client === "first" ? [] : ["proposed"],
    );
  });

  it("becomes a program that its person decides on, if its code can be one", async () => {
    const code = "return 1";
    await ledgerOf("keeper").endRun(record({ runId: "daily", code, codeChars: code.length }));
    const { text } = await open("keeper", "/runs/daily");
    expect(text).toContain('action="/runs/daily/keep"');
    const proposed = await submit("keeper", "/runs/daily/keep", { name: "daily", every: "0 9 * * 1-5" });
    expect(proposed.response.status).toBe(303);
    const path = proposed.response.headers.get("location") ?? "";
    const page = (await open("keeper", path)).text;
    expect(page).toContain("asks to keep this program");
    expect(page).toContain("on weekdays at 09:00");
    expect(page).toContain("when you delete it");
    expect(await ledgerOf("keeper").programs()).toMatchObject([{ name: "daily", state: "proposed" }]);
    // What was decided by stays when it is allowed, and while a change waits.
    const factsOn = (html: string) =>
      [.../<dl class="facts">([^]*?)<\/dl>/.exec(html)![1]!.matchAll(/<dt>([^<]*)/g)].map(([, name]) => name);
    const decidedBy = ["Runs", "Called by", "Acts", "Limits", "Ends"];
    expect(factsOn(page)).toEqual(decidedBy);
    const hash = /name="hash" value="([^"]*)"/.exec(page)?.[1] ?? "";
    await submit("keeper", path, { do: "allow", version: "1", hash, timezone: "UTC" });
    const allowed = (await open("keeper", path)).text;
    expect(factsOn(allowed)).toEqual(expect.arrayContaining([...decidedBy, "Next run", "Allowed"]));
    await submit("keeper", "/runs/daily/keep", { name: "daily", every: "0 10 * * 1-5" });
    const changed = (await open("keeper", path)).text;
    expect(factsOn(changed)).toEqual(expect.arrayContaining([...decidedBy, "Next run", "Allowed"]));
    expect(changed).toMatch(/<time [^>]*>[^<]*09:00<\/time\s*>, as version 1 does/);
    expect(changed).toContain("asks to change this program");
    expect(changed).toContain("<del>− runs on weekdays at 09:00</del>");
    expect(changed).toContain("<ins>+ runs on weekdays at 10:00</ins>");
    // What is asked is the change, also where it is listed.
    const asked = (await open("keeper", "/approvals")).text;
    expect(asked).toContain("on weekdays at 10:00");
    expect(asked).not.toContain("at 09:00");
    // What was allowed goes on meanwhile, so it can be run and paused.
    expect(choicesOn(page)).toEqual(["allow", "refuse"]);
    expect(choicesOn(changed)).toEqual(["run", "pause", "delete", "allow", "refuse"]);
    expect(changed).toContain("Until you decide, it runs as it did before.");
    await submit("keeper", path, { do: "pause" });
    const paused = (await open("keeper", path)).text;
    expect(choicesOn(paused)).toEqual(["resume", "delete", "allow", "refuse"]);
    expect(paused).not.toContain("it runs as it did before");
    const refused = await submit("keeper", "/runs/daily/keep", { name: "daily", every: "now and then" });
    expect(refused.response.status).toBe(422);
    expect(refused.text).toContain("five fields of cron");
    expect((await submit("mallory", "/runs/daily/keep", { name: "daily" })).response.status).toBe(404);
  });

  it("becomes a program of a person, not of a connection: whether they may still use the server is asked", async () => {
    const connections = { list: async () => [], revoke: async () => undefined } as unknown as Connections;
    const oidc = { SIGN_IN: "oidc", OIDC_ISSUER: "https://identity.invalid", OIDC_CLIENT_ID: "isogate" };
    const user = { id: "oidc-keeper", label: "K", address: "k@example.com", provider: providerIn(oidc) };
    const person: ConsoleUser = { ...user, connections };
    await ledgerOf(person.id).endRun(record({ runId: "daily", code: "return 1", codeChars: 8 }));
    await submit(person, "/runs/daily/keep", { name: "daily" });
    const [kept] = await runInDurableObject(ledgerOf(person.id), (_ledger, { storage }) =>
      storage.sql.exec<{ begun: string }>("SELECT begun FROM program_versions").toArray(),
    );
    const { caller } = JSON.parse(kept!.begun) as { caller: Caller };
    expect(caller).toMatchObject({ userId: person.id, clientId: "console" });
    expect(caller.user).toEqual(user);
    const settings = { ...env, ...oidc, ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef" };
    const standing = (allowed: string) => mayGoOn(caller, { ...settings, OIDC_ALLOWED: allowed } as Env);
    expect(await standing("other@example.com")).toBe("ended");
    expect(await standing("k@example.com")).toBe("stands");
  });

  it("that is going shows what it has requested so far, and is looked at again", async () => {
    await seed(ledgerOf("watcher"));
    const { text } = await open("watcher", "/runs/rgoing");
    expect(text).toContain("2 requests so far");
    expect(text).toContain("Under way");
    expect(text).toContain("data-refresh");
    await ledgerOf("watcher").endRun(record({ runId: "rgoing" }));
    expect((await open("watcher", "/runs/rgoing")).text).not.toContain("so far");
  });

  it("with 500 requests makes a page of all of them", async () => {
    await seed(ledgerOf("many requests"));
    const { text } = await open("many requests", "/runs/rmany");
    expect(text.match(/<rect\s[^>]*y="1"/g)).toHaveLength(500);
    expect(text.length).toBeLessThan(120_000);
    const { text: each } = await open("many requests", "/runs/rmany?each");
    expect(each.match(/<svg class="bars"/g)).toHaveLength(500);
  });

  it("is exported with all others as JSON lines", async () => {
    const kept = record({ runId: "r1" });
    await ledgerOf("exporter").endRun(kept);
    const { response, text } = await open("exporter", "/runs.jsonl");
    expect(response.headers.get("content-disposition")).toContain("attachment");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([kept]);
  });

  it("says how many could not be recorded", async () => {
    await ledgerOf("loser").endRun(record(), undefined, 2);
    expect((await open("loser", "/runs")).text).toContain("2 runs could not be recorded");
  });
});

describe("a form", () => {
  const token = "00000000-0000-4000-8000-000000000000";
  const good = { Origin: origin, Cookie: `isogate-form=${token}` };
  const table: [string, Record<string, string>, Record<string, string>, number][] = [
    ["from this site with its token", good, { token }, 303],
    ["from another site", { ...good, Origin: "https://evil.example" }, { token }, 403],
    ["from another port of this machine", { ...good, Origin: "http://localhost:3000" }, { token }, 403],
    ["from a page without an origin", { ...good, Origin: "null" }, { token }, 403],
    ["without an origin", { Cookie: good.Cookie }, { token }, 403],
    ["without its token", good, {}, 403],
    ["with another token", good, { token: crypto.randomUUID() }, 403],
    ["without the cookie", { Origin: origin }, { token }, 403],
    ["that is no form", { ...good, "Content-Type": "text/plain" }, { token }, 415],
  ];
  for (const [name, headers, form, status] of table) {
    it(`${name} is answered ${status}`, async () => {
      await ledgerOf(name).endRun(record({ runId: "r1" }));
      expect((await open(name, "/runs/forget", { headers, form })).response.status).toBe(status);
      expect((await ledgerOf(name).size()).runs).toBe(status === 303 ? 0 : 1);
    });
  }

  it("holds the token of the cookie that its page sets", async () => {
    const { response, text } = await open("token", "/playground");
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(text).toContain(`name="token" value="${/isogate-form=([^;]+)/.exec(cookie)?.[1]}"`);
  });

  it("is not replaced by a GET", async () => {
    await ledgerOf("get").endRun(record({ runId: "r1" }));
    await open("get", "/runs/forget");
    await open("get", "/runs/r1/forget");
    expect((await ledgerOf("get").size()).runs).toBe(1);
  });
});

describe("an approval", () => {
  it("is shown with the exact request, decided once, and says so the second time", async () => {
    const { pages } = await seed(ledgerOf("approver"));
    const path = pages.paused!;
    const { text } = await open("approver", path);
    expect(joined(text)).toContain("DELETE https://api.example.com/v1/zones/z1/dns-records/rec_1");
    expect(text).toContain("authorization: Bearer •••");
    expect(text).toContain("Rule 2 of this API asks a person: “access write or delete”.");
    const request = /name="request" value="([^"]+)"/.exec(text)?.[1] ?? "";
    const first = await submit("approver", path, { do: "approve", request });
    expect(first.response.status).toBe(303);
    const second = await submit("approver", path, { do: "reject", request, reason: "no" });
    expect(second.response.status).toBe(409);
    expect(second.text).toContain("This request is already approved.");
    expect((await submit("approver", path, { do: "something" })).response.status).toBe(409);
    const another = /name="request" value="([^"]+)"/.exec((await open("approver", path)).text)?.[1] ?? "";
    expect(another).not.toBe(request);
    await submit("approver", path, { do: "reject-all", request: another, reason: "Not these." });
    expect((await open("approver", path)).text).toContain("Not these.");
  });

  it("is decided in the list by what is shown there, and only then", async () => {
    const { pages } = await seed(ledgerOf("lister"));
    const { text } = await open("lister", "/approvals");
    const id = pages.paused!.split("/").at(-1)!;
    const form = text
      .split("<form")
      .find((one) => one.includes(`action="/approvals/${id}"`))
      ?.split("</form>")[0];
    const requests = [...(form ?? "").matchAll(/name="request" value="([^"]+)"/g)].map(
      ([, request]) => request!,
    );
    expect(requests).toHaveLength(3);
    for (const name of ["rec_1", "rec_2", "rec_3"])
      expect(joined(text)).toContain(`DELETE https://api.example.com/v1/zones/z1/dns-records/${name}`);
    const forged = requests[0]!.replace(/\.[0-9a-f]+$/, `.${"0".repeat(64)}`);
    expect(
      (await submit("lister", pages.paused!, { do: "approve-listed", request: forged })).response.status,
    ).toBe(409);
    const decided = await submit("lister", pages.paused!, {
      do: "approve-listed",
      request: requests[0]!,
      from: "list",
    });
    expect(decided.response.headers.get("location")).toBe("/approvals?notice=approved");
    const { requests: kept = [] } = (await ledgerOf("lister").pausedRun(id, 10)) ?? {};
    expect(kept.filter(({ state }) => state === "approved")).toHaveLength(1);
    expect((await open("lister", "/approvals?notice=approved")).text).toContain("Approved. Tell the client");
  });

  it.each(["runs", "approvals", "programs", "files", "users", "connections", "tokens"])(
    "%s has no notice of a name that every object has",
    async (page) => {
      for (const name of ["constructor", "__proto__", "valueOf"])
        expect((await open("notices", `/${page}?notice=${name}`)).text).not.toMatch(/native code|\[object/);
    },
  );

  it("keeps its number when others are decided, which is its place in time", async () => {
    const { pages } = await seed(ledgerOf("counter"));
    const numbers = async () =>
      [...(await open("counter", pages.paused!)).text.matchAll(/(\d)\. deleteDnsRecord[^]*?(rec_\d)/g)].map(
        ([, number, id]) => `${number} ${id}`,
      );
    expect(await numbers()).toEqual(["1 rec_1", "2 rec_2", "3 rec_3"]);
    const { requests = [] } =
      (await ledgerOf("counter").pausedRun(pages.paused!.split("/").at(-1)!, 9)) ?? {};
    const { id, hash } = requests[1]!;
    await submit("counter", pages.paused!, { do: "approve", request: `${id}.${hash}` });
    expect(await numbers()).toEqual(["1 rec_1", "3 rec_3", "2 rec_2"]);
  });

  it("of a request whose answer was lost says what to do, and takes what the person found", async () => {
    const { pages } = await seed(ledgerOf("finder"));
    const list = (await open("finder", "/approvals")).text.replace(/\s+/g, " ");
    expect(list).toContain(
      "It went out, and no answer was recorded. Check in the API whether it took effect",
    );
    expect(list).toContain("Say what became of it");
    const { text } = await open("finder", pages.unknown!);
    const request = /name="request" value="([^"]+)"/.exec(text)?.[1] ?? "";
    const said = await submit("finder", pages.unknown!, { do: "took-effect", request });
    expect(said.response.status).toBe(303);
    const after = (await open("finder", pages.unknown!)).text;
    expect(after).toContain("Took effect");
    expect(after).not.toContain("It had no effect: send it again");
    const again = await submit("finder", pages.unknown!, { do: "send-again", request });
    expect(again.text).toContain("It was already said that this request took effect.");
  });

  it("whose text has anything marked is read on its own page, not put into words", async () => {
    const { pages } = await seed(ledgerOf("marked"));
    const { text } = await open("marked", pages.plan!);
    expect(text).toContain("⟨U+202E⟩evil");
    // The values of a body that does not read as it arrives stand in the exact request alone.
    expect(text).not.toMatch(/<dt>content<\/dt>/);
  });

  it("of a connection that was ended comes too late", async () => {
    const { pages } = await seed(ledgerOf("revoker"));
    const connections: Connection[] = [
      { id: "grant-1", clientId: "c1", client: "Claude", scopes: ["demo:read"], createdAtMs: 0 },
    ];
    const held = {
      list: async () => connections,
      revoke: async (id: string) =>
        void connections.splice(
          connections.findIndex((one) => one.id === id),
          1,
        ),
    };
    const by = { id: "revoker", label: "me" };
    const person: ConsoleUser = {
      ...by,
      connections: held,
      end: (id) => endConnection({ env, secret: "s".repeat(43), userId: by.id, connections: held, by }, id),
    };
    expect((await open(person, "/connections")).text).toContain("demo:read");
    const revoke = async (id: string) => {
      const { response } = await submit(person, "/connections/revoke", { id });
      return (await open(person, response.headers.get("Location")!)).text;
    };
    for (const id of ["grant-2", ""]) expect(await revoke(id)).toContain("There was no such connection");
    expect(connections).toHaveLength(1);
    expect(await revoke("grant-1")).toContain("Its access has ended");
    expect(await revoke("grant-1")).toContain("There was no such connection");
    expect(connections).toEqual([]);
    const { response, text } = await submit(person, pages.paused!, { do: "allow-program" });
    expect(response.status).toBe(409);
    expect(text).toContain("This client was disconnected");
  });

  it("with 1,000 others makes a page that says how many there are", async () => {
    const ledger = ledgerOf("thousand");
    let page = "";
    for (let n = 0; n < 1_000; n += 1) {
      const decision = await ledger.decideRequest(
        { runId: "r", client: { id: "g" }, code: "many" },
        {
          api: "a",
          operation: "o",
          access: "delete",
          method: "DELETE",
          url: `https://a.example/${n}`,
          headers: [],
        },
        true,
        [],
      );
      if (decision.do === "pause") page = `/approvals/${decision.continuation}`;
    }
    const { text } = await open("thousand", page);
    expect(text).toContain("Approve these 100");
    expect(text).toContain("The first 100 are shown; a decision is about these.");
  }, 60_000);
});

describe("an API", () => {
  it("shows what its last refresh changed, as text", async () => {
    const before = await readManifest(env.CATALOGS);
    const document = { openapi: "3.1.0", info: { title: "Changed", version: "1" }, paths: {} };
    const files = new Map<string, unknown>([["file:///x.json", document]]);
    const loaded = { url: "file:///x.json", files, refused: new Map<string, string>(), faults: [], bytes: 0 };
    const { catalog } = await compileDocument(loaded, {});
    await writeCatalog(env.CATALOGS, catalog);
    const lines = ["+ GET /zones (listZones)", "- GET /old (getOld)", "~ PUT /<b>x</b> (change)"];
    const change = { atMs: Date.now(), added: 1, removed: 1, changed: 70, lines };
    const api = { name: "changed", title: "Changed", hash: catalog.hash, file: { source: "x.json" }, change };
    await writeManifest(env.CATALOGS, { apis: [...before.apis, api] });
    const { text } = await open("curious", "/apis/changed");
    await writeManifest(env.CATALOGS, before);
    expect(text).toMatch(/1 added, 1 removed, 70\s+changed/);
    expect(text).toContain("<li><ins><code>+ GET /zones (listZones)</code></ins></li>");
    expect(text).toContain("PUT /&lt;b&gt;x&lt;/b&gt;");
    expect(text).toContain("The first 3 of 72.");
  });
});

describe("the playground", () => {
  it("runs code as the person, records it, and shows the reply", async () => {
    const { text } = await submit("player", "/playground", {
      tool: "search",
      code: "const a = 6;\r\nreturn a * 7;",
      access: "read",
    });
    expect(joined(text)).toMatch(/id="reply">Run r\w+\.\n\n42<\/pre>/);
    const { runs } = await ledgerOf("player").runs({}, { limit: 1 });
    expect(runs).toMatchObject([{ tool: "search", client: "Playground", outcome: "ok" }]);
    expect((await open("player", `/playground?run=${runs[0]!.runId}`)).text).toContain(
      "const a = 6;\nreturn a * 7;",
    );
  });

  it.each([
    ["a change of direction", 'return "\u202egnp.exe"', 'return "⟨U+202E⟩gnp.exe"'],
    ["a variable of a filler", "const \u3164 = 1", "const ⟨U+3164⟩ = 1"],
    ["a joiner in a name", "api\u200ds.get()", "api⟨U+200D⟩s.get()"],
    ["words from right to left", '"\u05d0", 1', "\u2067\u05d0\u2069"],
  ])("marks what is not seen in the code of a link or a run: %s", async (_what, code, marked) => {
    const { text } = await open("linked", `/playground?tool=execute&code=${encodeURIComponent(code)}`);
    expect(text).toContain("Not all of this code is seen");
    expect(joined(text).replaceAll("&quot;", '"')).toContain(marked);
  });

  it.each(["return 1;\n\tf()", "a\r\nb", 'return "é 👨‍👩‍👧"'])(
    "says nothing of code that is seen: %j",
    async (code) => {
      const { text } = await open("linked", `/playground?code=${encodeURIComponent(code)}`);
      expect(text).not.toContain("Not all of this code is seen");
    },
  );

  it("runs with the accounts that the person's connections hold, until they end", async () => {
    const ledger = ledgerOf("accounted");
    await ledger.keepAccounts("c1", {
      one: [{ label: "", sealed: "old" }],
      two: [{ label: "", sealed: "2" }],
    });
    await ledger.keepAccounts("c2", { one: [{ label: "", sealed: "new" }] });
    expect(await ledger.accounts()).toEqual({
      one: [{ label: "", sealed: "new" }],
      two: [{ label: "", sealed: "2" }],
    });
    await ledger.disconnect("c1");
    expect(await ledger.accounts()).toEqual({ one: [{ label: "", sealed: "new" }] });
    expect(await ledgerOf("somebody else").accounts()).toEqual({});
  });
});
