/**
 * Gives every operation a unique id that does not depend on the order of the document: the document's own, or else one
 * from method and path.
 */
import type { Access } from "../../terms/api-file.ts";
import { accessOfMethod } from "../../terms/methods.ts";

/**
 * The access of an operation: from the API file, or else by its method.
 * @param method in lower case
 * @param stated by operation id, or by `METHOD /path`
 */
export function accessOf(
  { id, method, path }: { id: string; method: string; path: string },
  stated: Record<string, Access> = {},
): Access {
  const key = [id, `${method.toUpperCase()} ${path}`].find((one) => Object.hasOwn(stated, one));
  return key === undefined ? accessOfMethod(method) : (stated[key] as Access);
}

/** `GET /users/{id}` gives `get_users_id`. */
function generateId(method: string, path: string): string {
  return `${method}_${path.replace(/[^A-Za-z0-9]+/g, "_")}`.replace(/_+/g, "_").replace(/_$/, "");
}

/** It stands in lines of replies and logs: what begins a line of its own, or is not seen, is no name. */
const unnamable = /[\p{Cc}\u2028\u2029]/gu;

export class Identifiers {
  readonly #taken: Set<unknown>;
  readonly #used = new Set<string>();
  /** The number that the next id of a base gets, if it needs one. */
  readonly #next = new Map<string, number>();

  /** @param own every id of the document, duplicates and nonsense included: generated ones avoid them all */
  constructor(own: unknown[]) {
    this.#taken = new Set(own);
  }

  /** @returns the id, with a fault if the document's own is a duplicate */
  identify(own: unknown, method: string, path: string): { id: string; fault?: string } {
    const isName = typeof own === "string" && own !== "" && own.search(unnamable) < 0;
    if (isName && !this.#used.has(own)) {
      this.#used.add(own);
      return { id: own };
    }
    const base = generateId(method, path);
    let id = base;
    let count = this.#next.get(base) ?? 2;
    for (; this.#taken.has(id) || this.#used.has(id); count++) id = `${base}_${count}`;
    this.#next.set(base, count);
    this.#used.add(id);
    if (typeof own !== "string" || own === "") return { id };
    const shown = own.replaceAll(unnamable, " ").slice(0, 80);
    if (!isName)
      return {
        id,
        fault: `operationId "${shown}" has a line break or another control character; it was renamed "${id}"`,
      };
    return { id, fault: `Duplicate operationId "${shown}"; this one was renamed "${id}"` };
  }
}
