/** `npm run eval`: whether tasks in a user's words are solved through the two tools, and what that costs a model. */
import { commandLine, helpHint } from "../../src/cli/command-line.ts";
import { messageOf } from "../../src/terms/log.ts";
import { stopServersOnSignal } from "../bench/server.ts";
import { evaluate, subjects } from "./evaluate.ts";
import { modelFrom } from "./model.ts";
import { recorded } from "./play.ts";
import type { Step } from "./task.ts";
import { tableOf } from "./report.ts";

const help = `npm run eval [-- options]

Plays ${subjects.reduce((sum, { tasks }) => sum + tasks.length, 0)} tasks against a running server, and checks the outcome of each at the API itself. Without a model, programs are
played that a model has written, its mistakes included. Prints what each task costs: calls, calls that failed, tokens of the
replies by how clients forward them, and tokens that the model reads in all rounds. Ends with 1 if a task fails.

  --only <api>    ${subjects.map(({ api }) => api).join(", ")} (tasks that need several); repeat it for several
  --replies       print every program and its reply, as the model reads it
  --json          print the counts as JSON instead

To let a model solve the tasks, set in the environment:
  EVAL_MODEL_URL  its endpoint: one that ends in /chat/completions (OpenAI, and whatever speaks like it) or /messages (Anthropic)
  EVAL_MODEL      its name
  EVAL_MODEL_KEY  the key, if the endpoint wants one

PowerDNS and Alertmanager have to be installed: apt-get install pdns-server pdns-backend-sqlite3 sqlite3 prometheus-alertmanager`;

try {
  await main();
} catch (error) {
  console.error(`${messageOf(error)}\n${helpHint("npm run eval")}`);
  process.exitCode = 1;
}
// A child that was ended may keep a pipe open.
process.exit();

async function main(): Promise<void> {
  const { values } = commandLine("npm run eval", help, {
    options: {
      only: { type: "string", multiple: true, default: [] },
      replies: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const known = subjects.map(({ api }) => String(api));
  const unknown = values.only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`Unknown API ${unknown}. Known: ${known.join(", ")}.`);
  const chosen = subjects.filter(({ api }) => values.only.length === 0 || values.only.includes(api));
  const model = modelFrom(process.env);
  console.error(
    model
      ? `The tasks are solved by ${model.name}.`
      : "No model is set (EVAL_MODEL_URL): recorded programs are played.",
  );
  stopServersOnSignal();
  const evaluated = await evaluate(
    model ?? recorded,
    chosen,
    (line) => console.error(line),
    values.replies ? print : undefined,
  );
  console.log(values.json ? JSON.stringify(evaluated) : `\n${tableOf(evaluated)}`);
  const failed = evaluated.flatMap(({ played }) => played.filter(({ problem }) => problem !== undefined));
  const all = evaluated.flatMap(({ played }) => played);
  console.error(
    failed.length === 0
      ? `All ${all.length} tasks were solved.`
      : `${failed.length} of ${all.length} tasks failed.`,
  );
  if (failed.length > 0) process.exitCode = 1;
}

function print({ tool, code }: Step, reply: string): void {
  console.error(`\n── ${tool}\n${code}\n──\n${reply}\n`);
}
