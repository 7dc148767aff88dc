import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { uses } from "./bindings.ts";

const root = join(import.meta.dirname, "../..");

/** Names of the bindings, as the configuration has them. */
const configuration = await readFile(join(root, "wrangler.jsonc"), "utf8");
const names = [...configuration.matchAll(/"(?:binding|name)": "([A-Z_]+)"/g)].map(([, name]) => name);

/** A binding by its name, and calls on what it was handed on as. */
const pattern = new RegExp(
  [
    String.raw`\benv\.(?:${names.join("|")})\b`,
    String.raw`\benv\["(?:${names.join("|")})"\]`,
    String.raw`\bbucket\.(?:get|put|head|list|delete)\b`,
    String.raw`\bkv\.(?:get|put|list|delete)\b`,
    String.raw`\bstorage\.(?:get|put|list|delete|deleteAll|setAlarm|getAlarm|transactionSync|sql)\b`,
  ].join("|"),
  "g",
);

const listed = Object.entries(uses).flatMap(([folder, calls]) =>
  Object.entries(calls).flatMap(([call, losses]) => losses.map(({ test }) => ({ folder, call, test }))),
);

it("lists every use of a store", async () => {
  const found = new Set<string>();
  for await (const file of glob("src/**/*.ts", { cwd: root })) {
    // A store itself.
    if (file.startsWith("src/cli/engine/platform/")) continue;
    for (const [call] of (await readFile(join(root, file), "utf8")).matchAll(pattern))
      found.add(`${file.split("/")[1]}: ${call.replace(/\["(.*)"\]/, ".$1")}`);
  }
  expect([...found].toSorted()).toEqual(
    [...new Set(listed.map(({ folder, call }) => `${folder}: ${call}`))].toSorted(),
  );
});

it("names tests that exist", async () => {
  let tests = "";
  for await (const file of glob("test/**/*.test.ts", { cwd: root }))
    tests += await readFile(join(root, file), "utf8");
  expect(listed.filter(({ test }) => !tests.includes(`"${test}`))).toEqual([]);
});
