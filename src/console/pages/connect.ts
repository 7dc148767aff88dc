/** The first page: how to connect each client, to all APIs or to one, and which have connected. */
import { html } from "hono/html";
import { note, state } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { titleAmong } from "../../terms/manifest.ts";
import { connectSettings, type ConnectSetting } from "../../terms/clients.ts";
import { readManifest } from "../../store/catalogs.ts";
import { show, type ConsoleContext } from "../context.ts";
import { toCopy } from "../parts/block.ts";
import { pageHead } from "../parts/layout.ts";
import { select } from "../parts/select.ts";

const refreshMs = 3_000;

export async function connectPage(c: ConsoleContext): Promise<Response> {
  const { apis } = await readManifest(c.env.env.CATALOGS);
  const { origin } = new URL(c.req.url);
  const asked = c.req.query("api");
  const api = apis.find(({ name }) => name === asked);
  const mcpUrl = `${origin}/mcp${api ? `/${api.name}` : ""}`;
  const choices = apis.map(({ name }) => [name, `Only ${titleAmong(apis, name)}`] as const);
  const names = ((await c.env.user.connections?.list()) ?? []).map(({ client }) => client.toLowerCase());
  const hasLogin = c.env.user.connections !== undefined;
  const settings = connectSettings(mcpUrl, hasLogin);
  return show(c, {
    title: "Connect",
    section: "connect",
    // Until the client appears: the person is in another program meanwhile.
    refreshMs,
    body: html`${pageHead("Connect a client", {
        under: "Choose the client that you work with. It gets two tools: search and execute.",
      })}
      <div class="address">
        ${
          apis.length > 1 &&
          html`<form class="filter" method="get" action="/" data-live>
            ${select("APIs", "api", api?.name, [["", `All ${apis.length} APIs`], ...choices])}
            <button class="noscript">Show</button>
          </form>`
        }
        ${toCopy("url", "the address of the server", mcpUrl)}
      </div>
      <div class="folds">
        ${settings.map((setting, n) => clientPart(setting, n, isConnected(setting, names)))}
      </div>
      <section class="section">
        <h2>Any other MCP client</h2>
        <p>
          Transport: streamable HTTP. Login: ${hasLogin ? "OAuth 2.1, discovered automatically" : "none"}. Two
          tools:
          <code>search</code> runs code against the API's description, <code>execute</code> runs code that
          calls the API.
        </p>
      </section>`,
  });
}

function isConnected({ knownAs = [] }: ConnectSetting, names: readonly string[]): boolean {
  // "Claude" begins the name of Claude Code too.
  return names.some((name) =>
    knownAs.some(
      (known) => name.startsWith(known) && !(known === "claude" && name.startsWith("claude code")),
    ),
  );
}

function clientPart(
  { client, where, paste, install, caveat, next, hasToken }: ConnectSetting,
  position: number,
  connected: boolean,
): Markup {
  return html`<details name="client" data-key="client-${position}" ${position === 0 && "open"}>
    <summary>
      ${icon("right")}
      <h2>${client}</h2>
      ${connected && state("ok", "connected")}
      ${caveat && html`<span class="quiet small">needs a deployed server</span>`}
    </summary>
    <div class="body">
      ${caveat && note("calm", caveat)}
      <ol class="steps">
        ${
          install &&
          html`<li>
            <p><a class="button primary" href="${install}">Install in ${client}</a> or do it by hand:</p>
          </li>`
        }
        <li>
          <p>${where}:</p>
          ${toCopy(`client-${position}-paste`, `the settings for ${client}`, paste)}
        </li>
        <li><p>${next} ${hasToken && html`<a href="/tokens">Access tokens</a>`}</p></li>
      </ol>
    </div>
  </details>`;
}
