/** The link of a file, at a server with real logins: it opens for the login of its user and for nothing else. */
import { providerIn } from "../../src/auth/sign-in/oidc.ts";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { serveConsole } from "../../src/console/console.ts";
import { startSession } from "../../src/auth/sign-in-cookie.ts";
import { withLogin } from "../../src/auth/provider.ts";
import { fileLink } from "../../src/store/ledger/user-files.ts";
import { faultResponse } from "../../src/store/fault.ts";
import { Browser } from "../auth/fixture/browser.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";
import { echoServer } from "../auth/fixture/echo-server.ts";
import { OAuthClient } from "../auth/fixture/oauth-client.ts";

const origin = "https://isogate.example.workers.dev";
const secret = "a-secret-for-tests-only-0123456789abcdef";
const settings = {
  SIGN_IN: "oidc",
  ISOGATE_SECRET: secret,
  // Nothing answers there: who is not signed in can only be sent there.
  OIDC_ISSUER: "https://127.0.0.1:9",
  OIDC_CLIENT_ID: "isogate",
};

const door = withLogin({ mcp: echoServer, pages: serveConsole });
const server = (request: Request) =>
  door
    .fetch(request, { ...env, ...settings }, createExecutionContext())
    // As src/index.ts does.
    .catch((error: unknown) => faultResponse(request, error));

const provider = providerIn(settings);
const ann = { id: "oidc-ann-files", label: "ann@example.com", address: "ann@example.com", provider };
const bob = { id: "oidc-bob-files", label: "bob@example.com", address: "bob@example.com", provider };

async function signIn(browser: Browser, user: typeof ann): Promise<Browser> {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(await startSession(user, secret))!;
  browser.setCookie(name!, value!);
  return browser;
}

let link: string;
beforeAll(async () => {
  await deployFixture(env.CATALOGS);
  const content = new TextEncoder().encode("for ann only");
  const kept = await env.LEDGER.getByName(ann.id).keepFile({ name: "a.txt", type: "", content, run: "r1" });
  link = fileLink(origin, kept.ok ? kept.file.id : "");
});

it("opens for its user", async () => {
  const response = await (await signIn(new Browser(server), ann)).open(link);
  expect([response.status, await response.text()]).toEqual([200, "for ann only"]);
});

it("does not open for another user of the server", async () => {
  const response = await (await signIn(new Browser(server), bob)).open(link);
  expect(response.status).toBe(404);
  expect(await response.text()).not.toContain("for ann only");
});

it.for(["nobody who is signed in", "a client with the user's own access token"])(
  "does not open for %s",
  async (who) => {
    const client = new OAuthClient(origin, server);
    await signIn(client.browser, ann);
    const { access_token: token } = await client.logIn();
    const headers = who.startsWith("a client") ? { Authorization: `Bearer ${token}` } : {};
    const response = await server(new Request(link, { headers, redirect: "manual" }));
    expect(response.status).not.toBe(200);
    expect(await response.text()).not.toContain("for ann only");
  },
);
