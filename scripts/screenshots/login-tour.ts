/** A walk through the pages of the login: what a person sees between their program and what it may do. */
import type { Page } from "playwright-core";
import type { Stop } from "./console-tour.ts";
import { ownName } from "./sample-apis.ts";

export async function loginTour(origin: string): Promise<Stop[]> {
  const program = await register(origin, "A program", "http://localhost:51234/callback");
  const remote = await register(
    origin,
    "Research assistant for the infrastructure team",
    "https://assistant.example.com/oauth/callback",
  );
  await makeToken(origin, "Nightly report");
  await makeToken(origin, "A long name, as people give them when nobody stops them from it");
  const paste = `${remote}&resource=${encodeURIComponent(`${origin}/mcp/${ownName}`)}`;
  return [
    { name: "consent", path: `${program}&scope=demo:read%20demo:write` },
    { name: "consent-tags", path: `${remote}&scope=github:read:issues%20github:read:pulls%20github:admin` },
    { name: "consent-paste", path: paste },
    { name: "consent-paste-accounts", path: paste, act: openAccounts },
    { name: "consent-problem", path: paste, act: (page) => page.click("button.primary") },
    { name: "login-refused", path: "/authorize?client_id=nobody" },
    { name: "tokens", path: "/tokens" },
    { name: "tokens-made", path: "/tokens", act: (page) => makeOnPage(page) },
    { name: "tokens-problem", path: "/tokens", act: (page) => makeOnPage(page, false) },
  ];
}

async function register(origin: string, client_name: string, redirectUri: string): Promise<string> {
  const response = await fetch(`${origin}/oauth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_name,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  });
  const { client_id } = (await response.json()) as { client_id: string };
  const query = new URLSearchParams({
    response_type: "code",
    client_id,
    redirect_uri: redirectUri,
    state: "tour",
    code_challenge: "tour".padEnd(43, "-"),
    code_challenge_method: "S256",
  });
  return `/authorize?${query}`;
}

async function makeToken(origin: string, name: string): Promise<void> {
  await fetch(`${origin}/tokens`, {
    method: "POST",
    headers: { Origin: origin, Accept: "application/json" },
    body: new URLSearchParams([
      ["name", name],
      ["days", "30"],
      ["scope", "demo:read"],
      ["scope", "github:read"],
    ]),
  });
}

async function openAccounts(page: Page): Promise<void> {
  for (const summary of await page.$$("summary")) if (await summary.isVisible()) await summary.click();
}

async function makeOnPage(page: Page, ticks = true): Promise<void> {
  await page.fill("input[name=name]", "Made for a picture");
  if (ticks) await page.check('input[value="demo:read"]');
  await page.getByRole("button", { name: "Make the token" }).click();
  await page.waitForSelector(".note[role=status], .error[role=alert]");
}
