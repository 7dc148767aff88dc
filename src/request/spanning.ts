/** Templates with parameters that may take several segments, such as a path in a repository. Pure. */
import type { OperationSummary } from "../spec/catalog.ts";
import { fitSegment, type TemplateSegment } from "./template.ts";

/**
 * The values of a template's parameters in a path, or undefined if it does not fit. Each takes as little as it can,
 * from the left.
 * @param path its segments, decoded; an empty one fits no parameter
 * @param spans whether a parameter may take several
 */
export function fitSpanning(
  template: readonly TemplateSegment[],
  path: readonly string[],
  spans: (name: string) => boolean,
): Record<string, string> | undefined {
  const spanning = template.map(({ names }) => names.some(spans));
  // Pairs of positions that lead nowhere: each is tried once.
  const dead = new Set<number>();
  const fit = (at: number, from: number): Record<string, string> | undefined => {
    const segment = template[at];
    if (!segment) return from === path.length ? {} : undefined;
    const key = at * (path.length + 1) + from;
    if (dead.has(key)) return undefined;
    const last = spanning[at] ? path.length : Math.min(from + 1, path.length);
    for (let to = from + 1; to <= last && path[to - 1] !== ""; to += 1) {
      const values = fitSegment(segment, path.slice(from, to).join("/"));
      const isFine = values?.every(
        (value, index) => !value.includes("/") || spans(segment.names[index] ?? ""),
      );
      const rest = isFine ? fit(at + 1, to) : undefined;
      if (rest) {
        return {
          ...Object.fromEntries(segment.names.map((name, index) => [name, values?.[index] ?? ""])),
          ...rest,
        };
      }
    }
    // A literal may be empty: a template that ends in a slash.
    if (path[from] === "" && segment.names.length === 0 && segment.literals[0] === "") {
      const rest = fit(at + 1, from + 1);
      if (rest) return rest;
    }
    dead.add(key);
    return undefined;
  };
  return fit(0, 0);
}

/** Whether a parameter of an operation's path may take several segments. */
export type Spans = (operation: OperationSummary, name: string) => boolean;

interface Entry<Owner> {
  owner: Owner;
  template: readonly TemplateSegment[];
  /** The template as one segment: fits all that fits if every parameter spans, and is quick to try. */
  whole: TemplateSegment;
}

/** Templates to look through for those that a path fits with a parameter that spans. */
export class SpanningTemplates<Owner extends { operation: OperationSummary }> {
  /** By method and last segment, where that is a literal. */
  readonly #entries = new Map<string, Entry<Owner>[]>();

  insert(owner: Owner, template: readonly TemplateSegment[]): void {
    if (template.every(({ names }) => names.length === 0)) return;
    const last = template.at(-1);
    const key = `${owner.operation.method} ${last?.names.length === 0 ? last.literals[0] : "/"}`;
    const entries = this.#entries.get(key);
    const entry = { owner, template, whole: asOne(template) };
    if (entries) entries.push(entry);
    else this.#entries.set(key, [entry]);
  }

  find(path: readonly string[], methods: readonly string[], spans: Spans): Owner[] {
    const found: Owner[] = [];
    const text = path.join("/");
    for (const method of methods) {
      for (const end of [path.at(-1) ?? "", "/"]) {
        for (const { owner, template, whole } of this.#entries.get(`${method} ${end}`) ?? []) {
          if (template.length >= path.length || !fitSegment(whole, text)) continue;
          const may = (name: string) => spans(owner.operation, name);
          // Asks the document, so only for the few that would fit if every parameter spanned.
          if (whole.names.some(may) && fitSpanning(template, path, may)) found.push(owner);
        }
      }
    }
    return found;
  }
}

function asOne(template: readonly TemplateSegment[]): TemplateSegment {
  const literals = [""];
  const names: string[] = [];
  template.forEach((segment, index) => {
    literals[literals.length - 1] += (index === 0 ? "" : "/") + (segment.literals[0] ?? "");
    literals.push(...segment.literals.slice(1));
    names.push(...segment.names);
  });
  return { literals, names };
}
