/**
 * Finds the files that a document is made of: those that its references name, followed as the compiler follows them. A
 * `$ref` in data (an example, a default, an extension) names nothing, and a part that nothing refers to pulls in nothing.
 * ref-parser reads whatever any `$ref` names (test/spec/load/only-documents.test.ts has documents that would read a secret so).
 */
import { isObject, own, type Json } from "../objects.ts";
import type { LoadedDocument } from "../document.ts";
import { entryKind, kindOf, memberOf, misfit, type Kind } from "../members.ts";
import { placeKey, References, type Place, type Position } from "../references.ts";
import { looksLike } from "./document-part.ts";

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
  readonly #root: string;
  /** Places of other files, by `placeKey`, that are not what any reference to them needs, and why. */
  readonly unfit = new Map<string, string>();
  readonly #fit = new Set<string>();
  /** What was looked at, by kind: thousands of references may lead to one place. */
  readonly #looked = new Map<string, WeakMap<object, boolean>>();

  /** @param document with its root; files are added to it between the calls of `missing` */
  constructor(document: LoadedDocument) {
    this.#references = new References(document);
    const { url } = document;
    this.#root = url;
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
    if (this.#fits(found.place, kind) && misfit(found.place.value, kind) === undefined)
      this.#places.push({ place: found.place, kind });
  }

  #looksLike(value: unknown, kind: Kind, isWhole: boolean): boolean {
    if (typeof value !== "object" || value === null) return looksLike(value, kind, isWhole);
    const key = `${kind} ${isWhole}`;
    let looked = this.#looked.get(key);
    if (!looked) this.#looked.set(key, (looked = new WeakMap()));
    let fits = looked.get(value);
    if (fits === undefined) looked.set(value, (fits = looksLike(value, kind, isWhole)));
    return fits;
  }

  /** What is in the root is the document's; what is in another file may be anything that lies beside it. */
  #fits(place: Place, kind: Kind): boolean {
    if (place.url === this.#root) return true;
    const key = placeKey(place);
    const fits = this.#looksLike(place.value, kind, place.tokens.length === 0);
    if (fits) {
      this.#fit.add(key);
      this.unfit.delete(key);
    } else if (!this.#fit.has(key)) this.unfit.set(key, notLike(kind));
    return fits;
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

/** Follows the reference. */
function notLike(kind: Kind): string {
  const place =
    kind === "any" ? "part of a document" : kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const member = kind === "example" ? 'the "summary" of an example' : 'the "type" of a schema';
  return `nothing in it says that it is what belongs there (${place}), so it is not shown. Add a member that says so, such as ${member}, or let the reference lead elsewhere`;
}
