/**
 * The frame of every page of the login: one self-contained document, no script, no external asset, legible on a
 * phone, dark and light. `html` escapes every value that is put into it.
 */
import { html, raw } from "hono/html";
import { icon } from "./icons.ts";
import { style } from "./style.ts";

export type Markup = ReturnType<typeof html>;

interface PageContent {
  title: string;
  body: Markup;
  status?: number | undefined;
  /** Extended, not replaced: cookies of a consent transaction travel here. */
  headers?: Headers;
}

/**
 * A whole page, here or in the console.
 * @param policy its Content-Security-Policy
 * @param init its headers are extended
 */
export async function documentOf(
  title: string,
  { head, body, policy }: { head: Markup; body: Markup; policy: string },
  { status = 200, headers = new Headers() }: { status?: number | undefined; headers?: Headers } = {},
): Promise<Response> {
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · isogate</title>
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  for (const [name, value] of Object.entries(pageHeaders)) headers.set(name, value);
  headers.set("Content-Security-Policy", policy);
  return new Response(String(text), { status, headers });
}

const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  // With `no-referrer` the browser would send `Origin: null` with our own forms.
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/**
 * Loads nothing, and nothing may frame the page. `form-action` is missing because browsers also apply it to the
 * redirect after the form, which goes to the client.
 */
const contentSecurityPolicy = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`;

export function page({ title, body, ...init }: PageContent): Promise<Response> {
  const nonce = crypto.randomUUID();
  const frame = {
    head: html`<style nonce="${nonce}">
      ${raw(style)}
    </style>`,
    body: html`<header class="brand">${icon("shield")} isogate</header>
      <main>${body}</main>`,
    policy: contentSecurityPolicy(nonce),
  };
  return documentOf(title, frame, init);
}
