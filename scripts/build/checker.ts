/**
 * Bundles the type checker's isolate (src/check/types/checker/main.ts) into dist/checker.txt, which the Worker hands
 * to the loader when code is first checked. TypeScript 6.0.3 is the last version with a checker in JavaScript; it
 * exports none of its parts, so that its file is made a module here and all but the checker is left out.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { checkerModule } from "./compiler-parts.ts";

const root = join(import.meta.dirname, "../..");
const compiler = join(root, "node_modules/ts-checker/lib");

async function library(): Promise<string> {
  const text = await readFile(join(root, "src/check/types/checker/library.txt"), "utf8");
  return text
    .replace(/^\/\/.*$/gm, "")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}

const compilerParts: Plugin = {
  name: "compiler-parts",
  setup(bundle) {
    bundle.onResolve({ filter: /^isogate:/ }, ({ path }) => ({ path, namespace: "compiler" }));
    bundle.onLoad({ filter: /checker$/, namespace: "compiler" }, async () => ({
      contents: await checkerModule(compiler),
      loader: "js",
    }));
    bundle.onLoad({ filter: /library$/, namespace: "compiler" }, async () => ({
      contents: await library(),
      loader: "text",
    }));
  },
};

const sources = [
  ...["main.ts", "check.ts", "explain.ts"].map((name) => join("src/check/types/checker", name)),
  "src/request/nearest.ts",
  "src/check/types/checker/library.txt",
  "scripts/build/compiler-parts.ts",
].map((name) => join(root, name));
const digest = createHash("sha256");
for (const file of [import.meta.filename, ...sources, join(compiler, "../package.json")])
  digest.update(await readFile(file));
const key = digest.digest("hex");
const target = join(root, "dist/checker.txt");
const head = `/* ${key} */\n`;
const built = await readFile(target, "utf8").catch(() => "");
// Six megabytes of input: only worth the seconds when something changed.
if (!built.startsWith(head)) {
  const result = await build({
    entryPoints: [join(root, "src/check/types/checker/main.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', require: "undefined", __filename: '""' },
    external: ["cloudflare:workers"],
    plugins: [compilerParts],
    logLevel: "error",
  });
  await mkdir(join(root, "dist"), { recursive: true });
  await writeFile(target, head + (result.outputFiles[0]?.text ?? ""));
}
process.exit(0);
