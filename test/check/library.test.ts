/** The checker's library: what an answer can hold has every member that the runtime has, or right code is warned. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commonDeclarations } from "../../src/check/types/declarations.ts";
import { loadChecker } from "./fixture/node-checker.ts";

const text = await readFile(join(import.meta.dirname, "../../src/check/types/checker/library.txt"), "utf8");
const checker = await loadChecker();

test("the library itself has no fault that the checker would stumble over", () => {
  expect(checker.faultsIn(commonDeclarations)).toEqual([]);
});

const prototypes: Record<string, object> = {
  Array: Array.prototype,
  String: String.prototype,
  Number: Number.prototype,
  Boolean: Boolean.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
  IteratorObject: Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object,
  Object: Object.prototype,
};

for (const [name, prototype] of Object.entries(prototypes))
  test(`${name} has all its members`, () => {
    const block = new RegExp(`^interface ${name}\\b[^{]*\\{([^]*?)^\\}`, "m").exec(text)?.[1] ?? "";
    // Every object has what Object has.
    const own = Object.getOwnPropertyNames(prototype).filter(
      (one) => name === "Object" || !(one in Object.prototype),
    );
    const missing = own.filter(
      (member) => !new RegExp(`^ {2}(?:readonly )?${member}\\??[:(<]`, "m").test(block),
    );
    expect(missing).toEqual([]);
  });
