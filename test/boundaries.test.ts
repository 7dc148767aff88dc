/**
 * The order of the house. A call falls through `src` from the end of this list to its beginning: a folder imports,
 * types included, only what stands before it. AGENTS.md and docs/design.md show this very order.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { guestParts } from "../src/sandbox/guest/contract.ts";
import { circleIn, closureOf, importsOf, type Imports } from "./setup/imports.ts";

const folders = [
  "terms",
  "spec",
  "request",
  "store",
  "deployment",
  "learned",
  "vault",
  "gateway",
  "sandbox",
  "check",
  "mcp",
  "auth",
  "fairness",
  "console",
  "cli",
];

/** The same inside folders whose parts have an order. */
const parts: Record<string, string[]> = {
  gateway: ["run", "read", "sign", "decide", "record", "send", "approve"],
  spec: ["load", "compile", "read"],
};

/** What answers requests is wired in files that may import every folder. */
const wiring = new Set(["src/index.ts"]);

const root = join(import.meta.dirname, "..");
const imports = await importsOf(root, "src");

/** Arrows that lead from a folder to one that stands after it, or to no folder of the list. */
function backArrows(all: Imports, place: string, order: readonly string[]): string[] {
  const rank = (file: string) => {
    const rest = file.slice(place.length + 1);
    return file.startsWith(`${place}/`) && rest.includes("/")
      ? order.indexOf(rest.split("/", 1)[0] ?? "")
      : undefined;
  };
  const arrows: string[] = [];
  for (const [file, targets] of all) {
    if (wiring.has(file)) continue;
    const from = rank(file);
    if (from === undefined) continue;
    for (const target of targets) {
      const to = rank(target);
      if (to !== undefined && (to < 0 || to > from)) arrows.push(`${file} imports ${target}`);
    }
  }
  return arrows;
}

describe("the folders of src", () => {
  it("are those of the list", async () => {
    const found = (await readdir(join(root, "src"), { withFileTypes: true })).filter((one) =>
      one.isDirectory(),
    );
    expect(found.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
  });

  it("import only what stands before them, types included", () => {
    expect(backArrows(imports, "src", folders)).toEqual([]);
    for (const [folder, order] of Object.entries(parts))
      expect(backArrows(imports, `src/${folder}`, order)).toEqual([]);
  });

  it("hold no circle of files, types included", () => {
    expect(circleIn(imports)).toBeUndefined();
  });

  it("stand in this order in AGENTS.md and docs/design.md", async () => {
    const order = folders.toReversed().join(" → ");
    for (const page of ["AGENTS.md", "docs/design.md"])
      expect((await readFile(join(root, page), "utf8")).replaceAll(/\s+/g, " "), page).toContain(order);
  });
});

describe("the test of the order", () => {
  const file = (name: string, ...targets: string[]): [string, string[]] => [
    `src/${name}`,
    targets.map((to) => `src/${to}`),
  ];

  it("names an arrow that leads back", () => {
    const planted: Imports = new Map([file("terms/a.ts", "vault/b.ts"), file("vault/b.ts")]);
    expect(backArrows(planted, "src", folders)).toEqual(["src/terms/a.ts imports src/vault/b.ts"]);
  });

  it("names a folder that is in no list", () => {
    const planted: Imports = new Map([file("cli/a.ts", "lost/c.ts")]);
    expect(backArrows(planted, "src", folders)).toEqual(["src/cli/a.ts imports src/lost/c.ts"]);
  });

  it("names the files of a circle", () => {
    const planted: Imports = new Map([file("a.ts", "b.ts"), file("b.ts", "c.ts"), file("c.ts", "b.ts")]);
    expect(circleIn(planted)).toEqual(["src/b.ts", "src/c.ts", "src/b.ts"]);
  });
});

describe("what is shipped beside code of a model", () => {
  const guest = [...closureOf(imports, Object.values(guestParts))];

  it("is in folders that say so, and holds nothing that can open a secret", () => {
    const allowed =
      /^src\/(?:sandbox\/(?:guest\/|limits\.ts)|request\/|spec\/(?:read\/|[\w-]+\.ts$)|terms\/)/;
    expect(guest.filter((path) => !allowed.test(path))).toEqual([]);
  });

  it("is made anew by wrangler dev whenever any of it changes", async () => {
    const { build } = parse(await readFile(join(root, "wrangler.jsonc"), "utf8")) as {
      build: { watch_dir: string[] };
    };
    const watched = (path: string) => build.watch_dir.some((folder) => path.startsWith(`${folder}/`));
    expect(guest.filter((path) => !watched(path))).toEqual([]);
  });
});
