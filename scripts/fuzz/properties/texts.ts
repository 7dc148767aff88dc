/** Faulty JSON as people write it: duplicate keys, comments, trailing commas. It is read all the same. */
import * as fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { parseText } from "../../../src/spec/load/text/parse.ts";

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

const text = fc.oneof(
  fc.constantFrom("", '"', "\\", "//", "/*", "*/", ",}", '\\"', "é\u2028", "__proto__", "a: b", "{", "#"),
  fc.string(),
);
/**
 * V8 13.6 compares the text of a key with the one that it expects, escapes and all: once there was an object with the
 * keys `a` and `\`, `JSON.parse('{"a":1,"\"":2}')` has them too. No key here ends with a backslash.
 */
const keyText = text.map((any) => any.replace(/\\+$/, ""));
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Value>(null, true, 0, -1.5e-7, 1e21),
    text,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(keyText, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ) as fc.Arbitrary<Value>,
}));

const blank = fc.constantFrom("", " ", "\n", "\t\r\n");
const extra = fc.constantFrom("", "", " ", "\n", '/* "a": 1, */', '// " }\n', "/**/", "/* // */");

/** Writes a value; `gap` comes between any two words, `trailing` behind the last entry. */
function write(one: Value, gap: () => string, trailing: () => string, twice: boolean): string {
  if (typeof one !== "object" || one === null) return gap() + JSON.stringify(one) + gap();
  const entries = Array.isArray(one)
    ? one.map((entry) => write(entry, gap, trailing, twice))
    : Object.entries(one).flatMap(([key, member]) => {
        const written = `${gap()}${JSON.stringify(key)}${gap()}:${write(member, gap, trailing, twice)}`;
        return twice ? [`${JSON.stringify(key)}: 1`, written] : [written];
      });
  const [open, close] = Array.isArray(one) ? "[]" : "{}";
  return `${gap()}${open}${entries.join(",")}${entries.length > 0 ? trailing() : gap()}${close}${gap()}`;
}

const turns = (gaps: string[]) => {
  let turn = 0;
  return () => gaps[turn++ % gaps.length] as string;
};

function same(written: string, want: Value, faults: number): void {
  const parsed = parseText(written, "text.json");
  if (!isDeepStrictEqual(parsed.value, want))
    throw new Error(`${written}: ${JSON.stringify(parsed.value)} instead of ${JSON.stringify(want)}`);
  if (parsed.faults.length !== faults) throw new Error(`${written}: ${parsed.faults.length} faults`);
}

/** As JSON.parse has it, `-0` and `__proto__` included. */
const read = (one: Value) => JSON.parse(JSON.stringify(one)) as Value;
const countKeys = (one: Value): number =>
  typeof one !== "object" || one === null
    ? 0
    : Object.values(one).reduce<number>(
        (sum, member) => sum + countKeys(member),
        Array.isArray(one) ? 0 : Object.keys(one).length,
      );

export const keysThatStandTwiceAreAllFound = fc.property(
  value,
  fc.array(blank, { minLength: 1 }),
  (one, gaps) => {
    const written = write([one], turns(gaps), () => "", true);
    same(written, read([one]), countKeys(one));
  },
);

export const commentsAndTrailingCommasArePassedOver = fc.property(
  value,
  fc.array(extra, { minLength: 1 }),
  (one, gaps) => {
    const gap = turns(gaps);
    const written = write({ a: one }, gap, () => `${gap()},${gap()}`, false);
    same(`{${written.slice(written.indexOf("{") + 1)}`, read({ a: one }), 1);
  },
);
