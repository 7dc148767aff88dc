/** Which operations a text with holes can mean, such as `/zones/${id}/dns_records`. */
import type { Known } from "../../request/known.ts";
import { addTo, type Operations, type PathQuery, withoutOwn } from "../../request/operations.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { OperationSummary } from "../../spec/catalog.ts";
import { literal, unknown } from "../values/value.ts";
import { fitsSegments, fitsSpanning, type HoleFit, segmentsOf } from "./template-fit.ts";

/** An operation that a text can mean, and what of its arguments stands in the text. */
export interface Candidate {
  operation: OperationSummary;
  /** Path parameters that stand in the path itself; undefined for those whose value is not known. */
  given: ReadonlyMap<string, string | undefined>;
  /** What stands in the query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
}

export class TextsWithHoles {
  readonly #operations: Operations;
  readonly #split = new Map<string, string[]>();
  /** The same texts come again and again: in loops, and in code that is sent once more. */
  readonly #texts = new BoundedMap<string, Candidate[]>(200);

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /**
   * @param method lower case
   * @param parts of the text; undefined for a hole
   * @returns what it can mean, those first in whose places for parameters the holes stand
   */
  candidates(method: string, parts: readonly (string | undefined)[]): Candidate[] {
    return this.#texts.take(JSON.stringify([method, parts]), () => this.#find(method, parts));
  }

  #find(method: string, parts: readonly (string | undefined)[]): Candidate[] {
    const query = queryIn(parts);
    const path = beforeQuery(parts);
    const segments = segmentsOf(path);
    const prefixes = this.#prefixes(path);
    const narrow = (template: string) => fitsSegments(segments, this.#segments(template));
    const wide = (template: string, operation: OperationSummary) =>
      fitsSpanning(path, template, () => this.#spans(operation));
    const found = this.#fitting(method, prefixes, narrow);
    const sure = found.some(({ fit }) => !fit.doubtful);
    const all = sure ? found : [...found, ...this.#fitting(method, prefixes, wide)];
    return all.map(({ operation, fit }) => ({
      operation,
      given: new Map([...fit.given].map((name) => [name, undefined])),
      query: query && withoutOwn(query, operation.path),
    }));
  }

  /** Those that fit best, of the operations with this method. */
  #fitting(
    method: string,
    prefixes: readonly string[],
    fits: (template: string, operation: OperationSummary) => HoleFit | undefined,
  ): { operation: OperationSummary; fit: HoleFit }[] {
    const found: { operation: OperationSummary; fit: HoleFit }[] = [];
    for (const operation of this.#operations.catalog.operations) {
      if (operation.method !== method && !(method === "head" && operation.method === "get")) continue;
      const template = operation.path.split(/[?#]/, 1)[0] ?? "";
      const fit = prefixes.map((prefix) => fits(prefix + template, operation)).find(Boolean);
      if (fit) found.push({ operation, fit });
    }
    const best = Math.max(...found.map(({ fit }) => fit.quality));
    const good = found.filter(({ fit }) => fit.quality === best);
    // A fixed word is more likely meant than a parameter that could be the same word.
    return good.some(({ fit }) => !fit.doubtful) ? good.filter(({ fit }) => !fit.doubtful) : good;
  }

  #spans(operation: OperationSummary): boolean {
    return [...operation.path.matchAll(/\{([^{}]*)\}/g)].some(([, name]) =>
      this.#operations.spans(operation, name ?? ""),
    );
  }

  #segments(template: string): string[] {
    let segments = this.#split.get(template);
    if (!segments) this.#split.set(template, (segments = template.replace(/^\//, "").split("/")));
    return segments;
  }

  /** What may stand before the template. */
  #prefixes([first]: readonly (string | undefined)[]): readonly string[] {
    if (first === undefined) return [""];
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(first)
      ? this.#operations.bases()
      : ["", ...this.#operations.basePaths()];
  }
}

function beforeQuery(parts: readonly (string | undefined)[]): (string | undefined)[] {
  const before: (string | undefined)[] = [];
  for (const part of parts) {
    const mark = part?.indexOf("?") ?? -1;
    if (mark < 0) before.push(part);
    else return [...before, part?.slice(0, mark)];
  }
  return before;
}

const hole = "\u0000";

/** The query of a text. A hole at its end may hold a query of its own. */
function queryIn(parts: readonly (string | undefined)[]): PathQuery | undefined {
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
