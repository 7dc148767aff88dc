/** Whether a pattern of an API file fits an operation: its template, or a path that is sent for it. Pure. */
import { matchesPattern } from "../request/pattern.ts";

/**
 * @param pattern `*` stands for anything, slashes included
 * @param template a path key of the document; `*` in it as in a pattern
 * @param spans whether values of its parameters may hold slashes
 */
export function patternMeets(pattern: string, template: string, spans = false): boolean {
  if (matchesPattern(pattern, template)) return true;
  // No path that is sent has a brace.
  if (pattern.includes("{")) return false;
  const path = (template.split("?", 1)[0] ?? "").replaceAll(/\{[^{}]*\}/g, parameter);
  const seen = new Set<number>();
  const waiting: [number, number][] = [[0, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [at, below] = next;
    const state = at * (path.length + 1) + below;
    if (seen.has(state)) continue;
    seen.add(state);
    if (at === pattern.length && below === path.length) return true;
    waiting.push(
      ...steps(pattern[at], path[below], spans).map(([a, b]): [number, number] => [at + a, below + b]),
    );
  }
  return false;
}

/** Stands for a parameter; no path key holds it. */
const parameter = "\0";

/** How far one step can go in the pattern and in the path. A star takes nothing or one more, a parameter at least one. */
function steps(wanted: string | undefined, given: string | undefined, spans: boolean): [number, number][] {
  const found: [number, number][] = [];
  if (wanted === "*") found.push([1, 0], ...(given === undefined ? [] : [[0, 1] as [number, number]]));
  else if (given === "*") found.push([0, 1], ...(wanted === undefined ? [] : [[1, 0] as [number, number]]));
  else if (given === parameter && wanted !== undefined && (spans || wanted !== "/"))
    found.push([1, 0], [1, 1]);
  else if (wanted !== undefined && wanted === given) found.push([1, 1]);
  return found;
}
