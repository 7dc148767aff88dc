/**
 * Bundles the two programs that do not run in the Worker itself into texts that it imports: what runs inside an
 * isolate (dist/guest.txt, handed to the loader) and what runs in the console's browser (dist/console.txt, served).
 * Real, linted programs instead of code written as a string.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

await mkdir(join(root, "dist"), { recursive: true });
await bundle("src/sandbox/guest/main.ts", "dist/guest.txt", [
  "./program.js",
  "cloudflare:workers",
  "./*.json",
  "./*.bin",
]);
await bundle("src/console/browser/main.js", "dist/console.txt", []);

async function bundle(entry: string, target: string, external: string[]): Promise<void> {
  const result = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    minify: true,
    legalComments: "none",
    external,
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild wrote no file for ${entry}`);
  await writeFile(join(root, target), file.contents);
}
