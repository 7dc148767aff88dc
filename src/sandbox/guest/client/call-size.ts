/**
 * How much one call may hold. Judging and writing a call cannot be left for a moment, and others wait as long; bytes are
 * passed on as they are and only count as bytes. The isolate looks at this first, where an error costs nobody anything; the
 * host looks again, for code may have changed what looks in the isolate.
 */
import { isWalked, weightOf } from "../weight.ts";
import type { CallArguments } from "./arguments.ts";

/** Lists, objects, their entries and the names of these. */
export const maxValues = 120_000;

/** Of texts and names. */
export const maxTextChars = 16_000_000;

/** Of a form, whose every character is looked at, and may become nine. */
export const maxFormChars = 4_000_000;

/** Of the names in `multipart/form-data`, those of files included. */
export const maxPartNameChars = 1_000_000;

/** What the call is as JSON: line breaks and quotes have two characters there. */
export const maxJsonChars = 2 * maxTextChars;

/** In JSON, what it has not is written with several values each: a date, a number without an end. */
export const maxJsonValues = 3 * maxValues;

/** A call that is as long as JSON goes into a header; a longer one is the body of what hands it over. */
export const maxHeaderChars = 4_000;

const inEnglish = (count: number) => count.toLocaleString("en-US");

export const tooManyValues = `the arguments hold more than ${inEnglish(maxValues)} names and values: send them in several calls, or as the bytes of their JSON: body: new TextEncoder().encode(JSON.stringify(data)), contentType: "application/json". If the data is smaller, something stands in it again and again`;

export const formTooLong = `a form has at most ${inEnglish(maxFormChars)} characters here: send it in several calls, or as its bytes: body: new TextEncoder().encode(text), contentType: "application/x-www-form-urlencoded"`;

export const partNamesTooLong = `the names of the parts and files have more than ${inEnglish(maxPartNameChars)} characters: use shorter ones`;

export const tooManyChars = `the arguments have more than ${inEnglish(maxTextChars)} characters: send them in several calls, or a long body as bytes: body: new TextEncoder().encode(text), with its contentType`;

/** Of what becomes address, headers and cookies, in characters: servers take some 8,000. */
const maxAddressChars = 200_000;
const tooLong = `path, query, headers and cookies would be more than ${inEnglish(maxAddressChars)} characters, and no server takes nearly as many. Send it in the body, or in several calls`;

/** Of names, each as often as a form writes it. */
const maxRepeatedChars = 4 * maxTextChars;
const tooOftenNamed = `the names in the arguments would be written more than ${inEnglish(maxRepeatedChars)} characters long together, once for each value below them: use shorter names, or several calls`;

/** Why what was given is not judged and written. */
export function tooMuchIn(target: unknown, args: unknown): string | undefined {
  const { values, characters, repeated } = weightOf(args, maxValues);
  if (values > maxValues) return tooManyValues;
  if (characters > maxTextChars) return tooManyChars;
  if (repeated > maxRepeatedChars) return tooOftenNamed;
  // What is no plain object is refused where its arguments are read.
  const { path, query, headers, cookies }: CallArguments = isWalked(args) ? args : {};
  const length = typeof target === "string" ? target.length : 0;
  const address = weightOf([path, query, headers, cookies]);
  return length + address.characters + address.repeated > maxAddressChars ? tooLong : undefined;
}
