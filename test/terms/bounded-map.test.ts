import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BoundedMap } from "../../src/terms/bounded-map.ts";
import { importsOf } from "../setup/imports.ts";

it("drops the oldest entry, and only that, when one more comes", () => {
  const kept = new BoundedMap<string, number>(3);
  for (const [at, key] of ["a", "b", "c", "d"].entries()) kept.set(key, at);
  expect([...kept]).toEqual([["b", 1], ["c", 2], ["d", 3]]); // prettier-ignore
});

it("drops nothing when a key that is there gets another value", () => {
  const kept = new BoundedMap<string, number>(2);
  kept.set("a", 1).set("b", 2).set("a", 3);
  expect([...kept]).toEqual([["a", 3], ["b", 2]]); // prettier-ignore
});

it("takes for the oldest what is there, whatever was deleted or came again", () => {
  const kept = new BoundedMap<string, number>(2);
  kept.set("a", 1).set("b", 2);
  kept.delete("a");
  kept.set("a", 3).set("c", 4);
  expect([...kept.keys()]).toEqual(["a", "c"]);
  kept.clear();
  for (const key of "defg") kept.set(key, 5);
  expect([...kept.keys()]).toEqual(["f", "g"]);
});

it("makes a value once, and again after it was dropped", () => {
  const kept = new BoundedMap<string, object>(1);
  const made = kept.take("a", () => ({}));
  expect(kept.take("a", () => ({}))).toBe(made);
  kept.take("b", () => ({}));
  expect(kept.take("a", () => ({}))).not.toBe(made);
});

it("is used wherever a map has a limit: nothing in src empties a whole map for one more entry", async () => {
  const root = join(import.meta.dirname, "../..");
  const files = [...(await importsOf(root, "src")).keys()];
  const emptied = [];
  for (const file of files)
    if ((await readFile(join(root, file), "utf8")).includes(".clear()")) emptied.push(file);
  expect(emptied).toEqual([]);
});
