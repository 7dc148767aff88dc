import type { RequestRecord } from "../terms/failure.ts";

/**
 * Pairs the requests of then with those of now that have the same method and URL, each once, in their order.
 * @returns the place among those of now, by the place among those of then
 */
export function madeAgain(
  then: readonly RequestRecord[],
  now: readonly RequestRecord[],
): Map<number, number> {
  const keyOf = ({ api, method, url }: RequestRecord) => `${api} ${method} ${url}`;
  const waiting = Map.groupBy(now.keys(), (index) => keyOf(now[index]!));
  const pairs = new Map<number, number>();
  for (const [index, request] of then.entries()) {
    const made = waiting.get(keyOf(request))?.shift();
    if (made !== undefined) pairs.set(index, made);
  }
  return pairs;
}
