/**
 * How much one call may hold. Judging and writing a call cannot be left for a moment, and others wait as long; bytes are
 * passed on as they are and only count as bytes.
 */

/** Lists, objects, their entries and the names of these. */
export const maxValues = 120_000;

/** Of texts and names. */
export const maxTextChars = 16_000_000;

/** What the call is as JSON: line breaks and quotes have two characters there. */
export const maxJsonChars = 2 * maxTextChars;

/** In JSON, what it has not is written with several values each: a date, a number without an end. */
export const maxJsonValues = 3 * maxValues;

const inEnglish = (count: number) => count.toLocaleString("en-US");

export const tooManyValues = `the arguments hold more than ${inEnglish(maxValues)} names and values: send them in several calls, or as the bytes of their JSON: body: new TextEncoder().encode(JSON.stringify(data)), contentType: "application/json". If the data is smaller, something stands in it again and again`;

export const tooManyChars = `the arguments have more than ${inEnglish(maxTextChars)} characters: send them in several calls, or a long body as bytes: body: new TextEncoder().encode(text), with its contentType`;
