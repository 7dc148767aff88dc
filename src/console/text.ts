/** Values as the pages show them. */
import { html } from "hono/html";
import type { Markup } from "../auth/pages/layout.ts";

export { visible, visibleLine } from "../terms/visible.ts";

/** JSON with indentation; any other text as it is. */
export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

const integers = new Intl.NumberFormat("en");

export function number(value: number): string {
  return integers.format(value);
}

export function count(value: number, one: string): string {
  return `${number(value)} ${value === 1 ? one : `${one}s`}`;
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1_000).toFixed(1)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

/** A time in UTC, as the server sends it; the browser's script converts it to local time. */
export function when(ms: number): Markup {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}
