/** The page of access tokens: a token is shown once, as text, and works without a script. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { withLogin } from "../../src/auth/provider.ts";
import { serveConsole, serveTokensPage } from "../../src/console/console.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";
import { echoServer } from "../auth/fixture/echo-server.ts";

const origin = "http://localhost:8484";
const door = withLogin({ mcp: echoServer, pages: serveConsole, tokensPage: serveTokensPage });
const open = (form?: Record<string, string>, query = "") =>
  door.fetch(
    new Request(`${origin}/tokens${query}`, {
      ...(form && { method: "POST", headers: { Origin: origin }, body: new URLSearchParams(form) }),
    }),
    env,
    createExecutionContext(),
  );

beforeAll(() => deployFixture(env.CATALOGS));

it("shows a token once", async () => {
  const made = await (await open({ name: "<i>mine</i>", days: "7", scope: "notes:read" })).text();
  expect(made).toMatch(/<code id="token">isogate_[\w-]{43}<\/code>/);
  expect(made).not.toContain("<i>mine");
  const again = await open();
  const text = await again.text();
  expect(text).toContain("&lt;i&gt;mine");
  expect(text).not.toMatch(/isogate_[\w-]{43}/);
  expect(again.headers.get("content-security-policy")).toContain("script-src 'self'");
});

it("revokes a token once, however often the page is loaded again", async () => {
  const made = await (await open({ name: "to go", days: "7", scope: "notes:read" })).text();
  const id = /name="revoke"\s+value="([\w-]+)"\s+aria-label="Revoke to go"/.exec(made)?.[1] ?? "";
  const revoked = await open({ revoke: id });
  expect([revoked.status, revoked.headers.get("Location")]).toEqual([302, "/tokens?notice=revoked"]);
  const text = await (await open(undefined, "?notice=revoked")).text();
  expect(text).toContain("This token works no more.");
  expect(text).not.toContain("to go");
});

it("says what is wrong with a form, and makes nothing", async () => {
  const answer = await open({ name: "x", days: "1" });
  expect(answer.status).toBe(400);
  const text = await answer.text();
  expect(text).toMatch(/aria-describedby="wrong"[^]*id="wrong"[^]*tick at least one kind of access/);
  // What was given is still there.
  expect(text).toContain('value="x"');
  expect(text).toContain('value="1"');
  expect(text).not.toContain("checked");
});
