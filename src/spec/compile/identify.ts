/**
 * Gives every operation an id of its own that stays the same when the document is reordered: the document's own
 * where it is unique, else one made of method and path.
 */
import type { Access } from "../../terms/api-file.ts";

const reading = new Set(["get", "head", "options", "trace", "query", "search", "propfind", "report"]);
const deleting = new Set(["delete", "purge"]);

/** What a method does, as HTTP defines it (RFC 9110, section 9.2.1; RFC 5323; RFC 4918). */
function accessOf(method: string): Access {
  if (reading.has(method)) return "read";
  return deleting.has(method) ? "delete" : "write";
}

/** The access of each operation: by its method, unless the API's file says otherwise. */
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
    return accessOf(method);
  }

  /** What fits no operation: a typing error, or an operation that is gone. */
  unused(): string[] {
    return Object.keys(this.#stated).filter((key) => !this.#used.has(key));
  }
}

/** An id for an operation that has none: `GET /users/{id}` gives `get_users_id`. */
function generateId(method: string, path: string): string {
  return `${method}_${path.replace(/[^A-Za-z0-9]+/g, "_")}`.replace(/_+/g, "_").replace(/_$/, "");
}

export class Identifiers {
  readonly #taken: Set<unknown>;
  readonly #used = new Set<string>();

  /** @param own every id that the document gives, duplicates and nonsense included: a generated one avoids them all */
  constructor(own: unknown[]) {
    this.#taken = new Set(own);
  }

  /** The id of one operation, and the reason if it is not the document's own. */
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
    return { id, fault: `Duplicate operationId "${own.slice(0, 80)}"; this one is called "${id}"` };
  }
}
