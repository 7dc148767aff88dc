/** The filters of a list, by the names that the document gives them: each compares the member that is called so. */
import type { Item } from "./store.ts";

export type Query = Record<string, unknown>;

const ofPages = new Set(["per_page", "page", "sort", "direction"]);
const everything = new Set(["all", "*"]);

export function filtered(list: readonly Item[], query: Query): Item[] {
  const wanted = Object.entries(query).filter(([name]) => !ofPages.has(name));
  const found = list.filter((item) => wanted.every(([name, value]) => fits(item, name, String(value))));
  const { sort, direction = sort === undefined || sort === "created" ? "desc" : "asc" } = query;
  const by = (item: Item) => {
    const value = item[`${String(sort)}_at`] ?? item[String(sort)];
    return typeof value === "number" ? value : String(value ?? "");
  };
  if (sort !== undefined) found.sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
  return direction === "desc" && sort !== undefined ? found.toReversed() : found;
}

function fits(item: Item, name: string, wanted: string): boolean {
  if (everything.has(wanted)) return true;
  if (name === "since") return String(item["updated_at"]) >= wanted;
  const value = name === "creator" ? item["user"] : item[name];
  if (value === undefined) return true;
  if (wanted === "none") return value === null || (Array.isArray(value) && value.length === 0);
  if (Array.isArray(value)) {
    const names = new Set(value.map(nameOf));
    return wanted.split(",").every((one) => names.has(one));
  }
  return nameOf(value) === wanted;
}

/** What a filter calls an object: an issue's milestone by its number, a person by the login. */
function nameOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { login, number, name } = value as Item;
  return String(login ?? number ?? name);
}
