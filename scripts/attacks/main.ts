/**
 * `npm run attacks`: the attack corpus alone, in real isolates, with a count per group. Fails if a case fails, if a
 * group has none, or if there are fewer cases than promised.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { z } from "zod";
import { commandLine } from "../../src/cli/command-line.ts";

const root = join(import.meta.dirname, "../..");
const promised = 150;

/** Group → the test files that hold its cases; with a pattern, only those whose full name fits. */
const groups: Record<string, [file: string, names?: RegExp][]> = {
  escapes: [
    ["test/sandbox/attacks-poison.worker.test.ts"],
    [
      "test/sandbox/attacks-reach.worker.test.ts",
      /cannot close its module|does not get to .*(constructor|Function|eval|Web|caller|callee|Shadow)/,
    ],
    ["test/sandbox/thrown.worker.test.ts"],
  ],
  "published escapes": [["test/sandbox/attacks-published.worker.test.ts"]],
  "reaching out": [
    ["test/sandbox/attacks-reach.worker.test.ts", /cannot load|the network|the cache/],
    ["test/sandbox/outbound.process.test.ts"],
    ["test/gateway/bad-input.worker.test.ts"],
    ["test/gateway/promises.worker.test.ts", /no address but/],
  ],
  "reaching in": [
    [
      "test/sandbox/attacks-reach.worker.test.ts",
      /env|ctx|process|stack frames|recall|finds no binding|next run|globals as an argument|changed after/,
    ],
    ["test/gateway/promises.worker.test.ts", /by itself|handed out/],
  ],
  lying: [["test/sandbox/attacks-lie.worker.test.ts", /lies about/]],
  exfiltration: [
    ["test/gateway/promises.worker.test.ts", /secret|echo|plain|base64|hex|percent|json|Echo/i],
    ["test/gateway/send/redact.test.ts"],
  ],
  "prompt side": [["test/mcp/prompt-side.test.ts"]],
  "resource abuse": [
    ["test/gateway/abuse.worker.test.ts"],
    ["test/sandbox/attacks-lie.worker.test.ts", /floods/],
    ["test/sandbox/loops.process.test.ts"],
    ["test/cli/supervisor/recovery.process.test.ts", /comes back/],
  ],
};

const Results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

commandLine(
  "npm run attacks",
  "npm run attacks: runs the attack corpus and prints how many cases each group has.",
  {},
);
await main();

async function main(): Promise<void> {
  const files = [...new Set(Object.values(groups).flatMap((parts) => parts.map(([file]) => file)))];
  const folder = await mkdtemp(join(tmpdir(), "isogate-attacks-"));
  const output = join(folder, "results.json");
  const code = await run(files, output);
  const results = Results.parse(JSON.parse(await readFile(output, "utf8")));
  await rm(folder, { recursive: true, force: true });
  const cases = results.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ file: relative(root, name), fullName, status })),
  );
  const counted = new Set<(typeof cases)[number]>();
  const wrong: string[] = [];
  for (const [group, parts] of Object.entries(groups)) {
    const of = cases.filter((one) =>
      parts.some(([file, names]) => one.file === file && (names?.test(one.fullName) ?? true)),
    );
    for (const one of of) counted.add(one);
    const passed = of.filter(({ status }) => status === "passed").length;
    console.log(`${group.padEnd(18)} ${String(passed).padStart(4)} of ${of.length}`);
    if (of.length === 0) wrong.push(`The group "${group}" has no case.`);
  }
  const failed = cases.filter(({ status }) => status !== "passed");
  console.log(
    `${"all".padEnd(18)} ${String(counted.size - failed.length).padStart(4)} of ${counted.size} different cases`,
  );
  for (const { file, fullName, status } of failed) wrong.push(`${status}: ${file}: ${fullName}`);
  if (counted.size < promised) wrong.push(`There are ${counted.size} cases; ${promised} are promised.`);
  if (code !== 0 && wrong.length === 0) wrong.push(`vitest ended with ${code}.`);
  for (const sentence of wrong) console.error(`✘ ${sentence}`);
  if (wrong.length > 0) process.exitCode = 1;
}

function run(files: string[], output: string): Promise<number> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(
    process.execPath,
    [vitest, "run", "--reporter=json", `--outputFile=${output}`, ...files],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}
