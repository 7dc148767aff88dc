/** What of a parameter's value cannot be written in its place on the wire. Pure. */
import type { Parameter } from "../spec/read/required.ts";
import { isJson } from "../terms/media-type.ts";
import { segmentProblem } from "./canonical.ts";
import { isNothing, type Known } from "./known.ts";
import type { Problem } from "./problem.ts";

/**
 * @param name as it was given, which may differ from the parameter's in its spelling
 * @param at the argument in words: `path.id`
 * @returns why it cannot be written in its place, or would become something else there
 */
export function unsendable(
  { in: place, style = "simple", explode, content }: Parameter,
  name: string,
  value: Known,
  at: string,
  maySlash: (name: string) => boolean,
): Problem | undefined {
  if (place === "header" && !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return { kind: "header-name", name };
  // JSON in a header is written in ASCII.
  if (place === "header") {
    const isJsonText = isJson(Object.keys(content ?? {})[0] ?? "");
    return !isJsonText && textsIn(value).some(isOutsideHeader) ? { kind: "header-value", at } : undefined;
  }
  if (place === "cookie") {
    // All but names is percent-encoded, unless the style is that of OpenAPI 3.2.
    const isSpread = explode !== false && !content && value.kind === "object";
    const raw = style === "cookie" ? textsIn(value) : isSpread ? [...value.members.keys()] : [];
    return [name, ...raw].some((text) => /[;\r\n\0]/.test(text)) ? { kind: "cookie", at } : undefined;
  }
  if (place !== "path") return undefined;
  if (isEmpty(value, style)) return { kind: "empty", at };
  for (const text of textsIn(value)) {
    if (text.includes("/") && !maySlash(name)) return { kind: "slash", at, value: text };
    const why = text.split("/").map(segmentProblem).find(Boolean);
    if (why !== undefined) return { kind: "segment", at, why };
  }
  // What `${x}` and `String(x)` make of a variable that holds no text.
  const lost =
    value.kind === "literal" && /^(?:undefined|null|NaN|\[object \w+\])$/.test(String(value.value));
  return lost ? { kind: "lost-variable", at, value: String(value.value) } : undefined;
}

/**
 * Without its value the path may be that of another operation: DELETE /things/{id} becomes DELETE /things/. A matrix
 * still has its name.
 */
function isEmpty(value: Known, style: string): boolean {
  if (value.kind === "literal") return value.value === "" && style !== "matrix";
  if (value.kind === "array")
    return !value.open && value.items.every((item) => isNothing(item) || isEmpty(item, style));
  return (
    value.kind === "object" && !value.open && [...value.members.values()].every((one) => isNothing(one.value))
  );
}

/** Every text and number in a value, and the names in it. */
function textsIn(value: Known): string[] {
  const texts: string[] = [];
  walk(value, "", (one) => {
    if (one.kind === "literal" && one.value !== null) texts.push(String(one.value));
    if (one.kind === "object") for (const name of one.members.keys()) texts.push(name);
  });
  return texts;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const isOutsideHeader = (text: string) => !/^[\t\u0020-\u007e]*$/.test(text);

/** Shows a value and all that is in it. Of objects each once: one may be in many places, and in itself. */
export function walk(
  value: Known,
  at: string,
  show: (one: Known, at: string) => void,
  seen = new Set<Known>(),
  depth = 0,
): void {
  if (depth > 30) return;
  show(value, at);
  if ((value.kind !== "array" && value.kind !== "object") || seen.has(value)) return;
  seen.add(value);
  const inner = (one: Known, place: string) => walk(one, place, show, seen, depth + 1);
  if (value.kind === "array") value.items.forEach((item, index) => inner(item, `${at}[${index}]`));
  else for (const [name, member] of value.members) if (member.sure) inner(member.value, `${at}.${name}`);
}
