/** Plays one task over MCP, and counts what it costs a model: calls, failures, and tokens by how clients forward a reply. */
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import type { Client } from "@modelcontextprotocol/client";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { forwarded, rules } from "../../test/mcp/forwarding.ts";
import { messageOf } from "../../src/terms/log.ts";
import type { Step, Task } from "./task.ts";
import type { Upstreams } from "./upstreams.ts";

export type Rule = keyof typeof rules;
export const ruleNames = Object.keys(rules) as Rule[];

/** Who solves a task: recorded programs, or a model. */
export interface Player {
  /** Whether its failed calls are known beforehand. */
  isRecorded: boolean;
  /** @returns what the user is told at the end */
  solve(task: Task, tools: Tools): Promise<string>;
}

/** The two tools, as the player has them. */
export interface Tools {
  listed: { name: string; description: string; inputSchema: object }[];
  instructions: string;
  /** @returns the text of the reply */
  call(step: Step): Promise<string>;
}

export interface PlayedTask {
  name: string;
  /** What is wrong with the outcome. */
  problem?: string;
  calls: number;
  /** Calls that were answered with a failure. */
  failures: number;
  /** Of all replies together, as each kind of client forwards them. */
  tokens: Record<Rule, number>;
  /** What the model reads in all rounds: tools, instructions, the user's words, and all code and replies before each. */
  context: number;
}

/** Texts are what a model wrote or an API said: none of their characters has a meaning for the tokenizer. */
const count = (text: string) => encode(text, { allowedSpecial: "all" }).length;

/**
 * @param client connected to the API of the task
 * @param heard called with each call and the text of its reply
 */
export async function playTask(
  task: Task,
  client: Client,
  player: Player,
  upstreams: Upstreams,
  heard: (step: Step, reply: string) => void = () => {},
): Promise<PlayedTask> {
  const { tools } = await client.listTools();
  const instructions = client.getInstructions() ?? "";
  const tokens = Object.fromEntries(ruleNames.map((rule) => [rule, 0])) as Record<Rule, number>;
  let known = count(JSON.stringify(tools)) + count(instructions) + count(task.ask);
  let context = known;
  let [calls, failures] = [0, 0];
  const call = async ({ tool, code }: Step) => {
    const reply = (await client.callTool(
      { name: tool, arguments: { code } },
      { timeout: 90_000 },
    )) as CallToolResult;
    calls += 1;
    if (reply.isError) failures += 1;
    for (const rule of ruleNames) tokens[rule] += count(forwarded(reply, rule));
    const text = forwarded(reply, "the text");
    context += known += count(code) + count(text);
    heard({ tool, code }, text);
    return text;
  };
  const listed = tools.map(({ name, description = "", inputSchema }) => ({ name, description, inputSchema }));
  const problem = await problemOf(async () => {
    await task.prepare?.(upstreams);
    const answer = await player.solve(task, { listed, instructions, call });
    await task.check({ answer, upstreams });
    if (player.isRecorded && failures !== (task.mistakes ?? 0))
      throw new Error(`${failures} calls failed, and ${task.mistakes ?? 0} should`);
  });
  return { name: task.name, ...(problem !== undefined && { problem }), calls, failures, tokens, context };
}

async function problemOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Plays what a model has written. The last reply is the answer: its result, or the whole if the call failed. */
export const recorded: Player = {
  isRecorded: true,
  async solve({ steps }, { call }) {
    let last = "";
    for (const step of steps) last = await call(step);
    return / failed /.test(last.split("\n", 1)[0]!) ? last : last.slice(last.indexOf("\n\n") + 2);
  },
};
