import { html } from "hono/html";
import { connectSettings, type ConnectSetting } from "../../terms/clients.ts";
import { readManifest } from "../../store/catalogs.ts";
import { show, type ConsoleContext } from "../context.ts";
import type { Markup } from "../parts/layout.ts";

/** The first page: how to connect each client, to all APIs or to one. */
export async function connectPage(c: ConsoleContext): Promise<Response> {
  const { apis } = await readManifest(c.env.env.CATALOGS);
  const { origin } = new URL(c.req.url);
  const asked = c.req.query("api");
  const api = apis.find(({ name }) => name === asked);
  const mcpUrl = `${origin}/mcp${api ? `/${api.name}` : ""}`;
  return show(c, {
    title: "Connect",
    section: "connect",
    body: html`<h1>Connect a client</h1>
      <p>
        ${api ? html`${api.title}, on its own:` : "All APIs of this server:"}
        <code data-copy="the URL">${mcpUrl}</code>
      </p>
      ${
        apis.length < 2
          ? ""
          : html`<form class="filter" method="get" action="/">
              <label
                >Serve
                <select name="api">
                  <option value="">all ${apis.length} APIs</option>
                  ${apis.map(
                    ({ name, title }) =>
                      html`<option value="${name}" ${name === api?.name ? "selected" : ""}>
                        only ${title}
                      </option>`,
                  )}
                </select></label
              >
              <button>Show</button>
            </form>`
      }
      <div class="cards">${connectSettings(mcpUrl).map(card)}</div>
      <h2>Anything else that speaks MCP</h2>
      <p>
        Transport: streamable HTTP. Login: OAuth 2.1, found by itself. Two tools: <code>search</code> runs
        code against the API's description, <code>execute</code> runs code that calls it.
      </p>`,
  });
}

function card({ client, where, paste, install, caveat }: ConnectSetting): Markup {
  return html`<section class="card">
    <h2>${client}</h2>
    ${caveat === undefined ? "" : html`<p class="quiet">${caveat}</p>`}
    ${install === undefined ? "" : html`<p><a class="button primary" href="${install}">Install in ${client}</a></p>`}
    <p>${where}:</p>
    <pre class="wrap" data-copy="the settings for ${client}">${paste}</pre>
  </section>`;
}
