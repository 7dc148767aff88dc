/** What swagger-parser says of a document that isogate serves: a fault, never a refusal, and never a file of its own. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadDocument } from "../../../src/spec/load/load-document.ts";
import { validate } from "../../../src/spec/load/validate.ts";

async function faultsOf(files: Record<string, unknown>) {
  const folder = await mkdtemp(join(tmpdir(), "isogate-validate-"));
  for (const [name, value] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(value));
  const loaded = await loadDocument(join(folder, Object.keys(files)[0]!));
  const before = JSON.stringify([...loaded.files]);
  const faults = await validate(loaded);
  expect(JSON.stringify([...loaded.files])).toBe(before);
  return faults;
}

const root = (part: object) => ({ openapi: "3.0.3", info: { title: "T", version: "1" }, paths: {}, ...part });
const fault = (pointer: string) => ({
  pointer,
  message: expect.stringMatching(/^By the schema of OpenAPI, it must /),
});

it.each<[string, Record<string, unknown>, string]>([
  ["3.0", { "a.json": root({ info: { title: "T" } }) }, "#/info"],
  ["3.1", { "a.json": root({ openapi: "3.1.0", info: { version: "1" } }) }, "#/info"],
  ["2.0", { "a.json": { swagger: "2.0", info: { title: "T" }, paths: {} } }, "#/info"],
  [
    "many files",
    { "a.json": root({ paths: { "/a": { $ref: "b.json" } } }), "b.json": { get: {} } },
    "#/paths/~1a/get",
  ],
])("a mistake in %s is a fault at its place", async (_, files, pointer) => {
  expect(await faultsOf(files)).toContainEqual(fault(pointer));
});

it.each<[string, Record<string, unknown>]>([
  ["of 3.2", { "a.json": root({ openapi: "3.2.0", info: {} }) }],
  [
    "with a reference that leads nowhere",
    { "a.json": root({ components: { schemas: { A: { $ref: "#/gone" } } } }) },
  ],
  [
    "with a file that was refused",
    { "a.json": root({ components: { schemas: { A: { $ref: "../gone.json" } } } }) },
  ],
  [
    "of many files that is right",
    { "a.json": root({ components: { schemas: { A: { $ref: "b.json" } } } }), "b.json": { type: "string" } },
  ],
])("a document %s has no faults of this kind", async (_, files) => {
  expect(await faultsOf(files)).toEqual([]);
});
