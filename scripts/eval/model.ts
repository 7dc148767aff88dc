/**
 * A real model that solves the tasks: its turns are asked for at an endpoint of OpenAI's or Anthropic's form, and its calls
 * go to the two tools as an agent's would. It is told what a client tells: the tools, the instructions, the user's words.
 */
import { z } from "zod";
import type { Player, Tools } from "./play.ts";
import type { Step } from "./task.ts";

/** One that goes round in circles is stopped. */
const maxCalls = 20;
const turnTimeoutMs = 180_000;
const maxAnswerTokens = 8_000;

/** Said once, before the user's words. The tools explain themselves. */
const role =
  "You act for a user through the two tools. Do what the user asks, completely and without asking back, then tell the user the outcome in a few words, with the numbers or names that were asked for.";

interface Model extends Player {
  name: string;
}

/** A call that the model wants, in no endpoint's words. */
interface Wanted {
  id: string;
  name: string;
  args: unknown;
}

/** What an endpoint said in one turn. */
interface Turn {
  text: string;
  wanted: Wanted[];
}

/** One conversation, in the words of an endpoint. */
interface Conversation {
  next(results: { id: string; text: string }[]): Promise<Turn>;
}

/** @throws Error with a sentence, if the settings do not fit together */
export function modelFrom(env: Record<string, string | undefined>): Model | undefined {
  const { EVAL_MODEL_URL: url, EVAL_MODEL: name, EVAL_MODEL_KEY: key } = env;
  if (url === undefined || url === "") return undefined;
  if (!URL.canParse(url)) throw new Error(`EVAL_MODEL_URL is not a URL: ${url}.`);
  if (name === undefined || name === "")
    throw new Error("EVAL_MODEL_URL is set, and EVAL_MODEL is not: it names the model.");
  const path = new URL(url).pathname;
  const open = path.endsWith("/messages")
    ? anthropic
    : path.endsWith("/chat/completions")
      ? openai
      : undefined;
  if (!open)
    throw new Error(`EVAL_MODEL_URL has to end in /chat/completions or /messages; it ends in ${path}.`);
  const post = (body: object) => postJson(url, headersOf(key), { model: name, ...body });
  return {
    name,
    isRecorded: false,
    async solve(task, tools) {
      const conversation = open(post, tools, task.ask);
      let turn = await conversation.next([]);
      for (let calls = 0; turn.wanted.length > 0; calls += turn.wanted.length) {
        if (calls >= maxCalls) throw new Error(`the model was stopped after ${calls} calls`);
        const results = [];
        for (const wanted of turn.wanted) results.push({ id: wanted.id, text: await called(wanted, tools) });
        turn = await conversation.next(results);
      }
      return turn.text;
    },
  };
}

const Arguments = z.object({ code: z.string() });

/** What a client answers its model: also where that asks for a tool that there is not. */
async function called({ name, args }: Wanted, tools: Tools): Promise<string> {
  if (!tools.listed.some((tool) => tool.name === name)) return `There is no tool ${name}.`;
  const given = Arguments.safeParse(args);
  if (!given.success) return `The arguments of ${name} are not { code: string }.`;
  return tools.call({ tool: name as Step["tool"], code: given.data.code });
}

type Post = (body: object) => Promise<unknown>;

const AnthropicTurn = z.object({
  content: z.array(
    z.union([
      z.object({ type: z.literal("text"), text: z.string() }),
      z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown() }),
      z.object({ type: z.string() }),
    ]),
  ),
});

function anthropic(post: Post, { listed, instructions }: Tools, ask: string): Conversation {
  const messages: object[] = [{ role: "user", content: ask }];
  const tools = listed.map(({ name, description, inputSchema }) => ({
    name,
    description,
    input_schema: inputSchema,
  }));
  return {
    async next(results) {
      if (results.length > 0)
        messages.push({
          role: "user",
          content: results.map(({ id, text }) => ({ type: "tool_result", tool_use_id: id, content: text })),
        });
      const system = `${role}\n\n${instructions}`;
      const answer = await post({ max_tokens: maxAnswerTokens, system, tools, messages });
      const { content } = AnthropicTurn.parse(answer);
      messages.push({ role: "assistant", content: (answer as { content: unknown }).content });
      return {
        text: content.map((part) => ("text" in part ? part.text : "")).join(""),
        wanted: content.flatMap((part) =>
          "input" in part ? [{ id: part.id, name: part.name, args: part.input }] : [],
        ),
      };
    },
  };
}

const OpenAiTurn = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
});

function openai(post: Post, { listed, instructions }: Tools, ask: string): Conversation {
  const messages: object[] = [
    { role: "system", content: `${role}\n\n${instructions}` },
    { role: "user", content: ask },
  ];
  const tools = listed.map(({ name, description, inputSchema }) => ({
    type: "function",
    function: { name, description, parameters: inputSchema },
  }));
  return {
    async next(results) {
      for (const { id, text } of results) messages.push({ role: "tool", tool_call_id: id, content: text });
      const answer = await post({ tools, messages });
      const { message } = OpenAiTurn.parse(answer).choices[0]!;
      messages.push({
        role: "assistant",
        content: message.content,
        tool_calls: message.tool_calls ?? undefined,
      });
      return {
        text: message.content ?? "",
        wanted: (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => ({
          id,
          name,
          args: jsonOr(args),
        })),
      };
    },
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Both forms' names of the header: an endpoint ignores the other's. */
function headersOf(key: string | undefined): Record<string, string> {
  return {
    "content-type": "application/json",
    "anthropic-version": "2023-06-01",
    ...(key !== undefined && key !== "" && { authorization: `Bearer ${key}`, "x-api-key": key }),
  };
}

async function postJson(url: string, headers: Record<string, string>, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(turnTimeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
