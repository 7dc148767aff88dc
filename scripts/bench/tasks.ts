/** What a task costs through the two tools: the recorded programs of `npm run eval`, their outcome checked. */
import { evaluate, subjects } from "../eval/evaluate.ts";
import { recorded, ruleNames, type PlayedTask } from "../eval/play.ts";
import { meanOf } from "../eval/report.ts";
import { lower, type Chapter, type Figures } from "./figure.ts";

/** What tasks should come to, as a capable model was seen to need: on small APIs, and on large ones. */
const aims = { small: { calls: 1.8, context: 4_000 }, large: { calls: 2.5, context: 9_000 } };

export const tasks: Chapter = async (say) => {
  const evaluated = await evaluate(recorded, subjects, say);
  const whole = evaluated.flatMap(({ played }) => played);
  const failed = whole.filter(({ problem }) => problem !== undefined).length;
  const figures: Figures = {
    "tasks.played": { value: whole.length, unit: "tasks", must: 30, aim: null, direction: "higher" },
    "tasks.failed": lower(failed, "tasks whose outcome is wrong", 0),
    "tasks.overText": lower(
      mostOverText(whole),
      "x the tokens of the text, by the dearest rule of forwarding",
      1.05,
    ),
  };
  for (const { api, played } of evaluated) {
    if (api === "all") continue;
    const { calls, tokens, context } = meanOf(played);
    const aim = api === "github" ? aims.large : aims.small;
    figures[`${api}.tasks.calls`] = lower(calls, "calls a task", null, aim.calls);
    figures[`${api}.tasks.replies`] = lower(tokens["the text"], "o200k tokens of replies, a task");
    figures[`${api}.tasks.context`] = lower(
      context,
      "o200k tokens that the model reads in all rounds, a task",
      null,
      aim.context,
    );
  }
  return figures;
};

/** By how much the replies of a task are dearer than their text, where a client forwards more than that. */
function mostOverText(played: readonly PlayedTask[]): number {
  return Math.max(
    ...played.flatMap(({ tokens }) =>
      ruleNames.map((rule) => tokens[rule] / Math.max(1, tokens["the text"])),
    ),
  );
}
