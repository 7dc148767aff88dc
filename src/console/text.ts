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

/** With a capital, as the first word of what stands alone. */
export const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const [hours, days] = [Math.floor(ms / 3_600_000), Math.floor(ms / 86_400_000)];
  if (days > 0) return twoUnits(days, "d", hours % 24, "h");
  if (hours > 0) return twoUnits(hours, "h", Math.floor((ms % 3_600_000) / 60_000), "min");
  const seconds = Math.round(ms / 1_000);
  return twoUnits(Math.floor(seconds / 60), "min", seconds % 60, "s");
}

const twoUnits = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  const [size, unit] = value < 1_000_000 ? [value / 1_000, "kB"] : [value / 1_000_000, "MB"];
  return `${size.toFixed(1).replace(/\.0$/, "")} ${unit}`;
}

/** `1 Dec 2026, 20:19`: the one way in which pages write a time, in whatever zone. The browser's script writes it too. */
export const timeIn = (ms: number, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "medium", timeStyle: "short" }).format(ms);

/** A time in UTC, as the server sends it; the browser's script converts it to local time. */
export function when(ms: number): Markup {
  return html`<time datetime="${new Date(ms).toISOString()}">${timeIn(ms, "UTC")} UTC</time>`;
}

/** A deadline: the same with the name of its zone, which the script keeps. */
export function until(ms: number): Markup {
  return html`<time datetime="${new Date(ms).toISOString()}" data-zoned>${timeIn(ms, "UTC")} UTC</time>`;
}

const agoUnits: [ms: number, unit: string][] = [
  [24 * 3_600_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];

/** How long ago, for lists; the script keeps it true and puts the local time into its title. */
export function ago(ms: number, nowMs = Date.now()): Markup {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}" data-ago>${agoText(nowMs - ms)}</time>`;
}

function agoText(passedMs: number): string {
  const [size, unit] = agoUnits.find(([unitMs]) => passedMs >= unitMs) ?? [];
  return size === undefined ? "just now" : `${Math.floor(passedMs / size)} ${unit} ago`;
}
