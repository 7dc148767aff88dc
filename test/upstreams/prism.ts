/** Starts Prism for each document: a mock that answers only what the document allows. */
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { loadDocument } from "../../src/spec/load/load-document.ts";
import { fetchNpmDocuments } from "../../src/spec/load/npm.ts";
import { documentsFolder } from "../../src/spec/load/load-document.ts";
import { prismDocuments } from "./prism-documents.ts";
import { start, type Running } from "./processes.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    prism: Record<string, { url: string; document: string }>;
  }
}

const root = join(import.meta.dirname, "../..");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running: Running[] = [];
  const stopAll = async () => {
    for (const server of running) await server.stop();
  };
  try {
    const provided: Record<string, { url: string; document: string }> = {};
    for (const { name, source } of prismDocuments) {
      const file = source.startsWith("npm:")
        ? (await fetchNpmDocuments([source], documentsFolder(root)))[0]!
        : join(root, source);
      const loaded = await loadDocument(file);
      const port = await freePort();
      const cli = join(root, "node_modules/@stoplight/prism-cli/dist/index.js");
      const args = [
        cli,
        "mock",
        "--port",
        String(port),
        "--host",
        "127.0.0.1",
        // With several processes, 5.16.0 reads a default export of node:cluster that is not there.
        "--multiprocess",
        "false",
        "--errors",
        "--verboseLevel",
        "silent",
        file,
      ];
      const url = `http://127.0.0.1:${port}`;
      running.push(await start(process.execPath, args, url, 120_000));
      provided[name] = { url, document: JSON.stringify(loaded.files.get(loaded.url)) };
    }
    project.provide("prism", provided);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}
