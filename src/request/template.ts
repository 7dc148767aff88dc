/**
 * Path templates of a document, taken apart: `/2010/Accounts/{Sid}.json`, `/v1/{name}:delete`,
 * `/oauth2/token#refresh`, `/responses?beta=true`, `/x/microsoft.graph.delta()`.
 */

/** One segment: its literal pieces and the parameters between them. `a{x}b` is `["a", "b"]` and `["x"]`. */
export interface TemplateSegment {
  literals: string[];
  names: string[];
}

export interface Template {
  segments: TemplateSegment[];
  /** The query that is part of the path key; the request has to hold it. The fragment is never sent. */
  query: [name: string, value: string][];
}

/** @param path a key of `paths` in the document, or a base path */
export function parseTemplate(path: string): Template {
  const [whole = ""] = path.split("#", 1);
  const [pathname = "", ...query] = splitOutside(whole, "?");
  return {
    segments: splitOutside(pathname.replace(/^\//, ""), "/").map(parseSegment),
    query: [...new URLSearchParams(query.join("?"))],
  };
}

/** Splits at a character outside `{…}`: inside, it belongs to a parameter's name. */
function splitOutside(text: string, at: "/" | "?"): string[] {
  const pieces = [""];
  for (const [index, part] of text.split(/(\{[^{}]*\})/).entries()) {
    const [first = "", ...others] = index % 2 === 0 ? part.split(at) : [part];
    pieces.push(pieces.pop()! + first);
    for (const piece of others) pieces.push(piece);
  }
  return pieces;
}

/** Literal characters of a segment: the measure of "more literal wins". A segment without parameters has them all. */
export function literalness(segment: TemplateSegment): number {
  if (segment.names.length === 0) return Number.POSITIVE_INFINITY;
  return segment.literals.reduce((sum, literal) => sum + literal.length, 0);
}

/**
 * The values of a segment's parameters in a decoded value, or undefined if it does not fit. Each parameter takes at
 * least one character; the literal pieces are found from the left, the last one at the end. A value between quotes ends
 * at the first that is not doubled, as OData has it (ABNF, SQUOTE-in-string): otherwise `a',Other='b` would be two.
 */
export function fitSegment(segment: TemplateSegment, value: string): string[] | undefined {
  const { literals, names } = segment;
  const first = literals[0] ?? "";
  if (names.length === 0) return value === first ? [] : undefined;
  if (!value.startsWith(first)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (let index = 1; index < literals.length; index += 1) {
    const literal = literals[index] ?? "";
    const last = index === literals.length - 1;
    // One character: a pair of surrogates is one.
    const least = from + String.fromCodePoint(value.codePointAt(from) ?? 0).length;
    const quoted = isQuoted(literals[index - 1] ?? "", literal);
    const end = last ? value.length - literal.length : value.indexOf(literal, least);
    const at = quoted ? endOfQuoted(value, from) : end;
    if (at < least || (last && at !== end) || !value.startsWith(literal, at)) return undefined;
    const one = value.slice(from, at);
    values.push(quoted ? one.replaceAll("''", "'") : one);
    from = at + literal.length;
  }
  return values;
}

/** Whether a parameter between two pieces of a template stands in quotes, as in `Products('{id}')`. */
export function isQuoted(before: string, after: string): boolean {
  return /(?:'|%27)$/.test(before) && /^(?:'|%27)/.test(after);
}

/** Where the quote is that ends a value, or -1. */
function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] !== "'") continue;
    if (text[at + 1] !== "'") return at;
    at += 1;
  }
  return -1;
}

function parseSegment(text: string): TemplateSegment {
  const pieces = text.split(/\{([^{}]*)\}/);
  const every = (rest: number) => pieces.filter((_, index) => index % 2 === rest);
  return { literals: every(0).map(decode), names: every(1) };
}

/** Documents write some literals percent-encoded; requests are matched decoded. What is not valid stays as it is. */
export function decode(literal: string): string {
  try {
    return decodeURIComponent(literal);
  } catch {
    return literal;
  }
}
