/**
 * The operator's `isogate.config.ts` as one ES module: types stripped, what it imports bundled in, every loop and function
 * watched (src/terms/own.ts). The same text runs in the Worker and in the commands.
 */
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
export async function bundleOwn(path: string): Promise<string> {
  const text = `import * as members from ${JSON.stringify(path)};`;
  return watched(await bundled(`${text}\n${registered("members")}`, path));
}

/** The pagings alone, with what they need: it runs beside hostile code. @param names of their exports */
export async function bundlePagings(path: string, names: readonly string[]): Promise<string> {
  const imports = names.map((name, at) => `${name} as paging${at}`);
  const members = names.map((_, at) => `paging${at}`);
  const text = `import { ${imports.join(", ")} } from ${JSON.stringify(path)};`;
  const whole = await bundled(`${text}\n${registered(`{ ${members.join(", ")} }`)}`, path);
  // Only within one file esbuild knows that a function has no effects, so that what nothing uses can go.
  return watched(await bundled(whole.replace(mapping, ""), path)).replace(mapping, "");
}

/** The same module, which hands the source of the pagings on. */
export function withPagings(code: string, pagings: string): string {
  return `${code}\nglobalThis[Symbol.for("isogate.own")].pagings = ${JSON.stringify(pagings)};\n`;
}

const mapping = /^\/\/# sourceMappingURL=.*$/gm;

const registered = (members: string) =>
  `globalThis[Symbol.for("isogate.own")] = { members: ${members}, watch: ${watch} };`;

function watched(text: string): string {
  // In front of the text and in its first line, so that no line moves. A Worker has no clock while it is loaded.
  const clock = `let ${tick} = ((began) => () => {
  if (began > 0 && Date.now() - began > ${loadMs}) throw new Error("it did not end within ${loadMs / 1_000} s");
})(Date.now());
const ${watch} = (by) => void (${tick} = by);`.replaceAll("\n", " ");
  const edits = new Edits(text);
  edits.insert(0, clock);
  guardLoops(parse(text, { ecmaVersion: "latest", sourceType: "module" }), edits, tick);
  return edits.apply().text;
}

/** What to do about something that is imported and not there. */
function nextStep(text: string): string {
  const [, wanted] = /^Could not resolve "([^"]+)"$/.exec(text) ?? [];
  if (wanted === undefined) return "";
  if (/^[./]/.test(wanted)) return ". Correct the path, or write that file.";
  const [scope, name] = wanted.split("/");
  return `. If it is a package: npm install ${wanted.startsWith("@") ? `${scope}/${name}` : scope}`;
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
    throw new Error(`${where}: ${text}${nextStep(text)}`, { cause: error });
  }
}
