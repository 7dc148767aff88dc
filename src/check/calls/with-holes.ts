/**
 * Which operations a text with holes can mean, such as `/zones/${id}/dns_records`. A hole is most likely one value of a
 * path: then the matcher finds the operation. Else it may stand for a fixed word, or for several segments.
 */
import { type Known, literal, unknown } from "../../request/known.ts";
import { addTo, type Operations, type PathQuery, withoutOwn } from "../../request/operations.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { once } from "../../terms/once.ts";
import type { OperationSummary } from "../../spec/catalog.ts";

/** An operation that a text can mean, and which of its arguments the text holds. */
export interface Candidate {
  operation: OperationSummary;
  /** Path parameters that the path itself holds; undefined for those whose value is not known. */
  given: ReadonlyMap<string, string | undefined>;
  /** The query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
}

/** How much comparing is left for one program, in pairs of characters. */
export interface Work {
  pairs: number;
}

/** There was too much to compare: what the text can mean is not known. */
export class TooMuchWork extends Error {}

/** A piece of a text; undefined for a hole. */
type Piece = string | undefined;

/** Stands for a hole where the text is looked up: a value that nobody writes. */
const hole = "0isogate0hole0";

export class TextsWithHoles {
  readonly operations: Operations;
  /** The same texts come again: in loops, and in code that is sent once more. */
  readonly #texts = new BoundedMap<string, Candidate[]>(200);
  /** By method. */
  readonly #templates = once(() =>
    Map.groupBy(this.operations.catalog.operations.map(templateOf), ({ operation }) => operation.method),
  );

  constructor(operations: Operations) {
    this.operations = operations;
  }

  /**
   * @param method lower case
   * @param parts of the text; undefined for a hole
   * @returns the operations that it can mean
   * @throws TooMuchWork
   */
  candidates(method: string, parts: readonly Piece[], work: Work): Candidate[] {
    const pieces = parts.filter((part) => part !== "");
    return this.#texts.take(JSON.stringify([method, pieces]), () => this.#find(method, pieces, work));
  }

  #find(method: string, parts: readonly Piece[], work: Work): Candidate[] {
    const query = queryIn(parts);
    const [first, second] = parts;
    // `${base}/zones`: the base URL, most likely.
    const path = first === undefined && second?.startsWith("/") ? parts.slice(1) : parts;
    const found = this.operations
      .byPath(method, path.map((part) => part ?? hole).join(""))
      .found.map(({ operation, given }) => ({
        operation,
        given: new Map([...given].map(([name, value]) => [name, known(value)])),
      }));
    // A fixed word is more likely meant than a parameter of that value: `/repos/${name}/issues` hardly means a
    // repository named issues, and `name` may hold its owner too.
    const clear = found.filter(({ given }) => ![...given.values()].some((value) => value !== undefined));
    let all: Omit<Candidate, "query">[] = clear.length > 0 ? clear : found;
    if (found.length === 0) all = this.#overlapping(method, parts, work);
    else if (clear.length === 0) all = [...found, ...this.#overlapping(method, parts, work, true)];
    if (all.length === 0) all = this.#overlapping(method, parts, work, true);
    return all.map((one) => ({ ...one, query: query && withoutOwn(query, one.operation.path) }));
  }

  /**
   * The operations whose template and the text have a path in common. It is not known which parameters the holes fill, so
   * none counts as missing.
   * @param wide whether a hole takes several segments
   */
  #overlapping(
    method: string,
    parts: readonly Piece[],
    work: Work,
    wide = false,
  ): Omit<Candidate, "query">[] {
    const path = slashed(beforeQuery(parts));
    const prefixes = this.#prefixes(path).flatMap((prefix) => pathBehind(path, prefix) ?? []);
    const methods = method === "head" ? ["head", "get"] : [method];
    const templates = methods.flatMap((one) => this.#templates().get(one) ?? []);
    return templates.flatMap((template) => {
      const { operation, names } = template;
      const spans = () => wide && names().some((name) => this.operations.spans(operation, name));
      if (!prefixes.some((behind) => fits(behind, template, work, { wide, spans }))) return [];
      // A parameter left in braces is filled from the arguments.
      const filled = names().filter((name) => !path.some((part) => part?.includes(`{${name}}`)));
      return { operation, given: new Map(filled.map((name) => [name, undefined])) };
    });
  }

  /** What may come before the template. */
  #prefixes([first]: readonly Piece[]): readonly string[] {
    if (first === undefined) return [""];
    return isUrl(first) ? this.operations.bases() : ["", ...this.operations.basePaths()];
  }
}

const known = (value: string) => (value.includes(hole) ? undefined : value);

/** The template of an operation, with what of it every text is compared with. */
interface Template {
  operation: OperationSummary;
  /** What comes before its first hole, and behind its last. */
  start: string;
  end: string;
  slashes: number;
  names: () => readonly string[];
  characters: () => readonly Piece[];
}

function templateOf(operation: OperationSummary): Template {
  const [path = ""] = operation.path.split(/[?#]/, 1);
  const text = path.startsWith("/") ? path : `/${path}`;
  return {
    operation,
    start: text.split("{", 1)[0] ?? "",
    end: text.slice(text.lastIndexOf("}") + 1),
    slashes: slashesIn(text),
    names: once(() => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name)),
    characters: once(() => charactersOf(tokensOf(text))),
  };
}

/** A text with holes whose beginning is that of a prefix, such as the base URL, and what of it each template must have. */
interface PathBehind {
  prefix: readonly Piece[];
  /** What is known behind the prefix, up to the first hole, and behind the last hole. */
  start: string;
  end: string;
  /** How many slashes the template has, if no hole has any. */
  slashes: number;
  characters: readonly Piece[];
}

/** @returns undefined if the text does not begin like the prefix */
function pathBehind(path: readonly Piece[], prefix: string): PathBehind | undefined {
  const [first = ""] = path;
  const [before = ""] = slashed(prefix === "" ? [] : [prefix]);
  if (!agree(first, before, "startsWith")) return undefined;
  return {
    prefix: charactersOf([before]),
    start: first.slice(before.length),
    end: path.at(-1) ?? "",
    slashes: slashesIn(path.join("")) - slashesIn(before),
    characters: charactersOf(path),
  };
}

/** Whether one text may be the beginning, or the end, of what the other is the beginning or end of. */
const agree = (one: string, other: string, at: "startsWith" | "endsWith") => one[at](other) || other[at](one);

/** Whether a path and a template have a path in common. Most have not even their beginnings and ends. */
function fits(
  path: PathBehind,
  template: Template,
  work: Work,
  { wide, spans }: { wide: boolean; spans: () => boolean },
): boolean {
  spend(work, pairsOfEnds);
  if (!wide && path.slashes !== template.slashes) return false;
  if (!agree(path.start, template.start, "startsWith")) return false;
  if (!agree(path.end, template.end, "endsWith")) return false;
  return overlap(path.characters, [...path.prefix, ...template.characters()], work, { wide, spans: spans() });
}

/** What comparing beginnings and ends costs. */
const pairsOfEnds = 10;

function spend(work: Work, pairs: number): void {
  work.pairs -= pairs;
  if (work.pairs < 0) throw new TooMuchWork();
}

const slashesIn = (text: string) => text.split("/").length - 1;

function slashed(parts: readonly Piece[]): Piece[] {
  const [first, ...others] = parts;
  const isWhole = first === undefined || first.startsWith("/") || isUrl(first);
  return isWhole ? [...parts] : [`/${first}`, ...others];
}

const isUrl = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

function tokensOf(template: string): Piece[] {
  return template.split(/(\{[^{}]*\})/).map((piece) => (/^\{[^{}]*\}$/.test(piece) ? undefined : piece));
}

/**
 * Whether some text fits both. A hole of the path stands for any text, even an empty one; a hole of the template for
 * any text without slashes.
 * @param one the path's characters
 * @param other the template's
 * @param how `wide`: a hole of the path takes slashes; `spans`: a hole of the template does
 * @throws TooMuchWork
 */
function overlap(
  one: readonly Piece[],
  other: readonly Piece[],
  work: Work,
  { wide, spans }: { wide: boolean; spans: boolean },
): boolean {
  const rows = one.length + 1;
  const columns = other.length + 1;
  if (rows * columns > 40_000) return true;
  spend(work, rows * columns);
  const reached = new Uint8Array(rows * columns);
  reached[0] = 1;
  for (let i = 0; i < rows; i++) {
    let alive = false;
    for (let j = 0; j < columns; j++) {
      if (reached[i * columns + j] === 0) continue;
      alive = true;
      const a = one[i];
      const b = other[j];
      const aHole = i < one.length && a === undefined;
      const bHole = j < other.length && b === undefined;
      // A hole may end, or take what the other side has next.
      if (aHole) reached[(i + 1) * columns + j] = 1;
      if (bHole) reached[i * columns + j + 1] = 1;
      if (aHole && j < other.length && (bHole || wide || b !== "/")) reached[i * columns + j + 1] = 1;
      if (bHole && i < one.length && (aHole || spans || a !== "/")) reached[(i + 1) * columns + j] = 1;
      if (!aHole && !bHole && i < one.length && a === b) reached[(i + 1) * columns + j + 1] = 1;
    }
    if (!alive) return false;
  }
  return reached[rows * columns - 1] === 1;
}

/** Code units; undefined for a hole. */
const charactersOf = (pieces: readonly Piece[]) => pieces.flatMap((piece) => piece?.split("") ?? [undefined]);

function beforeQuery(parts: readonly Piece[]): readonly Piece[] {
  const at = parts.findIndex((part) => part?.includes("?"));
  return at < 0 ? parts : [...parts.slice(0, at), parts[at]?.split("?", 1)[0]];
}

/** The query of a text. A hole at its end may hold a query of its own. */
function queryIn(parts: readonly Piece[]): PathQuery | undefined {
  const at = parts.findIndex((part) => part?.includes("?"));
  if (at < 0) return parts.at(-1) === undefined ? undefined : new Map();
  const rest = parts.slice(at).map((part) => part ?? hole);
  const query = new Map<string, Known>();
  for (const [name, value] of new URLSearchParams(rest.join("").split("?").slice(1).join("?"))) {
    if (name.includes(hole)) return undefined;
    addTo(query, name, value.includes(hole) ? unknown : literal(value));
  }
  return query;
}
