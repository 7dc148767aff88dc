/**
 * Gives every operation a unique id that does not depend on the order of the document: the document's own, or else one
 * from method and path.
 */
import type { Access } from "../../terms/api-file.ts";
import { accessOfMethod } from "../../terms/methods.ts";

/** The access of each operation: from the API file, or else by its method. */
export class AccessOverrides {
  readonly #stated: Record<string, Access>;
  readonly #used = new Set<string>();

  /** @param stated by operation id, or by `METHOD /path` */
  constructor(stated: Record<string, Access> = {}) {
    this.#stated = stated;
  }

  of(id: string, method: string, path: string): Access {
    for (const key of [id, `${method.toUpperCase()} ${path}`]) {
      if (!Object.hasOwn(this.#stated, key)) continue;
      this.#used.add(key);
      return this.#stated[key] as Access;
    }
    return accessOfMethod(method);
  }

  /** Keys that match no operation: a typing mistake, or an operation that was removed. */
  unused(): string[] {
    return Object.keys(this.#stated).filter((key) => !this.#used.has(key));
  }
}

/** `GET /users/{id}` gives `get_users_id`. */
function generateId(method: string, path: string): string {
  return `${method}_${path.replace(/[^A-Za-z0-9]+/g, "_")}`.replace(/_+/g, "_").replace(/_$/, "");
}

export class Identifiers {
  readonly #taken: Set<unknown>;
  readonly #used = new Set<string>();

  /** @param own every id of the document, duplicates and nonsense included: generated ones avoid them all */
  constructor(own: unknown[]) {
    this.#taken = new Set(own);
  }

  /** @returns the id, with a fault if the document's own is a duplicate */
  identify(own: unknown, method: string, path: string): { id: string; fault?: string } {
    if (typeof own === "string" && own !== "" && !this.#used.has(own)) {
      this.#used.add(own);
      return { id: own };
    }
    const base = generateId(method, path);
    let id = base;
    for (let count = 2; this.#taken.has(id) || this.#used.has(id); count++) id = `${base}_${count}`;
    this.#used.add(id);
    if (typeof own !== "string" || own === "") return { id };
    return { id, fault: `Duplicate operationId "${own.slice(0, 80)}"; this one was renamed "${id}"` };
  }
}
