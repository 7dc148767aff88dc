/**
 * The frame of every page of the login: one self-contained document, no script, no external asset, legible on a
 * phone, dark and light. `html` escapes every value that is put into it.
 */
import { html, raw } from "hono/html";
import { style } from "./style.ts";

export type Markup = ReturnType<typeof html>;

export interface PageContent {
  title: string;
  body: Markup;
  status?: number;
  /** Added to, not replaced: cookies of a consent transaction travel here. */
  headers?: Headers;
}

/** Nothing is loaded, nothing may frame us. `form-action` is left out: browsers apply it to the redirect after the form too, and that one goes to the client. */
const contentSecurityPolicy = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`;

export async function page({
  title,
  body,
  status = 200,
  headers = new Headers(),
}: PageContent): Promise<Response> {
  const nonce = crypto.randomUUID();
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · isogate</title>
        <style nonce="${nonce}">
          ${raw(style)}
        </style>
      </head>
      <body>
        <p class="brand">isogate</p>
        <main>${body}</main>
      </body>
    </html>`;
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.set("Content-Security-Policy", contentSecurityPolicy(nonce));
  headers.set("X-Frame-Options", "DENY");
  headers.set("X-Content-Type-Options", "nosniff");
  // `no-referrer` would make the browser send `Origin: null` with our own form.
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cache-Control", "no-store");
  return new Response(String(text), { status, headers });
}
