/** Which file of a folder imports which, types included. Read as text, for the tests that hold the order of the house. */
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";

/** File → the files of the project that it imports, both as paths from the root. */
export type Imports = Map<string, string[]>;

const pattern =
  /\b(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']|\bimport\s*["']([^"']+)["']/g;

/** @param root folder of the project; @param folder a folder in it, such as `src` */
export async function importsOf(root: string, folder: string): Promise<Imports> {
  const imports: Imports = new Map();
  for await (const file of glob(`${folder}/**/*.{ts,js}`, { cwd: root })) {
    const text = await readFile(join(root, file), "utf8");
    const named = [...text.matchAll(pattern)].map(([, from, lazy, bare]) => from ?? lazy ?? bare ?? "");
    const own = named
      .filter((name) => name.startsWith("."))
      .map((name) => normalize(join(dirname(file), name)).replaceAll("\\", "/"))
      .filter((target) => /\.[jt]s$/.test(target) && existsSync(join(root, target)));
    imports.set(file.replaceAll("\\", "/"), [...new Set(own)]);
  }
  return imports;
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
