/**
 * A person's whole way through the pages in a real Chromium: a program asks for access, a run waits for a decision, a token
 * is made, a connection ends. Once by keyboard alone on a desk, once by touch on a phone.
 */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { startExample, type Example } from "../../scripts/screenshots/example.ts";
import { makePkce, OAuthClient } from "../auth/fixture/oauth-client.ts";

const missing = browserMissing();
let stateFolder: string;
let example: Example;
let browser: Browser;

beforeAll(async () => {
  if (missing) return;
  stateFolder = await mkdtemp(join(tmpdir(), "isogate-whole-way-"));
  example = await startExample(stateFolder, {
    more: (configured) => {
      const demo = configured.find(({ name }) => name === "demo")!;
      const policy = [{ effect: "ask" as const, access: "write" as const }];
      return [{ ...demo, name: "careful", file: { ...demo.file, title: "Careful edge", policy } }];
    },
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await example?.stop();
  if (stateFolder) await rm(stateFolder, { recursive: true, force: true });
});

/** How a person presses and writes. */
interface Hand {
  press(page: Page, what: Locator): Promise<void>;
  /** Ticks a box, or takes the last of several choices. */
  choose(page: Page, what: Locator): Promise<void>;
  /** Replaces what is there. */
  write(page: Page, where: Locator, text: string): Promise<void>;
  /** Follows the navigation. */
  goTo(page: Page, name: string): Promise<void>;
}

/** Longer than any page of the way. */
const maxTabs = 120;

/** Goes on with Tab until the element has the focus, as it must be reachable from wherever the focus is. */
async function tabTo(page: Page, what: Locator): Promise<void> {
  await what.first().waitFor();
  const handle = await what.first().elementHandle();
  for (let n = 0; n < maxTabs; n += 1) {
    const isThere = await handle!.evaluate(
      (element) =>
        (element as unknown as { getRootNode(): { activeElement: unknown } }).getRootNode().activeElement ===
        element,
    );
    if (isThere) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${maxTabs} tabs do not lead to ${String(what)}`);
}

const inNavigation = (page: Page, name: string) =>
  page.getByRole("navigation").getByRole("link", { name: new RegExp(`^${name}`) });

const byKeyboard: Hand = {
  async press(page, what) {
    await tabTo(page, what);
    await page.keyboard.press("Enter");
  },
  async choose(page, what) {
    if ((await what.getAttribute("type")) === "radio") {
      // Of several choices, Tab leads to the one that is taken.
      await tabTo(page, page.locator(`input[name=${await what.getAttribute("name")}]:checked`));
      await page.keyboard.press("ArrowRight");
    } else {
      await tabTo(page, what);
      await page.keyboard.press("Space");
    }
  },
  async write(page, where, text) {
    await tabTo(page, where);
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
  },
  goTo: (page, name) => byKeyboard.press(page, inNavigation(page, name)),
};

const byTouch: Hand = {
  press: (_page, what) => what.first().tap(),
  choose: (_page, what) => what.first().tap(),
  async write(page, where, text) {
    await where.first().tap();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
  },
  async goTo(page, name) {
    await page.getByRole("button", { name: "Menu" }).tap();
    await inNavigation(page, name).tap();
  },
};

const people = [
  { name: "by keyboard alone", hand: byKeyboard, viewport: { width: 1440, height: 900 }, hasTouch: false },
  { name: "by touch on a phone", hand: byTouch, viewport: { width: 375, height: 760 }, hasTouch: true },
];

it.skipIf(missing).each(people)(
  "a person allows, decides, makes a token and ends a connection $name",
  async ({ name, hand, viewport, hasTouch }) => {
    const { origin } = example;
    const context = await browser.newContext({ viewport, hasTouch, isMobile: hasTouch });
    const page = await context.newPage();
    const button = (words: string | RegExp) => page.getByRole("button", { name: words });

    await page.goto(origin);
    await hand.press(page, page.locator("summary", { hasText: "Codex" }));
    await page.getByText("codex mcp add").first().waitFor();

    const callback = createServer((_request, response) => void response.end("back")).listen(0, "127.0.0.1");
    await once(callback, "listening");
    const address = callback.address();
    const client = new OAuthClient(origin, (request) => fetch(request));
    client.redirectUri = `http://localhost:${typeof address === "object" && address ? address.port : 0}/callback`;
    await client.register({ client_name: `Program ${name}` });
    const pkce = await makePkce();
    await page.goto(client.authorizeUrl(pkce, { scope: "careful:read careful:write" }).href);
    const allow = await button("Allow").boundingBox();
    expect(allow!.y + allow!.height).toBeLessThanOrEqual(viewport.height);
    await hand.press(page, button("Allow"));
    await page.waitForURL(`${client.redirectUri}**`);
    const redeemed = await client.redeem(new URL(page.url()).searchParams.get("code") ?? "", pkce);
    expect(redeemed.status).toBe(200);
    callback.close();

    await page.goto(`${origin}/runs`);
    await hand.goTo(page, "Playground");
    await hand.choose(page, page.locator("input[name=tool][value=execute]"));
    await hand.choose(page, page.locator("input[name=access][value=write]"));
    await hand.write(
      page,
      page.locator(".editor .cm-content"),
      `return (await apis.careful.post("/zones", { body: { name: "way-${hasTouch ? 2 : 1}.example" } })).status`,
    );
    await hand.press(page, page.locator("#run"));
    await hand.press(page, page.getByRole("link", { name: "Review what waits" }));
    await page.getByRole("heading", { level: 1, name: "Add a zone" }).waitFor();
    await page.waitForLoadState();
    const approve = button("Approve this request");
    const box = await approve.boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(viewport.height);
    await hand.press(page, approve);
    await page.getByText("Decided. Run the same code again in the playground").waitFor();

    await hand.goTo(page, "Runs");
    await hand.press(page, page.locator(".runs a").first());
    await page.getByRole("heading", { level: 1, name: "Add a zone" }).waitFor();
    await page.getByText("Nothing of what waits was sent").waitFor();

    await hand.goTo(page, "Access tokens");
    await hand.write(page, page.getByLabel("Name"), `Token ${name}`);
    await hand.choose(page, page.locator('input[name=scope][value="demo:read"]'));
    await hand.press(page, button("Make the token"));
    await page.getByText("it will not be shown again").waitFor();
    expect(await page.locator("#token").textContent()).toMatch(/^isogate_/);

    await hand.goTo(page, "Connections");
    const card = page.locator(".card", { hasText: `Program ${name}` });
    await hand.press(page, card.locator("summary"));
    await hand.press(page, card.getByRole("button", { name: `End access of Program ${name}` }));
    await page.getByText("Its access has ended").waitFor();
    expect(await page.locator(".card", { hasText: `Program ${name}` }).count()).toBe(0);
    const refreshed = await client.token({
      grant_type: "refresh_token",
      refresh_token: ((await redeemed.json()) as { refresh_token: string }).refresh_token,
    });
    expect(refreshed.status).toBe(400);
    await context.close();
  },
  120_000,
);

it.skipIf(missing).each(people)(
  "a person reads what a program can call, allows it, and it goes on without asking $name",
  async ({ hand, viewport, hasTouch }) => {
    const { origin } = example;
    const context = await browser.newContext({ viewport, hasTouch, isMobile: hasTouch });
    const page = await context.newPage();
    const run = async () => {
      await page.goto(`${origin}/playground`);
      // The page remembers what was chosen last.
      for (const chosen of ["input[name=tool][value=execute]", "input[name=access][value=write]"])
        if (!(await page.locator(chosen).isChecked())) await hand.choose(page, page.locator(chosen));
      await hand.write(
        page,
        page.locator(".editor .cm-content"),
        `const made = []; for (const name of ["a", "b"]) made.push((await apis.careful.post("/zones", { body: { name: name + "-${hasTouch ? "touched" : "typed"}.example" } })).status); return made`,
      );
      await hand.press(page, page.locator("#run"));
      await page.locator("#reply").waitFor({ state: "attached" });
    };
    await run();
    await hand.press(page, page.getByRole("link", { name: "Review what waits" }));
    const program = page.locator("section", { hasText: "What this code can call" });
    await program.getByText("POST /zones", { exact: true }).waitFor();
    await hand.press(page, page.locator("form[aria-label=Decision] summary"));
    const allow = page.getByRole("button", { name: "Allow this program until this run has ended" });
    const box = await allow.boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(0);
    expect(box!.y + box!.height).toBeLessThanOrEqual(viewport.height);
    await hand.press(page, allow);
    await page.getByText("You allowed this code: until this run has ended").waitFor();
    await run();
    expect(await page.locator("#reply").textContent()).toMatch(/\n\n\[201,201\]$/);
    await context.close();
  },
  120_000,
);
