/**
 * The frame of every page of the console: one document without inline script or style and without anything from
 * elsewhere. `html` escapes every value that is put into it.
 */
import { html } from "hono/html";
import { assetPaths } from "../assets.ts";

export type Markup = ReturnType<typeof html>;

export interface PageContent {
  title: string;
  /** Which entry of the navigation is this page's. */
  section?: Section;
  body: Markup;
  status?: number;
  /** The page fetches itself anew after this time, in milliseconds, until a page comes without it. */
  refreshMs?: number;
  /** Said by a screen reader and shown on top: what a form has just done. */
  notice?: string;
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

const pageHeaders: Record<string, string> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** @param waiting approvals that wait for the person, shown in the navigation */
export async function page(content: PageContent, waiting: number): Promise<Response> {
  const { title, section, body, status = 200, refreshMs, notice } = content;
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · isogate</title>
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
              return html`<a href="${path}" ${name === section ? html`aria-current="page"` : ""}
                >${label}${badge ? html` <span class="badge ask">${waiting}<span class="sr"> waiting</span></span>` : ""}</a
              >`;
            })}
          </nav>
        </header>
        <main id="main" tabindex="-1" ${refreshMs === undefined ? "" : html`data-refresh="${refreshMs}"`}>
          ${notice === undefined ? "" : html`<p class="notice" role="status">${notice}</p>`} ${body}
        </main>
      </body>
    </html>`;
  return new Response(String(text), { status, headers: pageHeaders });
}
