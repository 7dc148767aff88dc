/**
 * The value of a parsed YAML file. The `yaml` package follows each merge key (`<<`) again every time, so that a file of
 * one kilobyte can keep it busy for days. Here every node is built once, aliases share its value, and copies are counted.
 * ref-parser does not follow one at all, and refuses a file with two equal keys (test/spec/load/bad-documents.test.ts).
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
import { exactNumber, repeatedMessage, setMerged, type Parsed, type TextFault } from "./parsed.ts";

/**
 * Because an alias repeats its anchor, a YAML file of a few kilobytes can expand to gigabytes. A document may expand to
 * this many values, or to one per character if that is more.
 */
const maxValues = 500_000;

/** @throws DocumentError, without the file's name in its message, if aliases and merge keys expand to too much */
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
    // Tags of older YAML yield dates and bytes, which JSON does not have.
    if (typeof value === "object" && value !== null) return source ?? String(value);
    return exactNumber(this.#path.at(-1) ?? "", value, source ?? "");
  }

  #named(anchor: string, node: ParsedNode): unknown {
    const target = this.#anchors.get(anchor);
    if (target) return this.#made.has(target) ? this.#made.get(target) : this.of(target);
    this.#fault(
      `Unknown anchor "${anchor.slice(0, 80)}" of the alias at ${this.#place(node)}; null was used`,
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
      // `[a: 1]` is a list with a map of one pair.
      values.push(
        isPair(item)
          ? { [this.#key(item.key)]: this.#within(index, item.value as ParsedNode | null) }
          : this.#within(index, item),
      );
    }
    return values;
  }

  /** Adds the members of one or several maps that are missing in `object` (yaml.org/type/merge.html). */
  #mergeInto(object: Json, source: ParsedNode | null): void {
    const merged = this.#within("<<", source);
    for (const one of Array.isArray(merged) ? (merged as unknown[]) : [merged]) {
      if (!isObject(one)) {
        this.#fault(
          `The merge key "<<" must be a map, not ${JSON.stringify(one)?.slice(0, 80)}; it was ignored`,
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

/** How many values a tree has if shared branches are counted each time. Infinite for a cycle. */
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
    `expands to more than ${limit} values when its YAML aliases are followed. ` +
      "Replace the aliases with `$ref`, then try again.",
  );
}
