/** Runs the conformance suite's required set of one revision against a server, and reads what came out. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const packageFolder = join(root, "node_modules/@modelcontextprotocol/conformance");

export const revisions = ["2026-07-28", "2025-11-25"] as const;
export type Revision = (typeof revisions)[number];

export interface Scenario {
  name: string;
  passed: number;
  failed: number;
  /** Why it does not count, in the suite's words. */
  notScored?: string;
}

export interface SuiteResult {
  revision: Revision;
  /** The YAML text of what is expected to fail. */
  expected: string;
  scenarios: Scenario[];
  /** 0: everything that counts passed, but for what is expected to fail; a stale expectation counts as a failure. */
  exitCode: number;
  output: string;
}

/** @param subject begins the name of the file in `expected/` that says what fails, and why */
export async function runSuite(origin: string, revision: Revision, subject: string): Promise<SuiteResult> {
  const expectedFile = join(import.meta.dirname, "expected", `${subject}-${revision}.yaml`);
  const folder = await mkdtemp(join(tmpdir(), "isogate-conformance-"));
  const child = spawn(
    process.execPath,
    [
      join(packageFolder, "dist/index.js"),
      "server",
      `--url=${origin}/mcp`,
      `--requirements=${revision}`,
      `--expected-failures=${expectedFile}`,
      `--output-dir=${folder}`,
    ],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const [exitCode] = (await once(child, "close")) as [number];
  await rm(folder, { recursive: true, force: true });
  const expected = await readFile(expectedFile, "utf8");
  return { revision, expected, exitCode, output, scenarios: readSummary(output, await notScored(revision)) };
}

/** Scenarios that the suite runs and does not count, with its reason. */
async function notScored(revision: Revision): Promise<Map<string, string>> {
  const text = await readFile(join(packageFolder, "requirements", `${revision}.yaml`), "utf8");
  const { not_scored: list } = parse(text) as { not_scored: { scenario: string; reason: string }[] };
  return new Map(list.map(({ scenario, reason }) => [scenario, reason]));
}

function readSummary(output: string, others: Map<string, string>): Scenario[] {
  return [...output.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)].map(
    ([, name, passed, failed]) => ({
      name: name!,
      passed: Number(passed),
      failed: Number(failed),
      ...(others.has(name!) ? { notScored: others.get(name!)! } : {}),
    }),
  );
}
