/** What changed between two catalogs of the same API, for a person to review. Pure. */
import type { OpenedCatalog, OperationSummary } from "../catalog.ts";
import { pointerOf } from "./open-catalog.ts";

export interface CatalogDiff {
  /** Operation ids with method and path: `GET /zones (listZones)`. */
  added: string[];
  removed: string[];
  /** Same id, method and path, but arguments, answers or words differ, components included. */
  changed: string[];
}

/** The text of an operation or component, in which other components are named, and those names. */
interface Signature {
  text: string;
  names: Set<string>;
}

/** @returns what differs, operations without a counterpart by id, method and path as added or removed */
export function diffCatalogs(before: OpenedCatalog, after: OpenedCatalog): CatalogDiff {
  const old = new Map(before.operations.map((operation) => [label(operation), operation]));
  const now = new Map(after.operations.map((operation) => [label(operation), operation]));
  const signatures = { before: new Signatures(), after: new Signatures() };
  const changed: string[] = [];
  for (const [name, operation] of now) {
    const previous = old.get(name);
    if (!previous) continue;
    const left = signatures.before.whole(before.operationObject(previous));
    const right = signatures.after.whole(after.operationObject(operation));
    if (left !== right) changed.push(name);
  }
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed,
  };
}

/**
 * Lines for people: `+ GET /zones (listZones)`.
 * @param limit lines of each kind; a last one says how many more there are
 */
export function formatDiff(diff: CatalogDiff, limit = 20): string[] {
  const lines: string[] = [];
  for (const [sign, names] of [
    ["+", diff.added],
    ["-", diff.removed],
    ["~", diff.changed],
  ] as const) {
    for (const name of names.slice(0, limit)) lines.push(`${sign} ${name}`);
    if (names.length > limit) lines.push(`${sign} … ${names.length - limit} more`);
  }
  return lines;
}

function label(operation: OperationSummary): string {
  return `${operation.method.toUpperCase()} ${operation.path} (${operation.id})`;
}

class Signatures {
  readonly #components = new Map<string, Signature>();

  /** The text of an operation and of every component that it needs, each once. */
  whole(operation: object): string {
    const own = this.#of(operation);
    const needed = new Set<string>();
    const waiting = [...own.names];
    while (waiting.length > 0) {
      const name = waiting.pop() as string;
      if (needed.has(name)) continue;
      needed.add(name);
      waiting.push(...(this.#components.get(name)?.names ?? []));
    }
    const parts = [...needed].sort().map((name) => `${name} ${this.#components.get(name)?.text ?? ""}`);
    return [own.text, ...parts].join("\n");
  }

  #of(thing: object): Signature {
    const names = new Set<string>();
    const text = JSON.stringify(thing, (_, value: unknown) => {
      if (typeof value !== "object" || value === null || value === thing) return value;
      const pointer = pointerOf(value);
      if (pointer === undefined) return value;
      names.add(pointer);
      this.#remember(pointer, value);
      return { $ref: pointer };
    });
    return { text, names };
  }

  #remember(pointer: string, component: object): void {
    if (this.#components.has(pointer)) return;
    this.#components.set(pointer, { text: "", names: new Set() });
    this.#components.set(pointer, this.#of(component));
  }
}
