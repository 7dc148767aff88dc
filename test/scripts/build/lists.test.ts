/** What can be added by one file: every folder of this kind is listed whole, and a file that would be left out is named. */
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listOf, registries } from "../../../scripts/build/lists.ts";

const root = join(import.meta.dirname, "../../..");

it.each(registries)(
  "$folder lists every member that its files export",
  async ({ folder, list, contract }) => {
    const { [list]: listed } = (await import(join(root, folder, "index.ts"))) as Record<string, unknown[]>;
    const names = (await readdir(join(root, folder))).filter(
      (name) => name !== "index.ts" && `./${name}` !== contract,
    );
    const exported = await Promise.all(
      names.map(async (name) => Object.values((await import(join(root, folder, name))) as object)),
    );
    const left = names.filter(
      (_, index) =>
        exported[index]!.some((value) => isMember(value, listed!)) &&
        !exported[index]!.some((value) => listed!.includes(value)),
    );
    expect(left).toEqual([]);
    expect(new Set(listed).size).toBe(listed!.length);
    expect(listed!.length).toBeGreaterThan(1);
  },
);

/** Whether it has the members that all of the list have. */
function isMember(value: unknown, listed: unknown[]): boolean {
  const [first, ...others] = listed.map((each) => new Set(Object.keys(each as object)));
  const common = [...first!].filter((key) => others.every((keys) => keys.has(key)));
  return typeof value === "object" && value !== null && common.every((key) => key in value);
}

describe("the list of a folder", () => {
  const registry = { folder: "ways", list: "ways", type: "Way", contract: "./way.ts", what: "ways" };

  async function listFor(files: Record<string, string>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "isogate-lists-"));
    await mkdir(join(folder, "ways"));
    for (const [name, text] of Object.entries({ "way.ts": "export interface Way {}", ...files }))
      await writeFile(join(folder, "ways", name), text);
    return listOf(folder, registry);
  }

  it("has what its files export, and leaves out what they share", async () => {
    expect(
      await listFor({
        "on-foot.ts": 'import { pace } from "./pace.ts";\nexport const onFoot: Way = { pace };\n',
        "pace.ts": "export const pace = 5;\n",
        "by-sea.ts": "export const byShip: Way = {};\nexport const byRaft: Way = {};\n",
      }),
    ).toBe(`/** The ways of this folder. Written by \`npm run build\` from its files. */
import type { Way } from "./way.ts";
import { byShip, byRaft } from "./by-sea.ts";
import { onFoot } from "./on-foot.ts";

export const ways: readonly Way[] = [byShip, byRaft, onFoot];
`);
  });

  it("names the file that would be forgotten", async () => {
    await expect(listFor({ "on-foot.ts": "export const onFoot = {};\n" })).rejects.toThrow(
      'ways/on-foot.ts exports no "const …: Way =", and no file beside it imports it.',
    );
  });

  it("is written as prettier writes it, with many members too", async () => {
    const names = Array.from({ length: 30 }, (_, number) => `way${number}`);
    const text = await listFor(
      Object.fromEntries(names.map((name) => [`${name}.ts`, `export const ${name}: Way = {};\n`])),
    );
    const { format, resolveConfig } = await import("prettier");
    const path = join(root, "src/ways.ts");
    expect(await format(text, { ...(await resolveConfig(path)), filepath: path })).toBe(text);
    expect(text).toContain("  way9,\n];");
  });
});
