/** The page of access tokens: a token is shown once, as text, and works without a script. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { withLogin } from "../../src/auth/provider.ts";
import { accessTokenClientId } from "../../src/terms/access-token-client.ts";
import { digest } from "../../src/terms/digest.ts";
import { localUserId } from "../../src/terms/user.ts";
import { serveConsole, serveTokensPage } from "../../src/console/console.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";
import { echoServer } from "../auth/fixture/echo-server.ts";
import { joined } from "./fixture/joined.ts";

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

it("says where a token is used, and ticks nothing before the person does", async () => {
  expect(await (await open()).text()).not.toContain("checked");
  const made = await (await open({ name: "job", days: "7", scope: "notes:read" })).text();
  expect(joined(made)).toContain(`<code id="token-url">${origin}/mcp</code>`);
});

it("tells two tokens of one name apart by what ran with each", async () => {
  const make = async () => {
    const text = await (await open({ name: "twin", days: "7", scope: "notes:read" })).text();
    return /id="token">(isogate_[\w-]+)</.exec(text)?.[1] ?? "";
  };
  const [used = "", idle = ""] = [await make(), await make()].map((token) => digest(token).slice(0, 16));
  await env.LEDGER.getByName(localUserId).beginRun({
    runId: "rtwin",
    startedAtMs: Date.now(),
    tool: "search",
    code: "return 1",
    codeChars: 8,
    client: { id: accessTokenClientId(used), name: "twin" },
    access: {},
  });
  const text = await (await open()).text();
  const lineOf = (id: string) => text.split("data-key=").find((line) => line.startsWith(`"${id}"`));
  expect(lineOf(used)).toContain("Last used");
  expect(lineOf(idle)).toContain("No run yet");
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
