/**
 * The Worker as wrangler bundles it, in a folder that `wrangler deploy` takes as it is, with the bindings that stand for
 * Cloudflare's where the runtime runs alone.
 */
import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import { build } from "esbuild";
import { parse } from "jsonc-parser";
import { platformFiles } from "../../src/cli/engine/config.ts";
import { places } from "../../src/cli/places.ts";

const root = join(import.meta.dirname, "../..");

/**
 * @param folder is emptied; holds the modules and `wrangler.json` afterwards
 * @param entry another main file than the configured one, as a path from the root of the repository
 * @param configuration another one than the project's, as a path from the root
 * @returns the files that it is made of, as paths from the root
 */
export async function buildWorker(
  folder: string,
  entry?: string,
  configuration = "wrangler.jsonc",
): Promise<string[]> {
  const metafile = `${folder}-meta.json`;
  await rm(folder, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [
      places.wrangler!,
      "deploy",
      ...(entry === undefined ? [] : [entry]),
      `--config=${configuration}`,
      "--dry-run",
      "--minify",
      `--outdir=${folder}`,
      `--metafile=${metafile}`,
    ],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        // The configured build runs `node`, which may be one on PATH that is too old for our sources.
        PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
        WRANGLER_SEND_METRICS: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_WRITE_LOGS: "false",
      },
    },
  );
  const {
    $schema: _schema,
    build: _build,
    ...config
  } = parse(await readFile(join(root, configuration), "utf8")) as Record<string, unknown>;
  const { inputs, outputs } = JSON.parse(await readFile(metafile, "utf8")) as Record<
    "inputs" | "outputs",
    Record<string, { entryPoint?: string }>
  >;
  const main = basename(Object.entries(outputs).find(([, { entryPoint }]) => entryPoint)?.[0] ?? "index.js");
  for (const unwanted of [`${main}.map`, "README.md"]) await rm(join(folder, unwanted), { force: true });
  const built = {
    ...config,
    main,
    no_bundle: true,
    rules: [
      // What stands for Cloudflare's bindings is in a folder of its own, and is not deployed.
      { type: "ESModule", globs: ["*.js"] },
      { type: "Text", globs: ["*.txt"] },
    ],
  };
  await writeFile(join(folder, "wrangler.json"), `${JSON.stringify(built, undefined, 2)}\n`);
  await rm(metafile);
  await buildPlatform(folder);
  return Object.keys(inputs);
}

/** Nothing of a package is in them. */
async function buildPlatform(folder: string): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(
      Object.values(platformFiles).map((file) => [
        file.replace(/\.js$/, ""),
        join(root, "src/cli/engine", file.replace(/\.js$/, ".ts")),
      ]),
    ),
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:workers"],
    logLevel: "warning",
  });
}
