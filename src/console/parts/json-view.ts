/** A value as a person reads it: a table where it is one, else a tree that folds. Bounded by what a page can hold. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { lines } from "./lines.ts";
import { count, number, visible, visibleLine } from "../text.ts";

const maxRows = 100;
const maxColumns = 8;
const maxCellChars = 120;
/** Of a table within a tree. */
const maxPlainRows = 50;
/** Lines of a tree, and characters of its texts: about 80 kB of page together. */
const maxNodes = 500;
const maxTreeChars = 30_000;
const maxStringChars = 2_000;
/** Deeper parts are there, folded; of a small value all of it is open. */
const openDepth = 2;
const smallNodes = 40;

type Row = Record<string, unknown>;

const isObject = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A list of objects that have the same few members. */
function columnsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) return undefined;
  const names = [...new Set(value.slice(0, maxRows).flatMap((row) => Object.keys(row)))];
  const filled = value.slice(0, maxRows).reduce((sum, row) => sum + Object.keys(row).length, 0);
  const isEven = filled >= names.length * Math.min(value.length, maxRows) * 0.6;
  return names.length > 0 && names.length <= 24 && isEven ? names : undefined;
}

/** The value as a table, if it is one. @param label for screen readers */
export function tableOf(value: unknown, label = "Result as a table"): Markup | undefined {
  const names = columnsOf(value);
  if (!names) return undefined;
  const rows = value as Row[];
  const shown = names.slice(0, maxColumns);
  const left = [
    ...(rows.length > maxRows ? [`${number(rows.length - maxRows)} more rows`] : []),
    ...(names.length > maxColumns ? [`${names.length - maxColumns} more columns`] : []),
  ];
  const isNumber = (name: string) =>
    rows.every((row) => row[name] === undefined || typeof row[name] === "number");
  const kind = Object.fromEntries(shown.map((name) => [name, isNumber(name) ? "n" : ""]));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <table class="data">
        <thead>
          <tr>
            ${shown.map((name) => html`<th scope="col" class="${kind[name]}">${visibleLine(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, maxRows).map(
            (row) =>
              html`<tr>
                ${shown.map((name) => html`<td class="${kind[name]}">${cell(row[name])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left.length > 0 && html`<p class="quiet small">And ${left.join(" and ")}, in the JSON.</p>`}`;
}

/** Whose cells hold nothing that folds: as a part of a tree it loses nothing. */
function isPlainTable(value: unknown): value is Row[] {
  const names = columnsOf(value);
  return (
    names !== undefined &&
    names.length <= maxColumns &&
    (value as Row[]).length <= maxPlainRows &&
    (value as Row[]).every((row) => Object.values(row).every(isShort))
  );
}

const isShort = (value: unknown) =>
  typeof value === "string" ? value.length <= maxCellChars : typeof value !== "object" || value === null;

function cell(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return visibleLine(text.length > maxCellChars ? `${text.slice(0, maxCellChars)}…` : text);
}

/** The value as a tree, whose parts fold. */
export function treeOf(value: unknown): Markup {
  return html`<div class="tree" tabindex="0" role="region" aria-label="Result as JSON">
    ${node(undefined, value, 0, { nodes: maxNodes, chars: maxTreeChars, open: nodesIn(value, smallNodes) < smallNodes ? Infinity : openDepth })}
  </div>`;
}

/** How many values there are in this one, counted up to a limit. */
function nodesIn(value: unknown, limit: number): number {
  if (typeof value !== "object" || value === null) return 1;
  let found = 1;
  for (const one of Object.values(value)) {
    if (found >= limit) break;
    found += nodesIn(one, limit - found);
  }
  return found;
}

/** What is left of what a page can hold, and down to which depth it is open. */
interface Room {
  open: number;
  nodes: number;
  chars: number;
}

function node(name: string | undefined, value: unknown, depth: number, room: Room): Markup {
  room.nodes -= 1;
  const key = name === undefined ? "" : html`<span class="t-key">${visibleLine(name)}</span>: `;
  const entries = Array.isArray(value)
    ? value.map((one, n) => [String(n), one] as const)
    : isObject(value)
      ? Object.entries(value)
      : undefined;
  if (typeof value === "string") room.chars -= Math.min(value.length, maxStringChars);
  if (!entries) return html`<div>${key}${scalar(value)}</div>`;
  const size = Array.isArray(value) ? count(entries.length, "item") : count(entries.length, "member");
  if (entries.length === 0) return html`<div>${key}${Array.isArray(value) ? "[]" : "{}"}</div>`;
  const asTable =
    depth > 0 && isPlainTable(value) && takeRoom(value, room)
      ? tableOf(value, `${visibleLine(name ?? "")} as a table`)
      : undefined;
  const shown: Markup[] = asTable ? [asTable] : [];
  for (const [child, one] of entries) {
    if (asTable || room.nodes <= 0 || room.chars <= 0) break;
    shown.push(node(child, one, depth + 1, room));
  }
  const left = asTable ? 0 : entries.length - shown.length;
  return html`<details ${(depth < room.open && entries.length <= 50) || depth === 0 ? "open" : ""}>
    <summary>${key}${Array.isArray(value) ? `[ ${size} ]` : `{ ${size} }`}</summary>
    <div>${shown}${left > 0 && html`<div class="quiet">… ${number(left)} more</div>`}</div>
  </details>`;
}

/** @returns whether a table of these rows has room: then it is taken */
function takeRoom(rows: readonly Row[], room: Room): boolean {
  const nodes = rows.reduce((sum, row) => sum + Object.keys(row).length, 0);
  const chars = JSON.stringify(rows).length;
  if (nodes > room.nodes || chars > room.chars) return false;
  room.nodes -= nodes;
  room.chars -= chars;
  return true;
}

function scalar(value: unknown): Markup {
  if (typeof value === "string") {
    const cut = value.length > maxStringChars ? `${value.slice(0, maxStringChars)}…` : value;
    // Text of several lines is code or prose to read, not a literal.
    if (cut.includes("\n")) return html`<div class="in">${lines([{ text: visible(cut) }])}</div>`;
    return html`<span class="t-string">${visible(JSON.stringify(cut))}</span>`;
  }
  return html`<span class="${typeof value === "number" ? "t-number" : "t-keyword"}"
    >${JSON.stringify(value) ?? "undefined"}</span
  >`;
}

/** "a list of 24 items": what a run returned, in a sentence. */
export function valueInWords(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0 ? "an empty list" : `a list of ${count(value.length, "item")}`;
  if (isObject(value)) return `an object of ${count(Object.keys(value).length, "member")}`;
  if (typeof value === "string") return `a text of ${count(value.length, "character")}`;
  return value === null || value === undefined ? "nothing" : `${JSON.stringify(value)}`;
}
