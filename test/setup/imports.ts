/** Which file of a folder imports which, types included, for the tests that hold the order of the house. */
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, normalize } from "node:path";
import type * as Parser from "sucrase/dist/types/parser/index.d.ts";

/**
 * File → what it imports: files of the project as paths from the root, whether they exist or not, and `computed` for a
 * name that only shows when the code runs. Node packages are left out.
 */
export type Imports = Map<string, string[]>;

/** As an import of TypeScript or JavaScript may leave it out or replace it. */
const endings = ["", ".ts", ".js", ".d.ts", "/index.ts", "/index.js"];

/** @param root folder of the project; @param folder a folder in it, such as `src` */
export async function importsOf(root: string, folder: string): Promise<Imports> {
  const imports: Imports = new Map();
  const pathOf = (from: string, name: string) => {
    const path = normalize(join(dirname(from), name)).replaceAll("\\", "/");
    const isFile = (one: string) => /\.\w+$/.test(one) && existsSync(join(root, one));
    return (
      [path, path.replace(/\.js$/, "")].flatMap((one) => endings.map((end) => one + end)).find(isFile) ?? path
    );
  };
  for await (const found of glob(`${folder}/**/*.{ts,js,mts,mjs,cts,cjs}`, { cwd: root })) {
    const file = found.replaceAll("\\", "/");
    const own = namesIn(await readFile(join(root, file), "utf8"))
      .filter((name) => name === undefined || /^(?:[./]|file:)/.test(name))
      .map((name) => (name === undefined ? "computed" : name.startsWith(".") ? pathOf(file, name) : name));
    imports.set(file, [...new Set(own)]);
  }
  return imports;
}

// Its tokens show types, too, which a bundler would drop.
const parser = createRequire(import.meta.url)("sucrase/dist/parser") as typeof Parser;

/** What a module imports or exports from, in its own words; undefined for what is computed. */
function namesIn(code: string): (string | undefined)[] {
  const { tokens } = parser.parse(code, false, true, false);
  const texts = tokens.map(({ start, end }) => code.slice(start, end));
  return texts.flatMap((text, at) => {
    const isText = /^["']/.test(text);
    const [before, last] = texts.slice(Math.max(0, at - 2), at);
    if (isText && /^(?:from|import)$/.test(texts[at - 1] ?? "")) return [text.slice(1, -1)];
    if (last !== "(" || !/^(?:import|require)$/.test(before ?? "")) return [];
    if (isText && /^[,)]$/.test(texts[at + 1] ?? "")) return [text.slice(1, -1)];
    const isWhole = text === "`" && texts[at + 2] === "`";
    return isWhole ? [texts[at + 1]] : before === "import" ? [undefined] : [];
  });
}

/** Everything that a file needs, itself included. */
export function closureOf(imports: Imports, files: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const left = [...files];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    left.push(...(imports.get(file) ?? []));
  }
  return reached;
}

/** @returns the files of one circle, in the order of their imports; undefined if there is none */
export function circleIn(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (done.has(file)) return undefined;
    const before = way.indexOf(file);
    if (before >= 0) return [...way.slice(before), file];
    way.push(file);
    for (const target of imports.get(file) ?? []) {
      const circle = visit(target);
      if (circle) return circle;
    }
    way.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}
