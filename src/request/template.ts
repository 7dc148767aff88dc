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
  const withoutFragment = path.split("#", 1)[0] ?? "";
  const mark = queryMark(withoutFragment);
  const pathname = mark < 0 ? withoutFragment : withoutFragment.slice(0, mark);
  const query = mark < 0 ? [] : [...new URLSearchParams(withoutFragment.slice(mark + 1))];
  return { segments: splitPath(pathname).map(parseSegment), query };
}

/** Literal characters of a segment: the measure of "more literal wins". A segment without parameters has them all. */
export function literalness(segment: TemplateSegment): number {
  if (segment.names.length === 0) return Number.POSITIVE_INFINITY;
  return segment.literals.reduce((sum, literal) => sum + literal.length, 0);
}

/**
 * The values of a segment's parameters in a decoded value, or undefined if it does not fit. Each parameter takes at
 * least one character; the literal pieces are found from the left, the last one at the end.
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
    const at = last ? value.length - literal.length : value.indexOf(literal, least);
    if (at < least || !value.startsWith(literal, at)) return undefined;
    values.push(value.slice(from, at));
    from = at + literal.length;
  }
  return values;
}

function parseSegment(text: string): TemplateSegment {
  const literals: string[] = [];
  const names: string[] = [];
  let from = 0;
  for (const found of text.matchAll(/\{([^{}]*)\}/g)) {
    literals.push(decode(text.slice(from, found.index)));
    names.push(found[1] ?? "");
    from = found.index + found[0].length;
  }
  literals.push(decode(text.slice(from)));
  return { literals, names };
}

/** Segments of a path, not splitting inside `{…}`: a parameter's name may hold a slash. */
function splitPath(pathname: string): string[] {
  const path = pathname.startsWith("/") ? pathname.slice(1) : pathname;
  const segments: string[] = [];
  let depth = 0;
  let from = 0;
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === "{") depth += 1;
    else if (path[index] === "}") depth -= 1;
    else if (path[index] === "/" && depth <= 0) {
      segments.push(path.slice(from, index));
      from = index + 1;
    }
  }
  segments.push(path.slice(from));
  return segments;
}

/** Position of the `?` that opens a query: one inside `{…}` belongs to a parameter's name. */
function queryMark(path: string): number {
  let depth = 0;
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === "{") depth += 1;
    else if (path[index] === "}") depth -= 1;
    else if (path[index] === "?" && depth <= 0) return index;
  }
  return -1;
}

/** Documents write some literals percent-encoded; requests are matched decoded. */
function decode(literal: string): string {
  try {
    return decodeURIComponent(literal);
  } catch {
    return literal;
  }
}
