/** The two servers that the conformance suite is run against, and what it found. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";
import { startFixture } from "../../test/auth/fixture/wrangler-dev.ts";
import { report, type Subject } from "./report.ts";
import { revisions, runSuite } from "./suite.ts";

const root = join(import.meta.dirname, "../..");

export async function testFixture(): Promise<Subject> {
  const server = await startFixture({ OPEN: "true" }, {}, undefined, "scripts/conformance/fixture/worker.ts");
  const words =
    "A server with every tool, prompt and resource that the suite asks for, mounted where isogate's own is.";
  return run("The full set", words, server, "fixture");
}

export async function testRealServer(): Promise<Subject> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-conformance-state-"));
  const port = await freePort();
  const server = await startLocalServer({
    host: "127.0.0.1",
    port,
    apis: [],
    secrets: {},
    open: true,
    stateFolder,
  });
  const words = "isogate itself, with its two tools.";
  const subject = await run("The real server", words, server, "real");
  await rm(stateFolder, { recursive: true, force: true });
  return subject;
}

async function run(
  title: string,
  words: string,
  server: { origin: string; stop(): Promise<void> },
  name: string,
): Promise<Subject> {
  const results = [];
  try {
    for (const revision of revisions) results.push(await runSuite(server.origin, revision, name));
  } finally {
    await server.stop();
  }
  return { title, words, results };
}

export const reportPath = join(root, "docs/conformance.md");

export async function reportOf(subjects: Subject[]): Promise<string> {
  const text = await readFile(
    join(root, "node_modules/@modelcontextprotocol/conformance/package.json"),
    "utf8",
  );
  const page = report((JSON.parse(text) as { version: string }).version, subjects);
  return format(page, { ...(await resolveConfig(reportPath)), parser: "markdown" });
}
