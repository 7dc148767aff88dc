/**
 * Removes the types of TypeScript, line for line. sucrase reads an arrow function or a type argument twice if it may be
 * something else, and twice again what is within it: the time doubles with each level. So its steps are counted.
 */
import { transform } from "sucrase";
import { maxCodeChars } from "./refusals.ts";

/**
 * How often sucrase may read characters, also again and again: eight times each, where plain code needs five. Short code, whose
 * types may stand in each other a few times, has more.
 */
const readsOf = (chars: number) => Math.max(250_000, 8 * chars);

/** What is made of the code may be so much longer: of a short enum, sucrase writes ten times as much. */
const maxGrowth = 2;

/**
 * sucrase makes up a name for each field of a class, and looks for it among all that it has made up. What is in a field it
 * goes through twice, another class in it too: so each further class counts double, because it may be in a field.
 */
const maxNames = 1_500;

/** The types would take too long to remove: the message says why, and what to do. */
export class TypesTooHard extends Error {}

/** A text that counts how often its characters are read. */
class CountedText extends String {
  reads = 0;
  readonly maxReads = readsOf(this.length);

  override charCodeAt(index: number): number {
    if (++this.reads > this.maxReads)
      throw new TypesTooHard(`its types are nested too deeply in each other: ${plainOnly}`);
    return super.charCodeAt(index);
  }
}

const plainOnly = "send JavaScript without types";

/** @throws the syntax error of sucrase, or `TypesTooHard` */
export function withoutTypes(code: string): string {
  const classes = code.match(/\bclass\b/g)?.length ?? 0;
  const assignments = code.match(/[^=!<>]=(?![=>])/g)?.length ?? 0;
  if (classes > 0 && assignments * 2 ** (classes - 1) > maxNames)
    throw new TypesTooHard(
      `it has types, ${classes === 1 ? "a class" : `${classes} classes`} and ${assignments} assignments, more than can be read together: ${plainOnly}`,
    );
  // sucrase makes an error of each attempt in vain; its stack is most of the cost.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // Unused imports are kept, so that they are refused with a reason instead of disappearing.
    const keep = { disableESTransforms: true, keepUnusedImports: true };
    const { code: plain } = transform(new CountedText(code) as unknown as string, {
      transforms: ["typescript"],
      ...keep,
    });
    if (plain.length > maxGrowth * maxCodeChars)
      throw new TypesTooHard(`its enums are too long as JavaScript: ${plainOnly}, with objects as enums`);
    return plain;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
