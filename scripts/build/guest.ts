/**
 * `npm run build`. Writes the lists of what can be added by one file, and bundles the programs that do not run in the Worker itself into texts that it imports: what runs inside an
 * isolate (dist/guest.txt, handed to the loader) and what runs in the console's browser (dist/console.txt and dist/editor.txt, served).
 * Real, linted programs instead of code written as a string.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { type GuestBundle } from "../../src/sandbox/bundle.ts";
import { writeLists } from "./lists.ts";
import { guestParts } from "../../src/sandbox/guest/contract.ts";

const root = join(import.meta.dirname, "../..");

await writeLists(root);
await mkdir(join(root, "dist"), { recursive: true });
await writeChanged("guest.txt", JSON.stringify(await bundleGuest()));
for (const [entry, name] of [
  ["main.js", "console.txt"],
  ["editor.js", "editor.txt"],
] as const) {
  const [script] = (await bundle(`src/console/browser/${entry}`, [])).outputFiles;
  await writeChanged(name, script?.text ?? "");
}

/** Unchanged files are not written: a server that runs from this folder would restart. */
async function writeChanged(name: string, text: string): Promise<void> {
  const path = join(root, "dist", name);
  if ((await readFile(path, "utf8").catch(() => undefined)) !== text) await writeFile(path, text);
}

/** The harness and the parts that it imports when a program needs them, each with the chunks that they share. */
async function bundleGuest(): Promise<GuestBundle> {
  const given = ["./program.js", "cloudflare:workers", "./*.txt", "./*.bin"];
  const { outputFiles, metafile } = await bundle("src/sandbox/guest/main.ts", given);
  const modules = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
  const outputs = Object.entries(metafile.outputs);
  const withImports = (name: string): string[] => {
    const imports = metafile.outputs[name]?.imports ?? [];
    const own = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
    return [basename(name), ...own.flatMap(({ path }) => withImports(path))];
  };
  const parts = Object.entries(guestParts).map(([part, source]) => {
    const found = outputs.find(([, { entryPoint }]) => entryPoint === source);
    if (!found) throw new Error(`esbuild made no module of ${source}`);
    return [part, [...new Set(withImports(found[0]))]];
  });
  return { modules, parts: Object.fromEntries(parts) as GuestBundle["parts"] };
}

async function bundle(entry: string, external: string[]) {
  return build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: "dist",
    entryNames: "[name]",
    // Names are shipped too.
    chunkNames: "[hash]",
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    minify: true,
    legalComments: "none",
    external,
  });
}
