/** Which list of an answer is the list of the page. Pure. */
import { plain } from "../../../../request/nearest.ts";
import { objectOf } from "../../../../spec/objects.ts";
import { isObject } from "../parameters.ts";

export interface List {
  /** Names from the root to it, without their spelling. */
  path: readonly string[];
  items: unknown[];
}

const usualNames =
  /^(?:data|items|results?|values?|records|entries|list|objects|elements|rows|content|hits|resources|nodes|edges)$/;
const notTheList = /^(?:errors?|messages|warnings|links?|facets|included)$/;

/**
 * The list that is meant: at its place on an earlier page, else the one that the path names, else the one nearest to
 * the root that has a usual name or holds objects. An object of objects by their ids is a list, if it has such a name.
 * @param maps each with the one object that it may be
 * @param isPaged whether what stands beside a list says that it goes on
 */
export function chosen(
  lists: readonly List[],
  maps: readonly List[],
  name: string | undefined,
  known: readonly string[] | undefined,
  isPaged: (list: List) => boolean,
): List | undefined {
  if (known !== undefined) {
    const again = [...lists, ...maps].find(({ path }) => path.join() === known.join());
    return (again && lists.includes(again) ? again : again && ofMap(again)[0]) ?? { path: known, items: [] };
  }
  const named = ({ path }: List) => name !== undefined && path.at(-1) === plain(name);
  const usual = ({ path }: List) => path.length === 0 || usualNames.test(path.at(-1) ?? "");
  const candidates = lists.filter(({ path }) => !notTheList.test(path.at(-1) ?? ""));
  const nearest = (all: List[]): List | undefined => {
    const depth = Math.min(...all.map(({ path }) => path.length));
    const level = all.filter(({ path }) => path.length === depth);
    // Discourse lists the users of its topics beside an object with the topics and their next page.
    const paged = depth === 1 && !level.some(usual) ? all.filter(isPaged) : [];
    if (paged.length > 0 && !paged.some((one) => level.includes(one))) return nearest(paged);
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

/** Links with a relation, as PayPal, NetSuite and Siren list them, and FHIR in its own word. */
export function isLinks(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => relationOf(one) !== undefined);
}

export function relationOf(link: unknown): string | undefined {
  const { rel, relation = rel } = objectOf(link);
  // Siren lists relations.
  const all = [relation].flat().filter((one) => typeof one === "string");
  return all.find((one) => one === "next") ?? all[0];
}
