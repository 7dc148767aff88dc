import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { deployFixture } from "./fixture/deployment.ts";
import { codeOf, makePkce, OAuthClient, whoami } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";

const origin = "http://localhost:8484";
const client = () => new OAuthClient(origin, serverWith());

beforeAll(() => deployFixture(env.CATALOGS));

describe("a login", () => {
  it("grants what the person ticked and hands it on as the caller", async () => {
    const someone = client();
    const { access_token, scope } = await someone.logIn({
      scopes: ["edge:read", "edge:write", "notes:read"],
    });
    expect(scope).toBe("edge:read edge:write notes:read");
    expect(await whoami(await someone.call(access_token))).toEqual({
      caller: {
        userId: "local",
        user: { id: "local", label: "you, on this computer" },
        clientId: someone.clientId,
        clientName: "Test client",
        connectionKey: expect.stringMatching(/^grant:local:[\w-]+$/) as unknown,
        access: { edge: ["read", "write"], notes: ["read"] },
      },
      served: ["edge", "notes"],
    });
  });

  it("preselects reading when the client asks for nothing", async () => {
    const someone = client();
    await someone.register();
    const form = await someone.ask(await makePkce());
    expect(form.ticked).toEqual(["edge:read", "notes:read"]);
    expect(form.offered).toContain("edge:delete");
  });

  it("ticks reading only, marks what else the client asks for, and shows what does not exist", async () => {
    const someone = client();
    await someone.register();
    const form = await someone.ask(await makePkce(), {
      scope: "notes:read notes:write edge:fly offline_access",
    });
    expect(form.ticked).toEqual(["notes:read"]);
    expect(form.text.match(/Also asked for/g)).toHaveLength(1);
    expect(form.text).toMatch(/value="notes:write"[^/]*\/>(?:(?!<input)[\s\S])*Also asked for/);
    expect(form.text).toContain("edge:fly");
    expect(form.text).not.toContain("offline_access");
    expect(form.text).not.toContain("connected already");
  });

  it.each([
    ["the same", "Payments", "Payments"],
    ["in capitals and with more blanks", "Payments API", " PAYMENTS  api"],
    ["in letters of another width", "Payments", "Ｐayments"],
  ])(
    "shows APIs apart whose titles look alike, with the ids that are ticked: %s",
    async (_what, one, other) => {
      await deployFixture(env.CATALOGS, { edge: { title: one }, notes: { title: other } });
      const someone = client();
      await someone.register();
      const rows = async (asked: Record<string, string>) =>
        [...(await someone.ask(await makePkce(), asked)).text.matchAll(/<th scope="row">([^<]*)/g)].map(
          ([, row = ""]) => row.trim(),
        );
      expect(await rows({})).toEqual([`${one} (edge)`, `${other} (notes)`.trim()]);
      // The other one is there, though not to be ticked here.
      expect(await rows({ resource: `${origin}/mcp/edge` })).toEqual([`${one} (edge)`]);
      await deployFixture(env.CATALOGS);
    },
  );

  it("says of each access whether calls are asked about, as the rules of its API decide", async () => {
    const policy = [
      { effect: "ask" as const, access: "write" as const },
      { effect: "deny" as const, access: "delete" as const },
    ];
    await deployFixture(env.CATALOGS, { edge: { policy } });
    const someone = client();
    await someone.register();
    const { text } = await someone.ask(await makePkce());
    await deployFixture(env.CATALOGS);
    const cells = text.split(/value="(?=\w+:\w+")/).slice(1);
    const said = cells.map((cell) => [
      cell.split('"', 1)[0],
      />((?:Asks|Refused|Without|Depends)[^<]*)</.exec(cell)?.[1]?.trim(),
    ]);
    expect(Object.fromEntries(said)).toEqual({
      "edge:read": undefined,
      "edge:write": "Asks you each time",
      "edge:delete": "Refused by a rule",
      "notes:read": undefined,
      "notes:write": "Without asking you",
    });
  });

  it("shows a client that comes back what it had, and what it says that it needs now; a person ticks", async () => {
    const someone = client();
    await someone.logIn({ scopes: ["edge:read", "notes:read", "notes:write"] });
    const asked = "edge:read edge:delete notes:write";
    for (const prompt of [undefined, "consent"]) {
      const form = await someone.ask(await makePkce(), { scope: asked, prompt });
      expect(form.ticked).toEqual(["edge:read", "notes:read"]);
      expect(form.text).toContain("connected already");
      const marks = [...form.text.matchAll(/<span class="asked">([^<]*)/g)].map(([, words]) => words);
      expect(marks).toEqual([
        "Granted before",
        "The client says that it needs this now",
        "Granted before",
        "Also asked for. Granted before",
      ]);
    }
  });

  it("narrows an access to tags, in the scope and in the caller", async () => {
    const someone = client();
    const { access_token, scope } = await someone.logIn({ scopes: ["edge:read", "edge:read:DNS%20records"] });
    expect(scope).toBe("edge:read:DNS%20records");
    expect((await whoami(await someone.call(access_token))).caller).toMatchObject({
      access: { edge: ["read"] },
      tags: { edge: { read: ["DNS records"] } },
    });
  });

  it("serves one API at its own path, with a token of its own", async () => {
    const someone = client();
    const pkce = await makePkce();
    await someone.register();
    const form = await someone.ask(pkce, { resource: `${origin}/mcp/notes` });
    expect(form.offered.every((scope) => scope.startsWith("notes:"))).toBe(true);
    const tokens = await someone.logIn({ path: "/mcp/notes" });
    expect(await whoami(await someone.call(tokens.access_token, "/mcp/notes"))).toMatchObject({
      caller: { access: { notes: ["read"] } },
      served: ["notes"],
    });
  });

  it("names the client, where access goes, and the numbers of operations", async () => {
    const someone = client();
    await someone.register({ client_name: "<b>Claude</b>" });
    const { text } = await someone.ask(await makePkce());
    expect(text).toContain("&lt;b&gt;Claude&lt;/b&gt;");
    expect(text).not.toContain("<b>Claude");
    expect(text).toMatch(/<dd>localhost<\/dd>/);
    const words = text.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");
    expect(words).toContain("3 read operations");
    expect(words).toContain("1 delete operation");
  });

  it("tells the client when the person denies", async () => {
    const someone = client();
    await someone.register();
    const { handle } = await someone.ask(await makePkce());
    const denied = await someone.browser.submit(`${origin}/authorize`, [
      ["handle", handle],
      ["decision", "deny"],
    ]);
    const location = new URL(denied.headers.get("Location")!);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error: "access_denied",
      state: "state-of-the-client",
      iss: origin,
    });
  });

  it("shows the page again when nothing is ticked", async () => {
    const someone = client();
    await someone.register();
    const pkce = await makePkce();
    const again = await someone.approve(await someone.ask(pkce), []);
    expect(again.status).toBe(400);
    expect(await again.text()).toContain("Nothing is ticked");
  });

  it("names the issuer in the answer (RFC 9207)", async () => {
    const someone = client();
    await someone.register();
    const redirect = await someone.approve(await someone.ask(await makePkce()));
    expect(new URL(redirect.headers.get("Location")!).searchParams.get("iss")).toBe(origin);
    expect(codeOf(redirect)).not.toBe("");
  });
});
