/** What a person reads whose login is refused, on the page itself: the library's descriptions never stand there. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { deployFixture } from "./fixture/deployment.ts";
import { Browser } from "./fixture/browser.ts";
import { makePkce, OAuthClient } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";
import { expectLogged } from "../setup/logged.ts";

const origin = "http://localhost:8484";

beforeAll(() => deployFixture(env.CATALOGS));
expectLogged("log", ["isogate.authorize.refused"]);

async function registered(): Promise<OAuthClient> {
  const client = new OAuthClient(origin, serverWith());
  await client.register();
  return client;
}

async function asked(overrides: Record<string, string | undefined>): Promise<Response> {
  const client = await registered();
  return client.browser.open(client.authorizeUrl(await makePkce(), overrides));
}

function submit(browser: Browser, handle: string): Promise<Response> {
  return browser.submit(`${origin}/authorize`, [
    ["handle", handle],
    ["decision", "approve"],
    ["scope", "edge:read"],
  ]);
}

const readded = "Remove this server in your client and add it again";
const again = "Go back to your client and connect again";

describe("a refused login says what is wrong, and what to do", () => {
  const cases: { it: string; when: () => Promise<Response>; says: string[] }[] = [
    {
      it: "a client that is not registered here",
      when: () => asked({ client_id: "nobody" }),
      says: ["does not know the client “nobody”", readded],
    },
    {
      it: "no program",
      when: () => asked({ client_id: undefined }),
      says: ["client_id is missing", "Open it from your client"],
    },
    {
      it: "an address that the client did not register",
      when: () => asked({ redirect_uri: "http://localhost:51234/other" }),
      says: ["“http://localhost:51234/other”", "did not register", readded],
    },
    {
      it: "no address",
      when: () => asked({ redirect_uri: undefined }),
      says: ["redirect_uri is missing", again],
    },
    {
      it: "a form without what the page had",
      when: async () => submit((await registered()).browser, ""),
      says: ["not sent from the page that asks for access", again],
    },
    {
      it: "a form in another browser",
      when: async () => {
        const client = await registered();
        const { handle } = await client.ask(await makePkce());
        return submit(new Browser(client.fetch), handle);
      },
      says: ["was opened in another browser", again],
    },
    {
      it: "a form that was sent before",
      when: async () => {
        const client = await registered();
        const form = await client.ask(await makePkce());
        await client.approve(form);
        return client.approve(form);
      },
      says: ["was answered before", again],
    },
  ];

  it.each(cases)("$it", async ({ when, says }) => {
    const response = await when();
    expect(response.status).toBe(400);
    const text = (await response.text()).replaceAll("&quot;", '"');
    for (const words of says) expect(text).toContain(words);
    expect(text).not.toMatch(/Invalid |start again/);
  });

  it("has no room for a message of who made the address", async () => {
    const lure = "unknown. Your account is locked: call 555-0100";
    for (const overrides of [{ client_id: lure }, { redirect_uri: lure }, { client_id: "x".repeat(500) }]) {
      const text = await (await asked(overrides)).text();
      expect(text).toContain("This connection failed");
      expect(text).not.toMatch(/555-0100|x{50}/);
    }
  });
});
