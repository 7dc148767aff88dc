/** The difference between two catalogs of an API, for a person to review. Pure. */
import type { OpenedCatalog, OperationSummary } from "../catalog.ts";
import { asReference, copiedFrom, pointerOf } from "./open-catalog.ts";

export interface CatalogDiff {
  /** Operations, as `GET /zones (listZones)`. */
  added: string[];
  removed: string[];
  /** With the same id, method and path, but with other arguments, answers or texts, including components. */
  changed: string[];
}

/** The text of an operation or component, with components as references, and the references in it. */
interface Signature {
  text: string;
  names: Set<string>;
}

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
 * @param limit lines of each kind, followed by the number of further ones
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

  /** The text of an operation and of every component that it needs. */
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
    let isFirst = true;
    const text = JSON.stringify(thing, (_, value: unknown) => {
      const isWhole = isFirst;
      isFirst = false;
      if (typeof value !== "object" || value === null || isWhole) return value;
      const reference = asReference(value);
      if (reference === undefined) return value;
      const unit = copiedFrom(value)?.unit ?? value;
      const pointer = pointerOf(unit) as string;
      names.add(pointer);
      this.#remember(pointer, unit);
      return reference;
    });
    return { text, names };
  }

  #remember(pointer: string, component: object): void {
    if (this.#components.has(pointer)) return;
    this.#components.set(pointer, { text: "", names: new Set() });
    this.#components.set(pointer, this.#of(component));
  }
}
