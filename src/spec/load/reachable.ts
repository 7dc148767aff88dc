/**
 * Finds the files that a document is made of: those that its references name, followed as the compiler follows them. A
 * `$ref` in data (an example, a default, an extension) names nothing, and a part that nothing refers to pulls in nothing.
 * ref-parser reads whatever any `$ref` names (test/spec/load/only-documents.test.ts has documents that would read a secret so).
 */
import { isObject, own, type Json } from "../objects.ts";
import type { LoadedDocument } from "../document.ts";
import { entryKind, kindOf, memberOf, misfit, type Kind } from "../members.ts";
import { References, type Place, type Position } from "../references.ts";

/** The compiler looks no deeper either. */
const maxDepth = 400;

interface Waiting {
  reference: string;
  from: Position;
  kind: Kind;
}

export class Reachable {
  readonly #references: References;
  readonly #seen = new Map<Kind, WeakSet<object>>();
  readonly #followed = new Set<string>();
  #waiting: Waiting[] = [];
  readonly #places: { place: Place; kind: Kind }[];

  /** @param document with its root; files are added to it between the calls of `missing` */
  constructor(document: LoadedDocument) {
    this.#references = new References(document);
    const { url } = document;
    const value = document.files.get(url);
    // Nearly every large document is one file, which a walk by kinds would read for a second longer.
    this.#places = namesFiles(value) ? [{ place: { url, tokens: [], value }, kind: "document" }] : [];
  }

  /** The URLs of files that are referred to and were not named by an earlier call. */
  missing(): string[] {
    const { missing } = this.#references;
    const known = new Set(missing);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reference, from, kind } of waiting) this.#follow(reference, from, kind);
    for (let next = this.#places.pop(); next; next = this.#places.pop()) {
      const { url, tokens, value } = next.place;
      this.#walk(value, next.kind, { url, tokens: [...tokens] }, 0);
    }
    return [...missing].filter((url) => !known.has(url));
  }

  #walk(value: unknown, kind: Kind, at: { url: string; tokens: string[] }, depth: number): void {
    if (typeof value !== "object" || value === null || kind === "literal" || depth > maxDepth) return;
    let seen = this.#seen.get(kind);
    if (!seen) this.#seen.set(kind, (seen = new WeakSet()));
    if (seen.has(value)) return;
    seen.add(value);
    const reference = isObject(value) ? own(value, "$ref") : undefined;
    if (typeof reference === "string") this.#follow(reference, at, kind);
    const one = entryKind(kind);
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== "object" || child === null) continue;
      at.tokens.push(key);
      this.#walk(child, Array.isArray(value) ? one : kindOf(memberOf(one, key, child)), at, depth + 1);
      at.tokens.pop();
    }
  }

  #follow(reference: string, from: Position, kind: Kind): void {
    const key = `${kind} ${from.url} ${reference}`;
    if (this.#followed.has(key)) return;
    const found = this.#references.follow(reference, from);
    if (!found.ok) {
      const tokens = [...from.tokens];
      if (!found.isEndless) this.#waiting.push({ reference, from: { url: from.url, tokens }, kind });
      return;
    }
    this.#followed.add(key);
    if (misfit(found.place.value, kind) === undefined) this.#places.push({ place: found.place, kind });
  }
}

/** Whether anything in a value, data too, has a `$ref` that does not stay in its file. */
function namesFiles(root: unknown): boolean {
  const waiting: unknown[] = typeof root === "object" && root !== null ? [root] : [];
  const seen = new Set<object>();
  while (waiting.length > 0) {
    const node = waiting.pop() as Json;
    // An alias of YAML may stand in many places, also in itself.
    if (seen.has(node)) continue;
    seen.add(node);
    for (const key of Object.keys(node)) {
      const child = node[key];
      if (typeof child === "object" && child !== null) waiting.push(child);
      else if (key === "$ref" && typeof child === "string" && !child.startsWith("#")) return true;
    }
  }
  return false;
}
