/** Adds up what Vitest wrote of each run (vitest.config.ts, `TEST_RESULTS`). A file that did not load counts as one failure. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? "";
const files = existsSync(folder) ? readdirSync(folder) : [];
const results = files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")).testResults);
const count = (status) =>
  results.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;
const broken = results.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed"),
);
console.log(`${count("passed")} passed, ${count("failed") + broken.length} failed`);
