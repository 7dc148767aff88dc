/**
 * A folder with an `index.ts` is its own list: a file that the list forgot is named.
 */

import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { closureOf, importsOf, type Imports } from "./setup/imports.ts";

const imports = await importsOf(join(import.meta.dirname, ".."), "src");

/** Files beside an `index.ts` to which no import leads from there. */
function forgotten(all: Imports): string[] {
  const lists = [...all.keys()].filter((file) => /.\/.*\/index\.ts$/.test(file));
  return lists.flatMap((list) => {
    const reached = closureOf(all, [list]);
    return [...all.keys()].filter((file) => dirname(file) === dirname(list) && !reached.has(file));
  });
}

it("every folder with a list lists its files", () => {
  expect(forgotten(imports)).toEqual([]);
});

it("names a file that a list forgot", () => {
  const planted: Imports = new Map([
    ["src/gateway/schemes/index.ts", ["src/gateway/schemes/bearer.ts"]],
    ["src/gateway/schemes/bearer.ts", ["src/gateway/schemes/scheme.ts"]],
    ["src/gateway/schemes/scheme.ts", []],
    ["src/gateway/schemes/hawk.ts", ["src/gateway/schemes/scheme.ts"]],
  ]);
  expect(forgotten(planted)).toEqual(["src/gateway/schemes/hawk.ts"]);
});
