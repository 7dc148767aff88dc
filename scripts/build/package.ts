/**
 * What `npm pack` puts into the package, beside the plain files: the command and its thread as one JavaScript file each (Node
 * strips no types in node_modules), and the Worker as wrangler bundles it. Both hold what they need; only the runtime, workerd, stays
 * a dependency. Runs before packing.
 */
import { execFileSync } from "node:child_process";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { licences } from "./licences.ts";
import { publishManifest } from "./manifest.ts";
import { buildWorker } from "./worker.ts";

const root = join(import.meta.dirname, "../..");
const dist = join(root, "dist");

/** Files are found from where the source was: dist/ is one level below the root, and the folders lie as in a clone. */
const sameFolders: Plugin = {
  name: "same-folders",
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      const folder = JSON.stringify(`/../${relative(root, dirname(path)).replaceAll("\\", "/")}`);
      return {
        contents: contents.replaceAll("import.meta.dirname", `(import.meta.dirname + ${folder})`),
        loader: "ts",
      };
    });
  },
};

execFileSync(process.execPath, [join(import.meta.dirname, "guest.ts")], { cwd: root, stdio: "inherit" });
const bundled = [...(await buildWorker(join(dist, "worker"))), ...(await bundleCommand())];
await buildPublic();
// What is handed to isolates as text is bundled too: acorn and sucrase in the guest.
const asText = ["acorn", "sucrase"].map((name) => `node_modules/${name}/`);
const inBrowsers = await browserFiles();
await writeFile(join(dist, "licenses.txt"), await licences(root, [...bundled, ...asText, ...inBrowsers]));
await publishManifest();

/** @returns the files that the console's scripts are made of; `guest.ts` bundles them */
async function browserFiles(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/console/browser/main.js", "src/console/browser/editor.js"],
    outdir: "dist",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
  });
  return Object.keys(metafile.inputs);
}

/** What `import … from "isogate"` gives a project, and its types. Nothing of a package is in them. */
async function buildPublic(): Promise<void> {
  const source = join(root, "src/terms/public.ts");
  await build({ entryPoints: { index: source }, outdir: dist, format: "esm", target: "es2022" });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const made = join(dist, "types");
  const options = `--ignoreConfig --declaration --emitDeclarationOnly --target es2024 --lib es2024,dom --types node --skipLibCheck --strict`;
  execFileSync(process.execPath, [tsc, ...options.split(" "), "--outDir", made, source], {
    stdio: "inherit",
  });
  await rename(join(made, "public.d.ts"), join(dist, "index.d.ts"));
  await rm(made, { recursive: true });
}

/** @returns the files that it is made of */
async function bundleCommand(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: {
      cli: join(root, "src/cli/main.ts"),
      "schema-check": join(root, "src/cli/schema-check.ts"),
    },
    metafile: true,
    outdir: dist,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // The module form first: what is written for require hides its own requires from a bundler.
    mainFields: ["module", "main"],
    minifySyntax: true,
    legalComments: "none",
    define: { ISOGATE_PACKAGED: "true" },
    // Packages that are CommonJS inside ask for Node's own modules by require.
    banner: {
      js: 'import { createRequire as _require } from "node:module"; const require = _require(import.meta.url);',
    },
    plugins: [sameFolders],
    external: ["esbuild"],
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}
