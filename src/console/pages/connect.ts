/** The first page: how to connect each client, to all APIs or to one. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { connectSettings, type ConnectSetting } from "../../terms/clients.ts";
import { readManifest } from "../../store/catalogs.ts";
import { show, type ConsoleContext } from "../context.ts";
import { select } from "../parts/select.ts";

export async function connectPage(c: ConsoleContext): Promise<Response> {
  const { apis } = await readManifest(c.env.env.CATALOGS);
  const { origin } = new URL(c.req.url);
  const asked = c.req.query("api");
  const api = apis.find(({ name }) => name === asked);
  const mcpUrl = `${origin}/mcp${api ? `/${api.name}` : ""}`;
  const choices = apis.map(({ name, title }) => [name, `only ${title}`] as const);
  return show(c, {
    title: "Connect",
    section: "connect",
    body: html`<h1>Connect a client</h1>
      <p>
        ${api ? html`Only ${api.title}:` : "All APIs of this server:"}
        <code data-copy="the URL">${mcpUrl}</code>
      </p>
      ${
        apis.length > 1 &&
        html`<form class="filter" method="get" action="/">
          ${select("APIs", "api", api?.name, [["", `all ${apis.length} APIs`], ...choices])}
          <button>Show</button>
        </form>`
      }
      <div class="cards">${connectSettings(mcpUrl).map(card)}</div>
      <h2>Any other MCP client</h2>
      <p>
        Transport: streamable HTTP. Login: OAuth 2.1, discovered automatically. Two tools:
        <code>search</code> runs code against the API's description, <code>execute</code> runs code that calls
        the API.
      </p>`,
  });
}

function card({ client, where, paste, install, caveat }: ConnectSetting): Markup {
  return html`<section class="card">
    <h2>${client}</h2>
    ${caveat && html`<p class="quiet">${caveat}</p>`}
    ${install && html`<p><a class="button primary" href="${install}">Install in ${client}</a></p>`}
    <p>${where}:</p>
    <pre class="wrap" data-copy="the settings for ${client}">${paste}</pre>
  </section>`;
}
