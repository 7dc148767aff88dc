/** The contract of a document is a document: it keeps every operation, all that holds for it, and no text. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { prepareApi, readApiFile } from "../../../src/cli/apis.ts";
import {
  contractOf,
  formatContract,
  openContract,
  type Contract,
} from "../../../src/deployment/drift/contract.ts";
import { driftBetween, isBreaking } from "../../../src/deployment/drift/drift.ts";
import { loosened } from "../../../src/deployment/loosened.ts";

const specs = join(import.meta.dirname, "../../../specs");

it.each(["demo", "github"])("of %s is the same when it is compiled again", async (name) => {
  const { api, opened } = await prepareApi(await readApiFile(join(specs, `${name}.jsonc`)));
  const text = formatContract(contractOf(opened));
  const again = await openContract(JSON.parse(text) as Contract, api.file);
  expect(formatContract(contractOf(again))).toBe(text);
  expect(again.operations).toEqual(opened.operations.map((one) => ({ ...one, summary: "" })));
  expect(loosened(again, opened, api.file)).toEqual([]);
  expect(loosened(opened, again, api.file)).toEqual([]);
  const drift = driftBetween(again, again);
  expect(drift).toEqual({ added: [], removed: [], changes: [], changed: [] });
  expect(isBreaking(drift)).toBe(false);
  expect(text).not.toContain('"description":"');
});

it.each(["demo", "github"])("of %s is what its lock file holds", async (name) => {
  const { api, opened } = await prepareApi(await readApiFile(join(specs, `${name}.jsonc`)));
  const lock = JSON.parse(await readFile(join(specs, `${name}.lock.json`), "utf8")) as object;
  expect(lock, "run npm run api -- refresh").toMatchObject({ hash: api.hash, contract: contractOf(opened) });
});

it("of 1,223 operations is a tenth of the document", async () => {
  const text = await readFile(join(specs, "github.lock.json"), "utf8");
  expect(text.length).toBeLessThan(1_250_000);
  // A line for each operation and component, so that a diff can be read.
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(10_000);
});
