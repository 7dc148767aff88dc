/**
 * The operator's `isogate.config.ts` as one ES module: types stripped, what it imports bundled in, every loop and function
 * watched (src/terms/own.ts). The same text runs in the Worker and in the commands.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "acorn";
import type * as esbuild from "esbuild";
import { guardLoops } from "../../check/guard.ts";
import { Edits } from "../../check/line-preserving-edits.ts";
import { places, version } from "../places.ts";

/** Left to itself while it is read; then by whom it is called. */
const loadMs = 5_000;

const tick = "$isogateTick";
const watch = "$isogateWatch";
/** What the parts of a project are imported by. */
const entry = "isogate:project";

/** @param path of the config @returns the module. @throws Error that names file and line */
export async function bundleOwn(path: string): Promise<{ code: string; hash: string }> {
  const contents = `import * as members from ${JSON.stringify(path)};
globalThis[Symbol.for("isogate.own")] = { members, watch: ${watch} };`;
  const text = await bundled(contents, path);
  // In front of the text and in its first line, so that no line moves. A Worker has no clock while it is loaded.
  const clock = `let ${tick} = ((began) => () => {
  if (began > 0 && Date.now() - began > ${loadMs}) throw new Error("it did not end within ${loadMs / 1_000} s");
})(Date.now());
const ${watch} = (by) => void (${tick} = by);`.replaceAll("\n", " ");
  const edits = new Edits(text);
  edits.insert(0, clock);
  guardLoops(parse(text, { ecmaVersion: "latest", sourceType: "module" }), edits, tick);
  const code = edits.apply().text;
  return { code, hash: createHash("sha256").update(code).digest("hex").slice(0, 20) };
}

async function bundled(contents: string, path: string): Promise<string> {
  const folder = dirname(path);
  // Only who has a config waits for it. In a package it is not bundled: it is a program with a file for each system.
  const { build } = createRequire(import.meta.url)("esbuild") as typeof esbuild;
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: folder, sourcefile: entry },
      absWorkingDir: folder,
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      platform: "browser",
      conditions: ["workerd", "worker"],
      external: ["node:*", "cloudflare:*"],
      alias: { isogate: places.publicModule },
      sourcemap: "inline",
      sourceRoot: pathToFileURL(`${folder}/`).href,
      sourcesContent: false,
      legalComments: "none",
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  } catch (error) {
    const [first] = (error as Partial<esbuild.BuildFailure>).errors ?? [];
    if (!first) throw error;
    const { location, text } = first;
    const where = location && location.file !== entry ? `${location.file}:${location.line}` : basename(path);
    const [, name] = /^No matching export .* for import "(\w+)"/.exec(text) ?? [];
    if (name !== undefined && /["']isogate["']/.test(location?.lineText ?? ""))
      throw new Error(
        `${where}: isogate ${version} has no "${name}". If a later version has it: npm update isogate.`,
        { cause: error },
      );
    throw new Error(`${where}: ${text}`, { cause: error });
  }
}
