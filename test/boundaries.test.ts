/**
 * The order of the house. A call falls through `src` from the end of this list to its beginning: a folder imports,
 * types included, only what stands before it. AGENTS.md and docs/design.md show this very order.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, it, onTestFinished } from "vitest";
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

/** Beside the folders. Any other file there would be in no place of the order. */
const besideFolders = ["src/index.ts", "src/relayed.ts", "src/env.d.ts", "src/text.d.ts"];

/** What the program takes from outside `src`, apart from packages. */
const fromOutside: { by: RegExp; what: RegExp }[] = [
  { by: /./, what: /^dist\/[\w-]+\.txt$/ },
  { by: /^src\/cli\//, what: /^demo\// },
  // An operator's own config, bundled.
  { by: /^src\/cli\/own\/project\.ts$/, what: /^computed$/ },
  // Modules of an isolate, which the host puts there.
  { by: /^src\/sandbox\/guest\/(?:main|catalogs)\.ts$/, what: /^computed$/ },
];

const root = join(import.meta.dirname, "..");
const imports = await importsOf(root, "src");

/** Arrows that lead from a folder to one that stands after it, or to no folder of the list. */
function backArrows(all: Imports, place: string, order: readonly string[]): string[] {
  const isIn = (file: string) => file.startsWith(`${place}/`);
  const folderOf = (file: string) => file.slice(place.length + 1).match(/^([^/]+)\//)?.[1];
  const arrows: string[] = [];
  for (const [file, targets] of all) {
    const folder = isIn(file) ? folderOf(file) : undefined;
    if (folder === undefined) continue;
    const from = order.indexOf(folder);
    // A file beside the folders is a bridge: what it imports counts.
    const bridged = new Set(targets);
    for (const target of bridged)
      if (isIn(target) && folderOf(target) === undefined)
        for (const next of all.get(target) ?? []) bridged.add(next);
    for (const target of bridged) {
      const to = isIn(target) ? folderOf(target) : undefined;
      if (to !== undefined && (order.indexOf(to) < 0 || order.indexOf(to) > from))
        arrows.push(`${file} imports ${target}`);
    }
  }
  return arrows;
}

/** Files and imports that are outside the order, so that it cannot hold them. */
function strays(all: Imports): string[] {
  const files = [...all.keys()].filter((file) => /^src\/[^/]+$/.test(file) && !besideFolders.includes(file));
  const arrows = [...all].flatMap(([file, targets]) =>
    targets
      .filter((target) => !all.has(target))
      .filter((target) => !fromOutside.some(({ by, what }) => by.test(file) && what.test(target)))
      .map((target) => `${file} imports ${target}`),
  );
  return [...files, ...arrows];
}

/** Everything that is wrong with the order. */
function faultsOf(all: Imports): string[] {
  const circle = circleIn(all);
  return [
    ...backArrows(all, "src", folders),
    ...Object.entries(parts).flatMap(([folder, order]) => backArrows(all, `src/${folder}`, order)),
    ...strays(all),
    ...(circle ? [`circle: ${circle.join(" → ")}`] : []),
  ];
}

describe("the folders of src", () => {
  it("are those of the list", async () => {
    const found = (await readdir(join(root, "src"), { withFileTypes: true })).filter((one) =>
      one.isDirectory(),
    );
    expect(found.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
  });

  it("import only what stands before them, types included, and in no circle", () => {
    expect(faultsOf(imports)).toEqual([]);
  });

  it("stand in this order in AGENTS.md and docs/design.md", async () => {
    const order = folders.toReversed().join(" → ");
    for (const page of ["AGENTS.md", "docs/design.md"])
      expect((await readFile(join(root, page), "utf8")).replaceAll(/\s+/g, " "), page).toContain(order);
  });
});

const secret = { "vault/secret.ts": "export const secret = 1; export type Secret = 1;" };
const arrow = "src/terms/x.ts imports src/vault/secret.ts";
const code = (text: string) => ({ "terms/x.ts": text, ...secret });

/** Files of `src` (with `..` of the project), and the fault that must be named. */
const planted: { of: string; files: Record<string, string>; want: string }[] = [
  { of: "a plain import", files: code('import { secret } from "../vault/secret.ts";'), want: arrow },
  { of: "a type", files: code('import type { Secret } from "../vault/secret.ts";'), want: arrow },
  { of: "a type in place", files: code('let x: import("../vault/secret.ts").Secret;'), want: arrow },
  { of: "an export", files: code('export * from "../vault/secret.ts";'), want: arrow },
  { of: "an import for its effect", files: code("import '../vault/secret.ts'"), want: arrow },
  {
    of: "a comment with an apostrophe",
    files: code('import {\n  // the vault\'s own; "quoted" `too`\n  secret,\n} from "../vault/secret.ts";'),
    want: arrow,
  },
  {
    of: "a comment before the name",
    files: code('import { secret } from /* x */ "../vault/secret.ts";'),
    want: arrow,
  },
  { of: "a lazy import", files: code('await import(/* c */ "../vault/secret.ts");'), want: arrow },
  { of: "a lazy import with options", files: code('await import("../vault/secret.ts", {});'), want: arrow },
  { of: "a lazy import in backticks", files: code("await import(`../vault/secret.ts`);"), want: arrow },
  {
    of: "a computed import",
    files: code('await import("../vault/" + "secret.ts");'),
    want: "src/terms/x.ts imports computed",
  },
  { of: "a missing extension", files: code('import { secret } from "../vault/secret";'), want: arrow },
  { of: "another extension", files: code('import { secret } from "../vault/secret.js";'), want: arrow },
  { of: "a name in quotes", files: code('import { "x y" as a } from "../vault/secret.ts";'), want: arrow },
  {
    of: "a folder",
    files: { "terms/x.ts": 'import "../vault";', "vault/index.ts": "" },
    want: "src/terms/x.ts imports src/vault/index.ts",
  },
  {
    of: "JavaScript",
    files: { "terms/x.js": 'import "../vault/secret.js";', "vault/secret.js": "" },
    want: "src/terms/x.js imports src/vault/secret.js",
  },
  {
    of: "a file that is not there",
    files: { "terms/x.ts": 'import "../vault/lost.ts";' },
    want: "src/terms/x.ts imports src/vault/lost.ts",
  },
  { of: "a file beside the folders", files: { "zhole.ts": "" }, want: "src/zhole.ts" },
  {
    of: "a bridge beside the folders",
    files: { ...code('import "../zhole.ts";'), "zhole.ts": 'export * from "./vault/secret.ts";' },
    want: arrow,
  },
  {
    of: "the wiring as a bridge",
    files: { ...code('import "../index.ts";'), "index.ts": 'export * from "./vault/secret.ts";' },
    want: arrow,
  },
  {
    of: "a bridge outside src",
    files: {
      ...code('import "../../scripts/x.ts";'),
      "../scripts/x.ts": 'export * from "../src/vault/secret.ts";',
    },
    want: "src/terms/x.ts imports scripts/x.ts",
  },
  { of: "an address", files: code('import "/etc/x.ts";'), want: "src/terms/x.ts imports /etc/x.ts" },
  {
    of: "demo, outside cli",
    files: code('import "../../demo/server.ts";'),
    want: "src/terms/x.ts imports demo/server.ts",
  },
  {
    of: "a folder in no list",
    files: { "cli/a.ts": 'import "../lost/c.ts";', "lost/c.ts": "" },
    want: "src/cli/a.ts imports src/lost/c.ts",
  },
  {
    of: "a part of a folder",
    files: { "gateway/run/a.ts": 'import "../send/b.ts";', "gateway/send/b.ts": "" },
    want: "src/gateway/run/a.ts imports src/gateway/send/b.ts",
  },
  {
    of: "a bridge between parts",
    files: {
      "gateway/run/a.ts": 'import "../call.ts";',
      "gateway/call.ts": 'import "./send/b.ts";',
      "gateway/send/b.ts": "",
    },
    want: "src/gateway/run/a.ts imports src/gateway/send/b.ts",
  },
  {
    of: "a circle",
    files: {
      "terms/a.ts": 'import "./b.ts";',
      "terms/b.ts": 'import type {\n  A, // it\'s a\n} from /* x */ "./c.ts";',
      "terms/c.ts": 'export * from "./b";',
    },
    want: "circle: src/terms/b.ts → src/terms/c.ts → src/terms/b.ts",
  },
];

describe("the test of the order", () => {
  const faultsIn = async (files: Record<string, string>) => {
    const folder = await mkdtemp(join(tmpdir(), "isogate-order-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, "src", name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    return faultsOf(await importsOf(folder, "src"));
  };

  it.each(planted)("names $of", async ({ files, want }) => expect(await faultsIn(files)).toContain(want));

  it("has nothing against what is in order, comments and texts that look like imports included", async () =>
    expect(
      await faultsIn({
        "vault/a.ts":
          'import { z } from "zod";\nimport type { B } from "../terms/b.ts";\nimport t from "../../dist/guest.txt";',
        "terms/b.ts": 'export type B = 1; // import "../vault/a.ts"\nconst b = `import("../vault/a.ts")`;',
        "cli/c.ts": 'import "../../demo/server.ts"; import "../vault/a.ts";',
      }),
    ).toEqual([]));
});

describe("what is shipped beside code of a model", () => {
  const guest = [...closureOf(imports, Object.values(guestParts))].filter((path) => path !== "computed");

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
