/** An API of any size, of real operations. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readApiFile, specsFolder, type ConfiguredApi } from "../../src/cli/apis.ts";
import { rawDocument } from "./subjects.ts";

type Operation = { operationId?: string };

/** GitHub's operations from the first on, and from the beginning again under another prefix where they do not suffice. */
export async function slice(folder: string, operations: number): Promise<ConfiguredApi> {
  const github = await readApiFile(join(specsFolder, "github.jsonc"));
  const document = await rawDocument(github);
  const paths = pathsOf(document["paths"] as Record<string, Record<string, Operation>>, operations);
  const components = reachable(document["components"], paths);
  const source = `${operations}-operations.json`;
  await writeFile(join(folder, source), JSON.stringify({ ...document, components, paths }));
  return { name: "edge", folder, file: { ...github.file, source, title: `${operations} operations` } };
}

function pathsOf(whole: Record<string, Record<string, Operation>>, operations: number) {
  const paths: Record<string, Record<string, unknown>> = {};
  let left = operations;
  for (let copy = 0; left > 0; copy++) {
    for (const [path, item] of Object.entries(whole)) {
      if (left === 0) break;
      const kept: Record<string, unknown> = {};
      for (const [method, operation] of Object.entries(item)) {
        if (left === 0 || typeof operation !== "object" || Array.isArray(operation)) continue;
        left--;
        kept[method] =
          copy === 0 ? operation : { ...operation, operationId: `${operation.operationId}-${copy}` };
      }
      if (Object.keys(kept).length > 0) paths[copy === 0 ? path : `/copy${copy}${path}`] = kept;
    }
  }
  return paths;
}

/** The components that are referred to, from the paths or from one another. */
function reachable(components: unknown, paths: unknown): Record<string, Record<string, unknown>> {
  const all = components as Record<string, Record<string, unknown>>;
  const kept: Record<string, Record<string, unknown>> = {};
  const waiting: unknown[] = [paths];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    for (const [, kind, name] of JSON.stringify(part).matchAll(/"#\/components\/([^/"]+)\/([^/"]+)/g)) {
      const component = all[kind!]?.[name!];
      if (component === undefined || kept[kind!]?.[name!] !== undefined) continue;
      (kept[kind!] ??= {})[name!] = component;
      waiting.push(component);
    }
  }
  return kept;
}
