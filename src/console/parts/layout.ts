/**
 * The frame of every page of the console: one document without inline script or style, which loads nothing from
 * elsewhere. `html` escapes every value that is put into it.
 */
import { html } from "hono/html";
import { headOf, pageHeaders, type Markup } from "../../auth/pages/layout.ts";
import { assetPaths } from "../assets.ts";

export interface PageContent {
  title: string;
  /** The page's entry in the navigation. */
  section?: Section;
  body: Markup;
  status?: number | undefined;
  /** The page reloads itself after this time, in milliseconds, until a version of it comes without this. */
  refreshMs?: number | undefined;
  /** What a form has just done: shown at the top and read by screen readers. */
  notice?: string | undefined;
}

type Section = "connect" | "runs" | "approvals" | "apis" | "playground" | "connections";

const sections: Record<Section, { path: string; label: string }> = {
  connect: { path: "/", label: "Connect" },
  runs: { path: "/runs", label: "Runs" },
  approvals: { path: "/approvals", label: "Approvals" },
  apis: { path: "/apis", label: "APIs" },
  playground: { path: "/playground", label: "Playground" },
  connections: { path: "/connections", label: "Connections" },
};

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  ...pageHeaders,
  "Content-Security-Policy": contentSecurityPolicy,
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** @param waiting number of approvals that wait for the person, shown in the navigation */
export async function page(content: PageContent, waiting: number): Promise<Response> {
  const { title, section, body, status = 200, refreshMs, notice } = content;
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        ${headOf(title)}
        <link rel="icon" href="${assetPaths.icon}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetPaths.style}" />
        <script type="module" src="${assetPaths.script}"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="/">isogate</a>
          <nav aria-label="Main">
            ${Object.entries(sections).map(([name, { path, label }]) => {
              const badge = name === "approvals" && waiting > 0;
              return html`<a href="${path}" ${name === section && html`aria-current="page"`}
                >${label}${badge && html` <span class="badge ask">${waiting}<span class="sr"> waiting</span></span>`}</a
              >`;
            })}
          </nav>
        </header>
        <main id="main" tabindex="-1" ${refreshMs !== undefined && html`data-refresh="${refreshMs}"`}>
          ${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`} ${body}
        </main>
      </body>
    </html>`;
  return new Response(String(text), { status, headers });
}
