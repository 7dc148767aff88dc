/** Whether a pattern of an API file fits an operation: its template, or a path that is sent for it, and which. Pure. */
import { matchesPattern } from "../request/pattern.ts";

/**
 * @param pattern `*` stands for anything, slashes included
 * @param template a path key of the document; `*` in it as in a pattern
 * @param spans whether values of its parameters may hold slashes
 */
export function patternMeets(pattern: string, template: string, spans = false): boolean {
  return matchesPattern(pattern, template) || meetingPath(pattern, template, spans) !== undefined;
}

/** @returns a path that is sent for the template and that the pattern fits, as far as there is one */
export function meetingPath(pattern: string, template: string, spans = false): string | undefined {
  // No path that is sent has a brace.
  if (pattern.includes("{")) return undefined;
  const path = (template.split("?", 1)[0] ?? "").replaceAll(/\{[^{}]*\}/g, parameter);
  const seen = new Set<number>();
  const waiting: [at: number, below: number, sent: string][] = [[0, 0, ""]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [at, below, sent] = next;
    const state = at * (path.length + 1) + below;
    if (seen.has(state)) continue;
    seen.add(state);
    if (at === pattern.length && below === path.length) return sent;
    for (const [a, b, char] of steps(pattern[at], path[below], spans))
      waiting.push([at + a, below + b, sent + char]);
  }
  return undefined;
}

/** Stands for a parameter; no path key holds it. */
const parameter = "\0";

type Step = [inPattern: number, inPath: number, sent: string];

/** How far one step can go in the pattern and in the path. A star takes nothing or one more, a parameter at least one. */
function steps(wanted: string | undefined, given: string | undefined, spans: boolean): Step[] {
  if (wanted === "*") {
    const char = given === parameter ? "0" : given === "*" ? "" : given;
    return [[1, 0, ""], ...(char === undefined ? [] : [[0, 1, char] satisfies Step])];
  }
  if (given === "*") return [[0, 1, ""], ...(wanted === undefined ? [] : [[1, 0, wanted] satisfies Step])];
  if (wanted === undefined) return [];
  if (given === parameter)
    return spans || wanted !== "/"
      ? [
          [1, 0, wanted],
          [1, 1, wanted],
        ]
      : [];
  return wanted === given ? [[1, 1, wanted]] : [];
}
