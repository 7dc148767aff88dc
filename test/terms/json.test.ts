/** Ids that an API answers: each stays itself, however it is written. */
import { assert, bigInt, property } from "fast-check";
import { expect, it } from "vitest";
import { parseJsonOfIds } from "../../src/terms/json.ts";

const idIn = (text: string) => String((parseJsonOfIds(`{"id":${text}}`) as { id: unknown }).id);

it("two whole numbers are never one id", () => {
  assert(
    property(bigInt(-(2n ** 70n), 2n ** 70n), bigInt(1n, 200n), (id, more) => {
      expect(idIn(String(id))).toBe(String(id));
      expect(idIn(String(id))).not.toBe(idIn(String(id + more)));
    }),
  );
});

it.each(["1800000000000000001", "9007199254740993", "1.5", "1e400", "123456789012345678901234567890"])(
  "a number that JavaScript does not hold is its text: %s",
  (text) => expect(idIn(text)).toBe(text),
);

it.each(["", "{", "01", "undefined"])("what is no JSON is nothing: %j", (text) =>
  expect(parseJsonOfIds(text)).toBeUndefined(),
);
