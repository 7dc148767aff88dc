import { readFile } from "node:fs/promises";
import { glob } from "node:fs/promises";
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

it("lists every use of a store", async () => {
  const found: string[] = [];
  for await (const file of glob("src/**/*.ts", { cwd: root })) {
    const counts = new Map<string, number>();
    for (const [call] of (await readFile(join(root, file), "utf8")).matchAll(pattern))
      counts.set(call, (counts.get(call) ?? 0) + 1);
    for (const [call, times] of counts) found.push(`${file}: ${call} ${times}`);
  }
  expect(found.toSorted()).toEqual(
    uses.map(({ file, call, times }) => `${file}: ${call} ${times}`).toSorted(),
  );
});

it("names tests that exist", async () => {
  let tests = "";
  for await (const file of glob("test/**/*.test.ts", { cwd: root }))
    tests += await readFile(join(root, file), "utf8");
  expect(uses.filter(({ test }) => !tests.includes(`"${test}`)).map(({ test }) => test)).toEqual([]);
});
