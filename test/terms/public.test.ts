/** What is public is listed on docs/own-project.md, by name and kind; nothing joins or leaves it unnoticed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const source = await readFile(join(root, "src/terms/public.ts"), "utf8");
const page = await readFile(join(root, "docs/own-project.md"), "utf8");

const exported = (kinds: string) =>
  [...source.matchAll(new RegExp(`^export (?:${kinds}) (\\w+)`, "gm"))].map(([, name]) => name!).toSorted();
const named = (what: string) => {
  const [, list = ""] = new RegExp(`The ${what} are ([^]*?)\\.(?:\\s|$)`).exec(page) ?? [];
  return [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!).toSorted();
};

it("has the functions and types that the page lists, and no others", () => {
  expect(exported("function")).toEqual(named("functions"));
  expect(exported("interface|type")).toEqual(named("types"));
  expect(source.match(/^export /gm)).toHaveLength(
    exported("function").length + exported("interface|type").length,
  );
});

it("imports nothing: it is the whole of the package's types", () => {
  expect(source).not.toMatch(/^import |import\(/m);
});
