/**
 * Stands in for the models of the agents: it asks for three tool calls, one after the other, and keeps what each brought.
 * Speaks as much of the APIs of Anthropic, OpenAI (both) and Google as agents use. Whatever else an agent asks its model
 * for, such as a title, gets a word.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { codes } from "./driver.ts";

type Call = keyof typeof codes;
const calls = Object.keys(codes) as Call[];
const toolOf = (call: Call) => (call === "search" ? "search" : "execute");

export interface ModelStandIn {
  url: string;
  /** What the model was sent as the result of each call. Empty again for each program. */
  got: Map<Call, string>;
  /** Tools of ours that it was offered, by the names that the program gives them. */
  offered: Set<string>;
  forget(): void;
  close(): Promise<void>;
}

/** What is to be called next, or the last words. */
export type Play = (
  results: readonly string[],
) => { tool: string; code: string; background?: true } | { say: string };

/** One turn, in no API's words. */
type Turn = { say: string } | { id: string; tool: string; args: object };

interface Api {
  path: RegExp;
  /** Names of the tools that it is offered, with what a call of it has to name besides. */
  tools(body: Json): Tool[];
  /** Results of tools, by the id of their call. */
  results(body: Json): { id: string; text: string }[];
  answer(turn: Turn, body: Json, response: ServerResponse, url: string): void;
}

interface Tool {
  name: string;
  namespace?: string;
}

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

const event = (response: ServerResponse, data: object, name?: string) =>
  response.write(`${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);

const anthropic: Api = {
  path: /\/v1\/messages/,
  tools: (body) => list(body["tools"]).map(({ name }) => ({ name: text(name) })),
  results: (body) =>
    list(body["messages"]).flatMap(({ content }) =>
      list(content)
        .filter(({ type }) => type === "tool_result")
        .map((part) => ({ id: text(part["tool_use_id"]), text: textOf(part["content"]) })),
    ),
  answer(turn, body, response, url) {
    if (url.includes("count_tokens")) return void response.end('{"input_tokens":10}');
    const content =
      "say" in turn
        ? { type: "text", text: turn.say }
        : { type: "tool_use", id: turn.id, name: turn.tool, input: turn.args };
    const stop = "say" in turn ? "end_turn" : "tool_use";
    const usage = { input_tokens: 10, output_tokens: 10 };
    const message = {
      id: `msg_${Date.now()}`,
      type: "message",
      role: "assistant",
      model: body["model"],
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    if (body["stream"] !== true)
      return void response.end(JSON.stringify({ ...message, content: [content], stop_reason: stop }));
    event(response, { type: "message_start", message }, "message_start");
    const start = "say" in turn ? { type: "text", text: "" } : { ...content, input: {} };
    event(response, { type: "content_block_start", index: 0, content_block: start }, "content_block_start");
    const delta =
      "say" in turn
        ? { type: "text_delta", text: turn.say }
        : { type: "input_json_delta", partial_json: JSON.stringify(turn.args) };
    event(response, { type: "content_block_delta", index: 0, delta }, "content_block_delta");
    event(response, { type: "content_block_stop", index: 0 }, "content_block_stop");
    event(
      response,
      { type: "message_delta", delta: { stop_reason: stop, stop_sequence: null }, usage },
      "message_delta",
    );
    event(response, { type: "message_stop" }, "message_stop");
    response.end();
  },
};

const responses: Api = {
  path: /\/responses$/,
  tools: (body) =>
    list(body["tools"]).flatMap((tool) =>
      tool["type"] === "namespace"
        ? list(tool["tools"]).map(({ name }) => ({ name: text(name), namespace: text(tool["name"]) }))
        : [{ name: text(tool["name"]) }],
    ),
  results: (body) =>
    list(body["input"])
      .filter(({ type }) =>
        /^(?:function_call_output|mcp_tool_call_output|custom_tool_call_output)$/.test(text(type)),
      )
      .map((item) => ({ id: text(item["call_id"]), text: textOf(item["output"]) })),
  answer(turn, _body, response) {
    const id = `resp_${Date.now()}`;
    const item =
      "say" in turn
        ? {
            type: "message",
            role: "assistant",
            id: "msg_1",
            content: [{ type: "output_text", text: turn.say, annotations: [] }],
          }
        : {
            type: "function_call",
            id: `fc_${turn.id}`,
            call_id: turn.id,
            ...named(turn.tool),
            arguments: JSON.stringify(turn.args),
          };
    event(response, { type: "response.created", response: { id } }, "response.created");
    event(
      response,
      { type: "response.output_item.done", output_index: 0, item },
      "response.output_item.done",
    );
    const usage = {
      input_tokens: 10,
      input_tokens_details: null,
      output_tokens: 10,
      output_tokens_details: null,
      total_tokens: 20,
    };
    event(
      response,
      { type: "response.completed", response: { id, output: [item], usage } },
      "response.completed",
    );
    response.end();
  },
};

/** Names with their namespace before them, as `offered` holds them. */
const separator = "\u0000";
function named(tool: string): Tool {
  const [namespace, name] = tool.split(separator);
  return name === undefined ? { name: tool } : { name, namespace: namespace! };
}

const chat: Api = {
  path: /\/chat\/completions$/,
  tools: (body) => list(body["tools"]).map((tool) => ({ name: text((tool["function"] as Json)["name"]) })),
  results: (body) =>
    list(body["messages"])
      .filter(({ role }) => role === "tool")
      .map((message) => ({ id: text(message["tool_call_id"]), text: textOf(message["content"]) })),
  answer(turn, body, response) {
    const base = {
      id: `chat_${Date.now()}`,
      object: "chat.completion.chunk",
      created: 1,
      model: body["model"],
    };
    const said = (extra: object) =>
      "say" in turn
        ? { content: turn.say }
        : {
            tool_calls: [
              {
                ...extra,
                id: turn.id,
                type: "function",
                function: { name: turn.tool, arguments: JSON.stringify(turn.args) },
              },
            ],
          };
    const finish = "say" in turn ? "stop" : "tool_calls";
    const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
    if (body["stream"] !== true)
      return void response.end(
        JSON.stringify({
          ...base,
          object: "chat.completion",
          usage,
          choices: [
            { index: 0, message: { role: "assistant", content: null, ...said({}) }, finish_reason: finish },
          ],
        }),
      );
    event(response, {
      ...base,
      choices: [{ index: 0, delta: { role: "assistant", ...said({ index: 0 }) }, finish_reason: null }],
    });
    event(response, { ...base, choices: [{ index: 0, delta: {}, finish_reason: finish }], usage });
    response.end("data: [DONE]\n\n");
  },
};

const gemini: Api = {
  path: /:(?:streamGenerateContent|generateContent|countTokens)/,
  tools: (body) =>
    list(body["tools"]).flatMap((tool) =>
      list(tool["functionDeclarations"]).map(({ name }) => ({ name: text(name) })),
    ),
  results: (body) =>
    list(body["contents"]).flatMap(({ parts }) =>
      list(parts).flatMap((part, index) => {
        const answer = part["functionResponse"] as Json | undefined;
        return answer
          ? [
              {
                id: text(answer["id"] ?? `${text(answer["name"])}-${index}`),
                text: textOf(answer["response"]),
              },
            ]
          : [];
      }),
    ),
  answer(turn, _body, response, url) {
    if (url.includes("countTokens")) return void response.end('{"totalTokens":10}');
    const part =
      "say" in turn
        ? { text: turn.say }
        : { functionCall: { id: turn.id, name: turn.tool, args: turn.args } };
    const answer = {
      candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 10, totalTokenCount: 20 },
    };
    if (!url.includes("stream")) return void response.end(JSON.stringify(answer));
    event(response, answer);
    response.end();
  },
};

const apis = [anthropic, responses, chat, gemini];

/** The text that a model reads in a result, however it is wrapped. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).join("\n");
  if (typeof value !== "object" || value === null) return String(value ?? "");
  const members = value as Json;
  if (typeof members["text"] === "string") return members["text"];
  return Object.values(members).map(textOf).join("\n");
}

/** @param play what it asks for instead of the three calls, by the results that it has seen */
export async function startModels(play?: Play): Promise<ModelStandIn> {
  const got = new Map<Call, string>();
  const offered = new Set<string>();
  const idOf = (call: Call) => `call_${call}`;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request);
    const url = request.url ?? "";
    const api = apis.find(({ path }) => path.test(url.split("?")[0] ?? ""));
    const isStream = body["stream"] === true || /alt=sse|stream/.test(url) || api === responses;
    response.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
    if (!api) return response.end(JSON.stringify({ data: [], models: [] }));
    const tools = api
      .tools(body)
      .filter(
        ({ name }) => /(?:^|[^a-z])(?:search|execute)$/i.test(name) && !/web|google|file|grep/i.test(name),
      );
    const full = (tool: Tool) =>
      tool.namespace === undefined ? tool.name : `${tool.namespace}${separator}${tool.name}`;
    for (const tool of tools) offered.add(full(tool));
    const results = api.results(body);
    results.forEach(({ id, text: brought }, at) => {
      const call = calls.find((one) => id.includes(idOf(one))) ?? calls[at];
      if (call !== undefined && tools.length > 0) got.set(call, brought);
    });
    if (play) {
      const wanted = play(results.map(({ text: brought }) => brought));
      const id = `call_${results.length}`;
      const turn = "say" in wanted ? wanted : { id, ...called(wanted) };
      return api.answer(turn, body, response, url);
    }
    const next = calls[results.length];
    const tool = next && tools.find(({ name }) => name.endsWith(toolOf(next)));
    const turn: Turn =
      tool && next ? { id: idOf(next), tool: full(tool), args: { code: codes[next] } } : { say: "done" };
    api.answer(turn, body, response, url);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    offered,
    forget: () => {
      got.clear();
      offered.clear();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const called = ({ tool, ...args }: { tool: string; code: string; background?: true }) => ({ tool, args });

async function read(request: IncomingMessage): Promise<Json> {
  let all = "";
  for await (const chunk of request) all += String(chunk);
  try {
    return JSON.parse(all) as Json;
  } catch {
    return {};
  }
}
