/** Type-checks every program of a list in a file, in whatever memory the process was given. */
import { readFile } from "node:fs/promises";
import type { CheckInput } from "../../src/check/types/checker/check.ts";
import { loadChecker } from "../../test/check/fixture/node-checker.ts";

const inputs = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as CheckInput[];
const checker = await loadChecker();
for (let round = 0; round < 3; round++) for (const input of inputs) checker.check(input);
process.exit(0);
