/**
 * Makes a result fit the budget of a reply: always valid JSON, never over the budget. Large parts are shortened where
 * they are large, so that one huge member leaves room for the others, and everything left out is listed.
 */
import { divideBudget } from "./divide-budget.ts";
import { itemSigns, jsonTokens, memberSigns, namesOf } from "./json-tokens.ts";
import { estimateTokens } from "./token-estimate.ts";
import { visible, visibleJson } from "../terms/visible.ts";

/** A reply of this size leaves a model most of its attention; `recall` returns the whole result. */
export const defaultBudgetTokens = 6_000;

export interface LeftOut {
  /** As code would write it: `result.items[3].body`; `[*]` means several items. */
  path: string;
  kept: number;
  of: number;
  unit: "items" | "members" | "characters";
}

export interface Shortened {
  /** Compact JSON. */
  text: string;
  /** As `estimateTokens` counts them. */
  tokens: number;
  /** Empty if the result is whole. */
  leftOut: LeftOut[];
}

/** Most lines about what is missing. */
const maxLeftOut = 12;

/** Levels that are kept once a result has to be shortened. */
const maxDepth = 24;

/** Tokens of a marker such as `… [12 more items]`. */
const markerTokens = 14;

/**
 * Returns the whole JSON, as it is shown, if it fits, otherwise as much of it as does.
 * @param budgetTokens at least 20
 * @param parsed what the JSON says, where it has been read before
 */
export function shortenJson(json: string, budgetTokens = defaultBudgetTokens, parsed?: unknown): Shortened {
  // What is escaped only becomes longer.
  if (estimateTokens(json, budgetTokens) <= budgetTokens) {
    const text = visibleJson(json);
    const tokens = estimateTokens(text, budgetTokens);
    if (tokens <= budgetTokens) return { text, tokens, leftOut: [] };
  }
  const value = parsed === undefined ? (JSON.parse(json) as unknown) : parsed;
  let best: Shortened | undefined;
  // The counts of the parts add up to roughly the cost of the whole: a few rounds bring it close.
  for (let room = budgetTokens, round = 0; room >= 1 && (round < maxRounds || !best); round++) {
    const shortened = shortenTo(value, room);
    if (shortened.tokens <= budgetTokens && shortened.tokens > (best?.tokens ?? 0)) best = shortened;
    if (best && best.tokens > budgetTokens * goodUse) break;
    room = Math.floor(Math.min(room * 2, (room * budgetTokens) / shortened.tokens) * 0.96);
  }
  const nothing = [{ path: "result", kept: 0, of: json.length, unit: "characters" as const }];
  return best ?? { text: '"…"', tokens: estimateTokens('"…"'), leftOut: nothing };
}

/** A path longer than this would not help to find the place. */
const maxPathChars = 60;

/**
 * What was left out of a result, and the code that gets it, in a sentence for the first line of a reply.
 * @returns undefined if the result is whole
 */
export function nextOf(leftOut: readonly LeftOut[], runId: string): string | undefined {
  const [most] = leftOut;
  if (!most) return undefined;
  const { path, kept, of, unit } = most;
  const short = path.length <= maxPathChars;
  const where = path === "result" || !short ? "" : ` of ${path}`;
  const value = `(await recall("${runId}"))${path.slice("result".length)}`;
  const single = short && !path.includes("[*]");
  const rest =
    single && unit === "items"
      ? `${value}[n] is item n`
      : single && unit === "characters"
        ? `${value}.slice(${kept}) is the rest`
        : `await recall("${runId}") is the whole result`;
  return `Shortened: this shows ${count(kept)} of ${count(of)} ${unit}${where}. In the next code, ${rest}.`;
}

/** Of one line of a log. */
const maxLineChars = 2_000;

/** Lines of text that may cost so many tokens together: the first ones, and the last ones, which tell how it ended. */
export function shortenLines(lines: readonly string[], budgetTokens: number): string[] {
  const cut = lines.map((line) =>
    line.length <= maxLineChars
      ? line
      : `${line.slice(0, maxLineChars)}… [${count(line.length - maxLineChars)} more characters]`,
  );
  const costs = cut.map((line) => estimateTokens(visible(line), budgetTokens) + itemSigns);
  const first = fitting(costs, budgetTokens);
  if (first === cut.length) return cut;
  const head = fitting(costs, budgetTokens * 0.6);
  const tail = fitting(costs.slice(head).toReversed(), budgetTokens * 0.4 - markerTokens);
  const missing = cut.length - head - tail;
  const marker = `… [${count(missing)} more ${missing === 1 ? "line" : "lines"}: the run's page in the console has all]`;
  return [...cut.slice(0, head), marker, ...cut.slice(cut.length - tail)];
}

/** How many of the first costs fit together. */
function fitting(costs: readonly number[], budget: number): number {
  let spent = 0;
  const over = costs.findIndex((cost) => (spent += cost) > budget);
  return over < 0 ? costs.length : over;
}

/** Rounds of fitting, and the share of the budget that is good enough to stop. */
const maxRounds = 4;
const goodUse = 0.85;

function shortenTo(value: unknown, room: number): Shortened {
  const shortener = new Shortener();
  const text = visibleJson(JSON.stringify(shortener.fit(value, room, "result", 0)));
  return { text, tokens: estimateTokens(text), leftOut: summary(shortener.leftOut) };
}

class Shortener {
  readonly leftOut: LeftOut[] = [];

  /** The value, or as much of it as `budget` tokens hold. */
  fit(value: unknown, budget: number, path: string, depth: number): unknown {
    if (jsonTokens(value, budget) <= budget) return value;
    if (typeof value === "string") return this.#text(value, budget, path);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= maxDepth || budget < markerTokens) return this.#name(value, path);
    return Array.isArray(value)
      ? this.#list(value, budget, path, depth)
      : this.#members(value as Record<string, unknown>, budget, path, depth);
  }

  #text(text: string, budget: number, path: string): string {
    const room = Math.max(0, budget - markerTokens);
    let kept = room === 0 ? 0 : Math.min(text.length, Math.floor(room * 8));
    while (kept > 0 && jsonTokens(text.slice(0, kept), room) > room) kept = Math.floor(kept * 0.85);
    if (kept > 0 && isHighSurrogate(text.charCodeAt(kept - 1))) kept--;
    this.leftOut.push({ path, kept, of: text.length, unit: "characters" });
    return `${text.slice(0, kept)}… [${count(text.length - kept)} more characters]`;
  }

  /** Stands in for a list or an object that does not fit. */
  #name(value: object, path: string): string {
    const size = Array.isArray(value) ? value.length : namesOf(value).length;
    const unit = Array.isArray(value) ? "items" : "members";
    this.leftOut.push({ path, kept: 0, of: size, unit });
    return `[${count(size)} ${size === 1 ? unit.slice(0, -1) : unit}]`;
  }

  #list(list: unknown[], budget: number, path: string, depth: number): unknown[] {
    const budgets = divideBudget(list, () => itemSigns, budget - markerTokens);
    const kept = budgets.map((each, index) => this.fit(list[index], each, `${path}[${index}]`, depth + 1));
    if (kept.length === list.length) return kept;
    this.leftOut.push({ path, kept: kept.length, of: list.length, unit: "items" });
    return [...kept, `… [${count(list.length - kept.length)} more items]`];
  }

  #members(object: Record<string, unknown>, budget: number, path: string, depth: number): object {
    const all = namesOf(object);
    // More cannot be kept: each costs its signs.
    const names = all.slice(0, Math.ceil(budget / memberSigns) + 1);
    const values = names.map((name) => object[name]);
    const overhead = (index: number) => jsonTokens(names[index], budget) + memberSigns;
    const entries = divideBudget(values, overhead, budget - markerTokens).map(
      (each, index): [string, unknown] => {
        const name = names[index] as string;
        return [name, this.fit(values[index], each, path + member(name), depth + 1)];
      },
    );
    const missing = all.length - entries.length;
    if (missing > 0) {
      this.leftOut.push({ path, kept: entries.length, of: all.length, unit: "members" });
      let marker = "…";
      while (Object.hasOwn(object, marker)) marker += "…";
      entries.push([marker, `[${count(missing)} more ${missing === 1 ? "member" : "members"}]`]);
    }
    return Object.fromEntries(entries);
  }
}

function summary(leftOut: LeftOut[]): LeftOut[] {
  const byPath = new Map<string, LeftOut>();
  for (const each of leftOut) {
    const path = each.path.replace(/\[\d+\]/g, "[*]");
    const key = `${each.unit} ${path}`;
    const same = byPath.get(key);
    if (same) byPath.set(key, { ...same, path, kept: same.kept + each.kept, of: same.of + each.of });
    else byPath.set(key, each);
  }
  return [...byPath.values()].sort((a, b) => b.of - b.kept - (a.of - a.kept)).slice(0, maxLeftOut);
}

function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function count(number: number): string {
  return number.toLocaleString("en");
}
