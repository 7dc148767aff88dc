/**
 * `npm run lasting`: runs in the background that real client programs begin live through sleeps, a crash, a deployment and an
 * approval, and must end with exactly the writes of one run.
 */
import { join } from "node:path";
import { commandLine } from "../../src/cli/command-line.ts";
import { install } from "../clients/install.ts";
import { programs } from "../clients/programs.ts";
import { withoutNetwork } from "../clients/without-network.ts";

/** What is driven if nothing else is said: both versions of the SDK, and an agent. */
const usual = ["SDK 2.4.0", "SDK 1.32.2", "Claude Code"];

const help = `npm run lasting [-- --compressed] [--minutes <n>] [--only <name> …]

Lets client programs (${usual.join(", ")}) begin runs in the background on a real server. The runs sleep, the
server is killed, another version of it is deployed, a person approves a deletion. In the end the API must have got exactly
the writes of one run, and each client its result. Needs Linux, and the right to make a network namespace (unshare).

  --minutes <n>   how long each run takes by its own clock: 3 if nothing else is said, 30 with --compressed
  --compressed    the time in which all runs sleep passes sixty times as fast: half an hour takes less than a minute
  --only <name>   only this program; repeat it for several`;

const { values } = commandLine("npm run lasting", help, {
  options: {
    minutes: { type: "string" },
    compressed: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
  },
});
const minutes = Number(values.minutes ?? (values.compressed ? 30 : 3));
if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}.`);
const names = values.only ?? usual;
const chosen = programs.filter(({ name }) => names.includes(name));
if (chosen.length < names.length)
  throw new Error(`There is no such program. There are: ${programs.map(({ name }) => name).join(", ")}.`);
for (const program of chosen) await install(program);
process.exitCode = await withoutNetwork([
  join(import.meta.dirname, "inside.ts"),
  `${minutes}`,
  values.compressed ? "compressed" : "real",
  ...names,
]);
