/** Which operations a text with holes can mean, such as `/zones/${id}/dns_records`. */
import type { Known } from "../../request/known.ts";
import { addTo, type Operations, type PathQuery, withoutOwn } from "../../request/operations.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { OperationSummary } from "../../spec/catalog.ts";
import { literal, unknown } from "../values/value.ts";
import {
  fitsSegments,
  fitsSpanning,
  type HoleFit,
  type Piece,
  segmentsOf,
  type Work,
} from "./template-fit.ts";

/** An operation that a text can mean, and which of its arguments the text holds. */
export interface Candidate {
  operation: OperationSummary;
  /** Path parameters that the path itself holds; undefined for those whose value is not known. */
  given: ReadonlyMap<string, string | undefined>;
  /** The query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
}

export class TextsWithHoles {
  readonly operations: Operations;
  readonly #split = new Map<string, string[]>();
  /** The same texts come again: in loops, and in code that is sent once more. */
  readonly #texts = new BoundedMap<string, Candidate[]>(200);

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
    return this.#texts.take(JSON.stringify([method, parts]), () => this.#find(method, parts, work));
  }

  #find(method: string, parts: readonly Piece[], work: Work): Candidate[] {
    const query = queryIn(parts);
    const path = beforeQuery(parts);
    const segments = segmentsOf(path);
    const prefixes = this.#prefixes(path);
    const narrow = (template: string) => fitsSegments(segments, this.#segments(template), work);
    const wide = (template: string, operation: OperationSummary) =>
      fitsSpanning(path, template, (name) => this.operations.spans(operation, name), work);
    const found = this.#fitting(method, prefixes, narrow);
    const sure = found.some(({ fit }) => !fit.doubtful);
    const all = sure ? found : [...found, ...this.#fitting(method, prefixes, wide)];
    return all.map(({ operation, fit }) => ({
      operation,
      given: new Map([...fit.given].map((name) => [name, undefined])),
      query: query && withoutOwn(query, operation.path),
    }));
  }

  /** The operations with this method that fit best. */
  #fitting(
    method: string,
    prefixes: readonly string[],
    fits: (template: string, operation: OperationSummary) => HoleFit | undefined,
  ): { operation: OperationSummary; fit: HoleFit }[] {
    const found: { operation: OperationSummary; fit: HoleFit }[] = [];
    for (const operation of this.operations.catalog.operations) {
      if (operation.method !== method && !(method === "head" && operation.method === "get")) continue;
      const template = operation.path.split(/[?#]/, 1)[0] ?? "";
      const fit = prefixes.map((prefix) => fits(prefix + template, operation)).find(Boolean);
      if (fit) found.push({ operation, fit });
    }
    const best = Math.max(...found.map(({ fit }) => fit.quality));
    const good = found.filter(({ fit }) => fit.quality === best);
    // A fixed word is more likely meant than a parameter that could be the same word.
    const clear = good.filter(({ fit }) => !fit.doubtful);
    return clear.length > 0 ? clear : good;
  }

  #segments(template: string): string[] {
    let segments = this.#split.get(template);
    if (!segments) this.#split.set(template, (segments = template.replace(/^\//, "").split("/")));
    return segments;
  }

  /** What may come before the template. */
  #prefixes([first]: readonly Piece[]): readonly string[] {
    if (first === undefined) return [""];
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(first)
      ? this.operations.bases()
      : ["", ...this.operations.basePaths()];
  }
}

function beforeQuery(parts: readonly Piece[]): readonly Piece[] {
  const at = parts.findIndex((part) => part?.includes("?"));
  return at < 0 ? parts : [...parts.slice(0, at), parts[at]?.split("?", 1)[0]];
}

const hole = "\u0000";

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
