/**
 * What the last answers really had, in a sentence each, for a run that asked them for something else. The names come
 * from the API through an isolate: they are bounded, and quoted unless they are plain.
 */
import type { SeenAnswer, SeenPlace } from "./guest/guest-report.ts";

const maxChars = 300;
/** Of one object: objects that are maps have as many members as there are things. */
const maxNames = 12;

/** @param code what was run: members whose name resembles a word of it are named first */
export function answersInWords(answers: readonly SeenAnswer[], code: string): string[] {
  if (answers.length === 0) return [];
  const wanted = new Set(stemsOf(code));
  const sentences = new Map<string, string>();
  for (const { operation, places } of answers) {
    if (sentences.has(operation)) continue;
    const said = places.map((place) => `${shown(place.at)} ${inWords(place, wanted)}`);
    const sentence = `The answer of ${shown(operation)} has: status, headers, data; ${said.join("; ")}`;
    sentences.set(operation, sentence.length > maxChars ? `${sentence.slice(0, maxChars - 1)}…` : sentence);
  }
  return [...sentences.values()];
}

function inWords({ is, names }: SeenPlace, wanted: ReadonlySet<string>): string {
  if (is !== "object") return is === "list" ? "is a list" : `is ${is}`;
  if (names.length === 0) return "is an empty object";
  const alike = names.filter((name) => stemsOf(name).some((stem) => wanted.has(stem)));
  const told = [...new Set([...alike, ...names])].slice(0, maxNames).map(shown);
  return `has: ${told.join(", ")}${names.length > told.length ? ", …" : ""}`;
}

/** How the words of a text begin: `stargazers_count` and `stars` share one. */
function stemsOf(text: string): string[] {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.filter((word) => word.length > 2).map((word) => word.slice(0, 4));
}

function shown(name: string): string {
  return /^[\w$.[\]/{}-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100));
}
