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
  /** `isEndless`: the references form a cycle, or a chain that nobody follows to its end. */
  | { ok: false; reason: string; isEndless?: true };

/** Of a place in a file. */
export const placeKey = ({ url, tokens }: Position): string => `${url}#${formatPointer(tokens)}`;

/**
 * Most references that are followed from one place: each member of a chain follows the rest of it, so without a bound
 * a long one takes quadratic time. Documents have chains of a handful.
 */
const maxSteps = 32;

export class References {
  readonly #document: LoadedDocument;
  readonly #names = new Map<string, Names>();
  /** The first place of each name, in the files that were looked through. */
  readonly #identities = new Map<string, { url: string; tokens: string[] }>();
  /** How many files these are. */
  #indexed = 0;
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
      const { refused } = this.#document;
      const reason = refused.size > 0 ? refused.get(placeKey(found.place)) : undefined;
      if (reason !== undefined) return { ok: false, reason: `"${at.reference}": ${reason}` };
      const next = isObject(value) ? own(value, "$ref") : undefined;
      if (typeof next !== "string" || !continues(value as Json)) return found;
      at = { reference: next, from: found.place };
    }
  }

  /** @param onwards the tokens to follow behind it: meeting a reference twice on the way to different targets is not a cycle */
  #lookUp(reference: string, from: Position, seen: Set<string>, onwards: string[] = []): Resolution {
    const goal = formatPointer(onwards);
    const found = this.#lookUpFrom(reference, from.url, from, seen, goal);
    if (found.ok || found.isEndless) return found;
    for (const [base, tokens] of this.#basesOf(from)) {
      const other = this.#lookUpFrom(reference, base, { url: from.url, tokens }, seen, goal);
      if (other.ok || other.isEndless) return other;
    }
    return found;
  }

  /** The names that the schemas around a place and its file give themselves, the nearest first. */
  #basesOf(from: Position): [base: string, tokens: string[]][] {
    const { bases } = this.#namesIn(from.url);
    if (bases.size === 0) return [];
    const found: [base: string, tokens: string[]][] = [];
    let pointer = "";
    for (let depth = 0; depth <= Math.min(from.tokens.length, maxNameDepth); depth += 1) {
      if (depth > 0) pointer += formatPointer([from.tokens[depth - 1]!]);
      const base = bases.get(pointer);
      if (base !== undefined) found.unshift([base, from.tokens.slice(0, depth)]);
    }
    return found;
  }

  #lookUpFrom(reference: string, base: string, from: Position, seen: Set<string>, goal: string): Resolution {
    const hash = reference.indexOf("#");
    const file = hash === -1 ? reference : reference.slice(0, hash);
    const fragment = hash === -1 ? "" : reference.slice(hash + 1);
    const asked = resolveUrl(file, base);
    if (asked === undefined) return { ok: false, reason: `"${reference}" is not a URL` };
    const key = `${asked}#${fragment} ${goal}`;
    if (seen.has(key)) return { ok: false, reason: `"${reference}" refers to itself`, isEndless: true };
    if (seen.size >= maxSteps)
      return {
        ok: false,
        reason: `more than ${maxSteps} references lead from one to the next; refer to the last one`,
        isEndless: true,
      };
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
    const { anchors } = this.#namesIn(url);
    if (url === from.url)
      for (const [, scope] of this.#basesOf(from)) {
        const nearest = isWithin(scope, above) && anchors.get(anchorKey(name, scope));
        if (nearest) return nearest;
      }
    return anchors.get(anchorKey(name, above));
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
    const { files } = this.#document;
    if (files.has(asked)) return { url: asked, tokens: [] };
    // Files are read while references are followed.
    if (this.#indexed < files.size)
      for (const url of [...files.keys()].slice(this.#indexed))
        for (const [name, tokens] of this.#namesIn(url).identities)
          if (!this.#identities.has(name)) this.#identities.set(name, { url, tokens });
    this.#indexed = files.size;
    return this.#identities.get(asked);
  }

  #namesIn(url: string): Names {
    let names = this.#names.get(url);
    if (!names) {
      names = { anchors: new Map(), bases: new Map(), identities: new Map() };
      // A further file may be anything that a document has.
      const kind = url === this.#document.url ? "document" : "any";
      collectNames(this.#document.files.get(url), kind, [], url, [[]], names);
      this.#names.set(url, names);
    }
    return names;
  }
}

/** The tokens of the named places in a file. */
interface Names {
  /** The first place of an anchor within a scope (`anchorKey`): the file, or a schema that has a name. */
  anchors: Map<string, string[]>;
  /** Absolute URLs: `$self` of the file (OpenAPI 3.2 section 4.1.2.2), `$id` of a schema. */
  identities: Map<string, string[]>;
  /** The same by the pointer of the place. */
  bases: Map<string, string>;
}

const anchorKey = (name: string, scope: readonly string[]) => `${formatPointer(scope)} ${name}`;

/** Nothing deeper gives itself a name. */
const maxNameDepth = 100;

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
 * @param scopes the file and the named schemas around the value
 */
function collectNames(
  value: unknown,
  kind: Kind,
  tokens: string[],
  base: string,
  scopes: string[][],
  into: Names,
): void {
  if (typeof value !== "object" || value === null || kind === "literal" || tokens.length > maxNameDepth)
    return;
  const { $self, $id } = value as Json;
  const name = typeof $id === "string" ? $id : tokens.length === 0 ? $self : undefined;
  const identity = typeof name === "string" ? resolveUrl(name.replace(/#$/, ""), base) : undefined;
  let around = scopes;
  if (identity !== undefined && !into.identities.has(identity)) {
    into.identities.set(identity, tokens);
    into.bases.set(formatPointer(tokens), identity);
    around = [...scopes, tokens];
  }
  const one = entryKind(kind);
  for (const [key, child] of Object.entries(value)) {
    const childKind = Array.isArray(value) ? one : kindOf(memberOf(one, key, child));
    if (typeof child !== "string")
      collectNames(child, childKind, [...tokens, key], identity ?? base, around, into);
    else if (key === "$anchor" || key === "$dynamicAnchor")
      for (const scope of around) {
        const named = anchorKey(child, scope);
        if (!into.anchors.has(named)) into.anchors.set(named, tokens);
      }
  }
}
