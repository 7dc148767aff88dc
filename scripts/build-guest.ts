/**
 * Bundles what runs inside an isolate (src/sandbox/guest/main.ts) into dist/guest.txt, which the Worker imports as
 * text and hands to the loader: a real, linted, typed program instead of host code written as a string.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const result = await build({
  entryPoints: [join(root, "src/sandbox/guest/main.ts")],
  bundle: true,
  write: false,
  format: "esm",
  target: "es2024",
  minify: true,
  legalComments: "none",
  external: ["./program.js", "cloudflare:workers", "./*.json", "./*.bin"],
});
const bundle = result.outputFiles[0];
if (!bundle) throw new Error("esbuild wrote no file for src/sandbox/guest/main.ts");
await mkdir(join(root, "dist"), { recursive: true });
await writeFile(join(root, "dist/guest.txt"), bundle.contents);
