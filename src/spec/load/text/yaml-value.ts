/**
 * The value that a parsed YAML file stands for. The `yaml` package could make it too, but follows each merge key
 * (`<<`) anew every time: a file of one kilobyte can keep it busy for days. Here every node is made once, aliases
 * share what they name, and what is copied is counted.
 */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Pair,
  type ParsedNode,
  type YAMLMap,
} from "yaml";
import { DocumentError } from "../../document.ts";
import { isObject, setOwn, type Json } from "../../objects.ts";
import { repeatedMessage } from "./parsed.ts";
import { setMerged } from "./parsed.ts";
import type { TextFault } from "./parsed.ts";
import type { Parsed } from "./parsed.ts";

/**
 * A YAML file of a few kilobytes can stand for gigabytes, because an alias repeats its anchor. A document may
 * grow to this many values, or to this many times its length if that is more.
 */
const maxValues = 5_000_000;

/** @throws DocumentError, its message without the file's name, if aliases and merge keys stand for too much */
export function yamlValue(document: Document.Parsed, length: number, lines: LineCounter): Parsed {
  const limit = Math.max(maxValues, length);
  const reader = new Values(limit, lines);
  const value = reader.of(document.contents);
  if (countValues(value, new Map()) > limit) throw tooMany(limit);
  return { value, faults: reader.faults };
}

class Values {
  readonly faults: TextFault[] = [];
  readonly #limit: number;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #made = new Map<ParsedNode, unknown>();
  readonly #path: string[] = [];
  #copied = 0;

  constructor(limit: number, lines: LineCounter) {
    this.#limit = limit;
    this.#lines = lines;
  }

  of(node: ParsedNode | null): unknown {
    if (node === null) return null;
    if (isAlias(node)) return this.#named(node.source, node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#members(node);
    if (isSeq(node)) return this.#entries(node as { items: (ParsedNode | Pair<ParsedNode>)[] } & ParsedNode);
    if (!isScalar(node)) return null;
    const { value, source } = node as { value: unknown; source?: string };
    // A date, or bytes: what a tag of an older YAML makes is no value of JSON.
    return typeof value === "object" && value !== null ? (source ?? String(value)) : value;
  }

  #named(anchor: string, node: ParsedNode): unknown {
    const target = this.#anchors.get(anchor);
    if (target) return this.#made.has(target) ? this.#made.get(target) : this.of(target);
    this.#fault(
      `No anchor "${anchor.slice(0, 80)}" stands before the alias at ${this.#place(node)}; it is null`,
    );
    return null;
  }

  #members(map: YAMLMap & ParsedNode): Json {
    const object: Json = {};
    this.#made.set(map, object);
    const own = new Set<string>();
    for (const pair of map.items as Pair<ParsedNode, ParsedNode | null>[]) {
      if (isMergeKey(pair.key)) {
        this.#mergeInto(object, pair.value ?? null);
        continue;
      }
      const key = this.#key(pair.key);
      const value = this.#within(key, pair.value ?? null);
      if (!own.has(key)) setOwn(object, key, value);
      else if (setMerged(object, key, value)) {
        const message = repeatedMessage(this.#place(pair.key), value);
        this.faults.push({ tokens: [...this.#path, key], message });
      }
      own.add(key);
    }
    return object;
  }

  #entries(list: { items: (ParsedNode | Pair<ParsedNode>)[] } & ParsedNode): unknown[] {
    const values: unknown[] = [];
    this.#made.set(list, values);
    for (const item of list.items) {
      const index = String(values.length);
      // `[a: 1]` is a list of a map with one pair.
      values.push(
        isPair(item)
          ? { [this.#key(item.key)]: this.#within(index, item.value as ParsedNode | null) }
          : this.#within(index, item),
      );
    }
    return values;
  }

  /** Members of one map, or of several, under those that are there (yaml.org/type/merge.html). */
  #mergeInto(object: Json, source: ParsedNode | null): void {
    const merged = this.#within("<<", source);
    for (const one of Array.isArray(merged) ? (merged as unknown[]) : [merged]) {
      if (!isObject(one)) {
        this.#fault(
          `The merge key "<<" takes maps, not ${JSON.stringify(one)?.slice(0, 80)}; it is left out`,
        );
        continue;
      }
      for (const key of Object.keys(one)) {
        if (++this.#copied > this.#limit) throw tooMany(this.#limit);
        if (!Object.hasOwn(object, key)) setOwn(object, key, one[key]);
      }
    }
  }

  #within(key: string, node: ParsedNode | null): unknown {
    this.#path.push(key);
    const value = this.of(node);
    this.#path.pop();
    return value;
  }

  #key(node: ParsedNode | null): string {
    const value = this.of(node);
    if (value === null || value === undefined) return "";
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }

  #fault(message: string): void {
    this.faults.push({ tokens: [...this.#path], message });
  }

  #place(node: ParsedNode | null): string {
    const { line, col } = this.#lines.linePos(node?.range[0] ?? 0);
    return `line ${line}, column ${col}`;
  }
}

function isMergeKey(key: unknown): boolean {
  if (!isScalar(key)) return false;
  return typeof key.value === "symbol" || (key.value === "<<" && key.type === "PLAIN");
}

/** Values in a tree whose branches may be shared, counted as often as they appear. Infinite for a cycle. */
function countValues(value: unknown, known: Map<object, number>): number {
  if (typeof value !== "object" || value === null) return 1;
  const counted = known.get(value);
  if (counted !== undefined) return counted;
  known.set(value, Number.POSITIVE_INFINITY);
  let count = 1;
  for (const member of Object.values(value)) count += countValues(member, known);
  known.set(value, count);
  return count;
}

function tooMany(limit: number): DocumentError {
  return new DocumentError(
    "too-large",
    `stands for more than ${limit} values once its YAML aliases are followed. ` +
      "Replace the aliases by `$ref`, then try again.",
  );
}
