/** `npm run eval` on the tasks of the demo API: recorded programs, and the loop of a model that writes the same. */
import { expect, it } from "vitest";
import { startModels } from "../../../scripts/clients/models.ts";
import { evaluate } from "../../../scripts/eval/evaluate.ts";
import { modelFrom } from "../../../scripts/eval/model.ts";
import { recorded } from "../../../scripts/eval/play.ts";
import { tableOf } from "../../../scripts/eval/report.ts";
import { demo } from "../../../scripts/eval/tasks/demo.ts";

const some = { ...demo, tasks: demo.tasks.slice(1, 4) };

it("counts calls, failures and tokens, and checks the outcome at the API", { timeout: 90_000 }, async () => {
  const unsolved = { ...demo.tasks[4]!, steps: demo.tasks[4]!.steps.slice(0, 1) };
  const [evaluated] = await evaluate(recorded, [{ ...demo, tasks: [...some.tasks, unsolved] }], () => {});
  const [first, second, third, last] = evaluated!.played;
  expect([first?.problem, second?.problem, third?.problem]).toEqual([undefined, undefined, undefined]);
  expect([first, second, third].map((task) => [task?.calls, task?.failures])).toEqual([
    [1, 0],
    [2, 1],
    [2, 0],
  ]);
  expect(last?.problem).toBeDefined();
  for (const { tokens, context } of evaluated!.played) {
    const most = Math.max(...Object.values(tokens));
    expect(most).toBeLessThanOrEqual(tokens["the text"] * 1.05);
    expect(context).toBeGreaterThan(tokens["the text"]);
  }
  expect(tableOf([evaluated!])).toMatch(/\| ✘ demo: import a zone file \| 1 \| 0 \|/);
});

it("lets a model drive the two tools, and judges it by the same checks", { timeout: 90_000 }, async () => {
  const { steps } = some.tasks[1]!;
  const standIn = await startModels((results) => steps[results.length] ?? { say: "It is there." });
  try {
    const model = modelFrom({
      EVAL_MODEL_URL: `${standIn.url}/v1/chat/completions`,
      EVAL_MODEL: "stand-in",
    })!;
    const [evaluated] = await evaluate(model, [{ ...some, tasks: some.tasks.slice(1, 3) }], () => {});
    const [right, wrong] = evaluated!.played;
    expect([right?.problem, right?.calls, right?.failures]).toEqual([undefined, 2, 1]);
    // It writes the programs of the other task, so that nothing is hardened.
    expect(wrong?.problem).toBeDefined();
  } finally {
    await standIn.close();
  }
});
