/** A model that solves the tasks, played by a stand-in that speaks as its endpoint does. */
import { afterEach, expect, it } from "vitest";
import { startModels, type ModelStandIn, type Play } from "../../../scripts/clients/models.ts";
import { modelFrom } from "../../../scripts/eval/model.ts";
import type { Tools } from "../../../scripts/eval/play.ts";
import { execute, search, type Step, type Task } from "../../../scripts/eval/task.ts";

let standIn: ModelStandIn | undefined;
afterEach(() => standIn?.close());

const steps = [search("find('zones')"), execute("return 7")];
const task: Task = { name: "one", ask: "How many zones are there?", steps, check: () => {} };

function toolsThat(called: Step[]): Tools {
  const schema = { type: "object", properties: { code: { type: "string" } }, required: ["code"] };
  return {
    listed: ["search", "execute"].map((name) => ({ name, description: `To ${name}`, inputSchema: schema })),
    instructions: "Two tools.",
    call: async (step) => {
      called.push(step);
      return `reply ${called.length}`;
    },
  };
}

const modelAt = async (path: string, play: Play) => {
  standIn = await startModels(play);
  return modelFrom({ EVAL_MODEL_URL: standIn.url + path, EVAL_MODEL: "some-model", EVAL_MODEL_KEY: "key" })!;
};

const endpoints = ["/v1/messages", "/v1/chat/completions"];

it.each(endpoints)(
  "is asked turn by turn at %s, gets each reply, and its last words are the answer",
  async (path) => {
    const seen: string[][] = [];
    const model = await modelAt(path, (results) => {
      seen.push([...results]);
      return steps[results.length] ?? { say: "There are 7 zones." };
    });
    const called: Step[] = [];
    expect(await model.solve(task, toolsThat(called))).toBe("There are 7 zones.");
    expect(called).toEqual(steps);
    expect(seen).toEqual([[], ["reply 1"], ["reply 1", "reply 2"]]);
  },
);

it.each(endpoints)("that goes round in circles at %s is stopped", async (path) => {
  const model = await modelAt(path, () => execute("return 7"));
  const called: Step[] = [];
  await expect(model.solve(task, toolsThat(called))).rejects.toThrow("the model was stopped after 20 calls");
  expect(called).toHaveLength(20);
});

it("that calls a tool which there is not is told so", async () => {
  const model = await modelAt("/v1/messages", (results) =>
    results.length === 0 ? { tool: "fetch_url", code: "" } : { say: results[0]! },
  );
  expect(await model.solve(task, toolsThat([]))).toBe("There is no tool fetch_url.");
});

it.each([
  [{}, undefined],
  [{ EVAL_MODEL_URL: "nonsense", EVAL_MODEL: "m" }, "EVAL_MODEL_URL is not a URL: nonsense."],
  [{ EVAL_MODEL_URL: "http://localhost/v1/messages" }, "EVAL_MODEL is not: it names the model"],
  [
    { EVAL_MODEL_URL: "http://localhost/v1", EVAL_MODEL: "m" },
    "has to end in /chat/completions or /messages",
  ],
])("the settings %j are read before anything starts", (env, problem) => {
  if (problem === undefined) expect(modelFrom(env)).toBeUndefined();
  else expect(() => modelFrom(env)).toThrow(problem);
});
