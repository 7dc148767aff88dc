/** Which array in a page is the list. Pure. */
import { plain } from "../../../../request/nearest.ts";
import { isObject } from "../parameters.ts";

const listNames =
  /^(?:data|items|results?|values?|records|entries|list|objects|elements|rows|content|hits|members|resources)$/i;

const notTheList = /^(?:errors?|messages|warnings|links|facets|included)$/i;

type NamedArray = [name: string, list: unknown[]];

/**
 * The list of a page: the body itself, or the one array in it that is meant.
 * @param name what the path calls the list: an array of that name is it, also on a page where it is empty
 */
export function itemsOf(data: unknown, name?: string): unknown[] | undefined {
  if (Array.isArray(data)) return data;
  if (!isObject(data)) return undefined;
  const direct = arraysIn(data);
  if (direct.length > 0) return best(direct, name);
  const nested = Object.values(data).filter(isObject).flatMap(arraysIn);
  return nested.length > 0 ? best(nested, name) : undefined;
}

/** `/v1/accounts/{id}/Calls.json` lists calls. */
export function listNameOf(path: string): string | undefined {
  const literals = path.split(/[/#?]/).filter((segment) => segment !== "" && !segment.includes("{"));
  return literals.at(-1)?.split(".", 1)[0];
}

function arraysIn(data: Record<string, unknown>): NamedArray[] {
  return Object.entries(data).filter((entry): entry is NamedArray => {
    return Array.isArray(entry[1]) && !notTheList.test(entry[0]);
  });
}

function best(arrays: NamedArray[], wanted: string | undefined): unknown[] | undefined {
  const named =
    arrays.find(([name]) => wanted !== undefined && plain(name) === plain(wanted)) ??
    arrays.find(([name]) => listNames.test(name));
  if (named) return named[1];
  const ofObjects = arrays.filter(([, list]) => isObject(list[0]));
  return (ofObjects.length > 0 ? ofObjects : arrays).toSorted(
    ([, one], [, other]) => other.length - one.length,
  )[0]?.[1];
}
