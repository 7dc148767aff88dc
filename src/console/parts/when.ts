import { html } from "hono/html";
import type { Markup } from "./layout.ts";

/** A time, in UTC as served; the browser's script shows it where the reader lives. */
export function when(ms: number): Markup {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}
