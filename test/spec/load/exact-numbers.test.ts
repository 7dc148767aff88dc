import { expect, it } from "vitest";
import { readStrict } from "../../../src/spec/load/text/json.ts";
import { parseText } from "../../../src/spec/load/text/parse.ts";

const large = "9007199254740993";

it.each([
  ["JSON", `{ "enum": [1, ${large}, -9223372036854775808], "const": ${large}, "maximum": ${large} }`],
  [
    "JSON on lines",
    `{\n"enum": [\n1,\n${large},\n-9223372036854775808\n],\n"const":\n${large},\n"maximum":${large} }`,
  ],
  [
    "JSON with a comment",
    `{ "enum": [1, ${large}, -9223372036854775808], "const": ${large}, "maximum": ${large} } // x`,
  ],
  ["YAML", `enum: [1, ${large}, -9223372036854775808]\nconst: ${large}\nmaximum: ${large}`],
  [
    "YAML in lines",
    `enum:\n  - 1\n  - ${large}\n  - -9223372036854775808\nconst: +${large}\nmaximum: ${large}`,
  ],
])("keeps every digit of an enum and of a constant in %s, and a bound a number", (_, text) => {
  expect(parseText(text, "numbers").value).toEqual({
    enum: [1, large, "-9223372036854775808"],
    const: large,
    maximum: Number(large),
  });
});

it.each(["9007199254740991", "-9007199254740991", "0.1234567890123456", "1e30"])(
  "leaves %s a number",
  (text) => {
    expect(parseText(`{ "const": ${text} }`, "numbers").value).toEqual({ const: Number(text) });
    expect(parseText(`const: ${text}`, "numbers").value).toEqual({ const: Number(text) });
  },
);

it("leaves a text of digits a text", () => {
  expect(parseText(`{ "const": "${large}", "x": 1 }`, "numbers").value).toEqual({ const: large, x: 1 });
});

it.each([
  `{ "x": "id: ${large}, or ${large} ]" , "const": ${large} }`,
  `{ "x": "a \\\\", "const": ${large}, "y": "\\" ${large}, \\\\\\" [${large}]" }`,
  `{ "${large}": [[${large}],${large},1.${large},${large}.5, ${large}e1], "": { "maximum": [${large}] } }`,
])("reads everything but the numbers of %s as JSON.parse does", (text) => {
  const exact = (_key: string, value: unknown, { source = "" }: { source?: string } = {}) =>
    source === large ? large : value;
  expect(parseText(text, "numbers").value).toEqual(
    (JSON.parse as (text: string, reviver: typeof exact) => unknown)(text, exact),
  );
});

it("names the place in the file where a text with large numbers is no JSON", () => {
  const text = `{ "a": [${large}, ${large}], "b" 1 }`;
  const reason = new RegExp(String(text.indexOf("1 }")));
  expect(() => readStrict(text)).toThrow(reason);
});
