/** What a mocked API holds: lists of items by their concrete paths, `/repos/acme/shop/issues`. */

export type Item = Record<string, unknown>;

/** Members that an item is found by, besides the one that its path parameter is named after. */
const identities = ["id", "name", "login", "slug", "sha"];

export class Store {
  readonly lists = new Map<string, Item[]>();
  private readonly aliases: Record<string, string>;

  /** @param aliases paths of lists that are the lists of other paths */
  constructor(aliases: Record<string, string>) {
    this.aliases = aliases;
  }

  /** The list at a path, if there is one. */
  list(path: string): Item[] | undefined {
    return this.lists.get(this.aliases[path] ?? path);
  }

  /** The list at a path, which is made if there is none. */
  listFor(path: string): Item[] {
    const place = this.aliases[path] ?? path;
    const list = this.lists.get(place) ?? [];
    this.lists.set(place, list);
    return list;
  }

  /**
   * @param path of the item
   * @param parameter name of its last path parameter: `issue_number` looks at the item's `number`
   */
  item(path: string, parameter?: string): Item | undefined {
    const [list, key] = [this.list(parentOf(path)), lastOf(path)];
    const named = parameter?.split("_").at(-1);
    // Items that have a number are found by it, even where another has that very id.
    const isNumbered = list?.[0] !== undefined && "number" in list[0];
    const members = named !== undefined ? [named, ...identities] : isNumbered ? ["number"] : identities;
    for (const member of members) {
      const found = list?.find((item) => item[member] !== undefined && String(item[member]) === key);
      if (found) return found;
    }
    return undefined;
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The last segment, decoded. */
export function lastOf(path: string): string {
  return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
}
