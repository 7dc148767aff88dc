/** Which list of an answer is the list of the page. Pure. */
import { plain } from "../../../../request/nearest.ts";
import { isObject } from "../parameters.ts";

export interface List {
  /** Names from the root to it, without their spelling. */
  path: readonly string[];
  items: unknown[];
}

const usualNames =
  /^(?:data|items|results?|values?|records|entries|list|objects|elements|rows|content|hits|members|resources|nodes|edges)$/;
const notTheList = /^(?:errors?|messages|warnings|links|facets|included)$/;

/**
 * The list that is meant: at its place on an earlier page, else the one that the path names, else the one nearest to
 * the root that has a usual name or holds objects. An object of objects by their ids is a list, if it has such a name.
 * @param maps each with the one object that it may be
 */
export function chosen(
  lists: readonly List[],
  maps: readonly List[],
  name: string | undefined,
  known: readonly string[] | undefined,
): List | undefined {
  if (known !== undefined) {
    const again = [...lists, ...maps].find(({ path }) => path.join() === known.join());
    return (again && lists.includes(again) ? again : again && ofMap(again)[0]) ?? { path: known, items: [] };
  }
  const named = ({ path }: List) => name !== undefined && path.at(-1) === plain(name);
  const usual = ({ path }: List) => path.length === 0 || usualNames.test(path.at(-1) ?? "");
  const candidates = lists.filter(({ path }) => !notTheList.test(path.at(-1) ?? ""));
  const nearest = (all: List[]) => {
    const depth = Math.min(...all.map(({ path }) => path.length));
    const level = all.filter(({ path }) => path.length === depth);
    const best = level.some(usual) ? level.filter(usual) : level;
    return best.toSorted((one, other) => other.items.length - one.items.length)[0];
  };
  return (
    candidates.find(named) ??
    nearest(candidates.filter((one) => usual(one) || isObject(one.items[0]))) ??
    nearest(candidates) ??
    maps.filter((one) => named(one) || (usual(one) && one.path.at(-1) !== "data")).flatMap(ofMap)[0]
  );
}

/** `/v1/accounts/{id}/Calls.json` lists calls. */
export function listNameOf(path: string): string | undefined {
  const literals = path.split(/[/#?]/).filter((segment) => segment !== "" && !segment.includes("{"));
  return literals.at(-1)?.split(".", 1)[0];
}

function ofMap({ path, items: [map] }: List): List[] {
  const items = Object.values(map as object) as unknown[];
  return items.every(isObject) ? [{ path, items }] : [];
}

/** Links with a relation, as PayPal and NetSuite list them. */
export function isLinks(value: unknown): value is { rel: string }[] {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isObject(first) && typeof first["rel"] === "string" && (value as unknown[]).every(hasRelation);
}

const hasRelation = (value: unknown) => isObject(value) && typeof value["rel"] === "string";
