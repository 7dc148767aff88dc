/**
 * Resolves `$ref`s within the loaded files. A reference is a URL relative to its file, with a pointer or an anchor as
 * fragment. If that does not resolve, the names that files and schemas give themselves (`$self`, `$id`) are the base. By
 * the standard they come first, but people who write `#/components/…` below an `$id` mean the file.
 *
 * Not ref-parser: it refuses the whole of a document with one reference that leads nowhere (Okta's), follows a `$ref` in
 * an example, and knows no `$anchor`.
 */
import type { LoadedDocument } from "./document.ts";
import { entryKind, type Kind, kindOf, memberOf } from "./members.ts";
import { isObject, own, type Json } from "./objects.ts";
import { formatPointer, parseFragment } from "./pointer.ts";

export interface Position {
  url: string;
  tokens: readonly string[];
}

/** A value and its place. */
export interface Place {
  url: string;
  tokens: string[];
  value: unknown;
}

export type Resolution =
  | { ok: true; place: Place }
  /** `isCircle`: the references form a cycle. */
  | { ok: false; reason: string; isCircle?: true };

export class References {
  readonly #document: LoadedDocument;
  readonly #names = new Map<string, Names>();
  /** URLs of files that references named and that are not loaded. */
  readonly missing = new Set<string>();

  constructor(document: LoadedDocument) {
    this.#document = document;
  }

  /**
   * Follows a `$ref`, and further ones as long as they are the only member of their place.
   * @param reference the text of the `$ref`
   * @param from the place that holds it
   */
  follow(reference: string, from: Position): Resolution {
    return this.#follow(reference, from, (value) => Object.keys(value).length === 1);
  }

  /** Follows the whole chain, also through places with more members than their `$ref`. */
  followAll(reference: string, from: Position): Resolution {
    return this.#follow(reference, from, () => true);
  }

  /** The place itself, or the end of the chain of its `$ref`. */
  resolve(place: Place): Resolution {
    const reference = isObject(place.value) ? own(place.value, "$ref") : undefined;
    return typeof reference === "string" ? this.followAll(reference, place) : { ok: true, place };
  }

  #follow(reference: string, from: Position, continues: (value: Json) => boolean): Resolution {
    const seen = new Set<string>();
    let at = { reference, from };
    for (;;) {
      const found = this.#lookUp(at.reference, at.from, seen);
      if (!found.ok) return found;
      const { value } = found.place;
      const next = isObject(value) ? own(value, "$ref") : undefined;
      if (typeof next !== "string" || !continues(value as Json)) return found;
      at = { reference: next, from: found.place };
    }
  }

  /** @param onwards the tokens to follow behind it: meeting a reference twice on the way to different targets is not a cycle */
  #lookUp(reference: string, from: Position, seen: Set<string>, onwards: string[] = []): Resolution {
    const goal = formatPointer(onwards);
    const found = this.#lookUpFrom(reference, from.url, from, seen, goal);
    if (found.ok || found.isCircle) return found;
    for (const [base, tokens] of this.#basesOf(from)) {
      const other = this.#lookUpFrom(reference, base, { url: from.url, tokens }, seen, goal);
      if (other.ok || other.isCircle) return other;
    }
    return found;
  }

  /** The names that the schemas around a place and its file give themselves, the nearest first. */
  #basesOf(from: Position): [base: string, tokens: string[]][] {
    return [...this.#namesIn(from.url).identities]
      .filter(([, tokens]) => isWithin(from.tokens, tokens))
      .sort((a, b) => b[1].length - a[1].length);
  }

  #lookUpFrom(reference: string, base: string, from: Position, seen: Set<string>, goal: string): Resolution {
    const hash = reference.indexOf("#");
    const file = hash === -1 ? reference : reference.slice(0, hash);
    const fragment = hash === -1 ? "" : reference.slice(hash + 1);
    const asked = resolveUrl(file, base);
    if (asked === undefined) return { ok: false, reason: `"${reference}" is not a URL` };
    const key = `${asked}#${fragment} ${goal}`;
    if (seen.has(key)) return { ok: false, reason: `"${reference}" refers to itself`, isCircle: true };
    seen.add(key);
    const found = this.#holder(asked);
    if (!found) {
      // The names that schemas give themselves are names: nothing is read from there.
      if (base === from.url) this.missing.add(asked);
      return { ok: false, reason: `"${file}": ${this.#document.refused.get(asked) ?? "it was not read"}` };
    }
    const { url, tokens: above } = found;
    const within = parseFragment(fragment);
    const tokens = within ? [...above, ...within] : this.#anchor(fragment, url, above, from);
    if (!tokens) return { ok: false, reason: `no schema has the anchor "${fragment}"` };
    return this.#walk(url, tokens, reference, seen);
  }

  /** The nearest anchor of a name: each schema with an `$id` may have its own. */
  #anchor(name: string, url: string, above: string[], from: Position): string[] | undefined {
    const all = (this.#namesIn(url).anchors.get(name) ?? []).filter((tokens) => isWithin(tokens, above));
    if (all.length < 2 || url !== from.url) return all[0];
    for (const [, scope] of this.#basesOf(from)) {
      const nearest = all.find((tokens) => isWithin(tokens, scope));
      if (nearest) return nearest;
    }
    return all[0];
  }

  #walk(url: string, tokens: string[], reference: string, seen: Set<string>): Resolution {
    let value = this.#document.files.get(url);
    for (const [index, token] of tokens.entries()) {
      const next = member(value, token);
      if (next !== undefined) {
        value = next;
        continue;
      }
      // The pointer leads through a reference.
      const through = isObject(value) ? own(value, "$ref") : undefined;
      if (typeof through !== "string") return { ok: false, reason: `"${reference}" does not exist` };
      const rest = tokens.slice(index);
      const found = this.#lookUp(through, { url, tokens: tokens.slice(0, index) }, seen, rest);
      if (!found.ok) return found;
      return this.#walk(found.place.url, [...found.place.tokens, ...rest], reference, seen);
    }
    return { ok: true, place: { url, tokens, value } };
  }

  /** The file that was read from a URL, or the place that has it as its name (`$self`, `$id`). */
  #holder(asked: string): { url: string; tokens: string[] } | undefined {
    if (this.#document.files.has(asked)) return { url: asked, tokens: [] };
    for (const url of this.#document.files.keys()) {
      const tokens = this.#namesIn(url).identities.get(asked);
      if (tokens) return { url, tokens };
    }
    return undefined;
  }

  #namesIn(url: string): Names {
    let names = this.#names.get(url);
    if (!names) {
      names = { anchors: new Map(), identities: new Map() };
      // A further file may be anything that a document has.
      const kind = url === this.#document.url ? "document" : "any";
      collectNames(this.#document.files.get(url), kind, [], url, names);
      this.#names.set(url, names);
    }
    return names;
  }
}

/** The tokens of the named places in a file. */
interface Names {
  anchors: Map<string, string[][]>;
  /** Absolute URLs: `$self` of the file (OpenAPI 3.2 section 4.1.2.2), `$id` of a schema. */
  identities: Map<string, string[]>;
}

function isWithin(tokens: readonly string[], above: readonly string[]): boolean {
  return above.every((token, index) => tokens[index] === token);
}

function resolveUrl(file: string, base: string): string | undefined {
  if (file === "") return base;
  return URL.canParse(file, base) ? new URL(file, base).href : undefined;
}

function member(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(token) ? (value as unknown[])[Number(token)] : undefined;
  return isObject(value) ? own(value, token) : undefined;
}

/**
 * Data has no names: an `$id` in an example names nothing.
 * @param base of relative names: the name around them, or the file's
 */
function collectNames(value: unknown, kind: Kind, tokens: string[], base: string, into: Names): void {
  if (typeof value !== "object" || value === null || kind === "literal" || tokens.length > 100) return;
  const { $self, $id } = value as Json;
  const name = typeof $id === "string" ? $id : tokens.length === 0 ? $self : undefined;
  const identity = typeof name === "string" ? resolveUrl(name.replace(/#$/, ""), base) : undefined;
  if (identity !== undefined && !into.identities.has(identity)) into.identities.set(identity, tokens);
  const one = entryKind(kind);
  for (const [key, child] of Object.entries(value)) {
    const childKind = Array.isArray(value) ? one : kindOf(memberOf(one, key, child));
    if (typeof child !== "string") collectNames(child, childKind, [...tokens, key], identity ?? base, into);
    else if (key === "$anchor" || key === "$dynamicAnchor")
      into.anchors.set(child, [...(into.anchors.get(child) ?? []), tokens]);
  }
}
