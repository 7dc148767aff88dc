/** What `npm run eval` prints: a line for each task, and one for each API. */
import type { Evaluated } from "./evaluate.ts";
import { ruleNames, type PlayedTask } from "./play.ts";

const titles = ["task", "calls", "failed", ...ruleNames, "context"];

export function tableOf(evaluated: readonly Evaluated[]): string {
  const rows = evaluated.flatMap(({ api, played }) => [
    ...played.map((task) => row(`${task.problem === undefined ? "✔" : "✘"} ${api}: ${task.name}`, task)),
    row(`${api}, mean of ${played.length}`, meanOf(played)),
  ]);
  const whole = evaluated.flatMap(({ played }) => played);
  return [titles, titles.map(() => "---"), ...rows, row(`all, mean of ${whole.length}`, meanOf(whole))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

export type Costs = Pick<PlayedTask, "calls" | "failures" | "tokens" | "context">;

export function meanOf(played: readonly Costs[]): Costs {
  const mean = (of: (task: Costs) => number) =>
    played.reduce((sum, task) => sum + of(task), 0) / Math.max(1, played.length);
  return {
    calls: mean(({ calls }) => calls),
    failures: mean(({ failures }) => failures),
    tokens: Object.fromEntries(
      ruleNames.map((rule) => [rule, mean(({ tokens }) => tokens[rule])]),
    ) as Costs["tokens"],
    context: mean(({ context }) => context),
  };
}

function row(name: string, { calls, failures, tokens, context }: Costs): string[] {
  const few = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  const many = (value: number) => Math.round(value).toLocaleString("en-US");
  return [name, few(calls), few(failures), ...ruleNames.map((rule) => many(tokens[rule])), many(context)];
}
