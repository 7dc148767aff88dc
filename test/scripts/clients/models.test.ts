/** The stand-in for the models, as each API's agents meet it: three calls, one after the other, then a word. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { cellOf, codes } from "../../../scripts/clients/driver.ts";
import { startModels, type ModelStandIn } from "../../../scripts/clients/models.ts";

let model: ModelStandIn;
beforeAll(async () => {
  model = await startModels();
});
afterAll(() => model.close());
beforeEach(() => model.forget());

interface Turn {
  name?: string;
  args?: string;
}

/** One agent's way to send a conversation of so many results, and to read the answer. */
type Agent = { path: string; body(results: string[]): object; read(text: string): Turn };

const both = ["mcp__isogate__search", "mcp__isogate__execute"];
const events = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)) as Record<string, never>);

const agents: Record<string, Agent> = {
  anthropic: {
    path: "/v1/messages",
    body: (results) => ({
      tools: [...both, "WebSearch"].map((name) => ({ name })),
      messages: results.map((text, at) => ({
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: `call_${Object.keys(codes)[at]}`,
            content: [{ type: "text", text }],
          },
        ],
      })),
    }),
    read: (text) => {
      const [part] = (JSON.parse(text) as { content: { name?: string; input?: object }[] }).content;
      return {
        ...(part?.name && { name: part.name }),
        ...(part?.input && { args: JSON.stringify(part.input) }),
      };
    },
  },
  "openai, responses": {
    path: "/v1/responses",
    body: (results) => ({
      tools: [{ type: "namespace", name: "mcp__isogate", tools: [{ name: "search" }, { name: "execute" }] }],
      input: results.map((output, at) => ({
        type: "function_call_output",
        call_id: `call_${Object.keys(codes)[at]}`,
        output,
      })),
    }),
    read: (text) => {
      const { item } = events(text).find(({ type }) => type === "response.output_item.done") as unknown as {
        item: { name?: string; namespace?: string; arguments?: string };
      };
      return item.name ? { name: `${item.namespace}__${item.name}`, args: item.arguments! } : {};
    },
  },
  "openai, chat": {
    path: "/v1/chat/completions",
    body: (results) => ({
      tools: both.map((name) => ({ type: "function", function: { name } })),
      messages: results.map((content, at) => ({
        role: "tool",
        tool_call_id: `call_${Object.keys(codes)[at]}`,
        content,
      })),
    }),
    read: (text) => {
      const { choices } = JSON.parse(text) as {
        choices: { message: { tool_calls?: { function: { name: string; arguments: string } }[] } }[];
      };
      const called = choices[0]?.message.tool_calls?.[0]?.function;
      return called ? { name: called.name, args: called.arguments } : {};
    },
  },
  google: {
    path: "/v1beta/models/some:generateContent",
    body: (results) => ({
      tools: [{ functionDeclarations: both.map((name) => ({ name })) }],
      contents: results.map((output, at) => ({
        parts: [
          { functionResponse: { id: `call_${Object.keys(codes)[at]}`, name: "x", response: { output } } },
        ],
      })),
    }),
    read: (text) => {
      const { candidates } = JSON.parse(text) as {
        candidates: { content: { parts: { functionCall?: { name: string; args: object } }[] } }[];
      };
      const called = candidates[0]?.content.parts[0]?.functionCall;
      return called ? { name: called.name, args: JSON.stringify(called.args) } : {};
    },
  },
};

it.each(Object.entries(agents))(
  "of %s asks for the three calls and keeps what they brought",
  async (_, agent) => {
    const results: string[] = [];
    const asked: Turn[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const response = await fetch(model.url + agent.path, {
        method: "POST",
        body: JSON.stringify(agent.body(results)),
      });
      asked.push(agent.read(await response.text()));
      results.push(`result ${turn}`);
    }
    expect(asked).toEqual([
      { name: "mcp__isogate__search", args: JSON.stringify({ code: codes.search }) },
      { name: "mcp__isogate__execute", args: JSON.stringify({ code: codes.execute }) },
      { name: "mcp__isogate__execute", args: JSON.stringify({ code: codes.failure }) },
      {},
    ]);
    expect([...model.got]).toEqual([
      ["search", "result 0"],
      ["execute", "result 1"],
      ["failure", "result 2"],
    ]);
    expect(model.offered.size).toBe(2);
  },
);

it.each([
  ["search", '["/zones"]', { ok: true }],
  ["execute", "marker-of-a-result", { ok: true }],
  ["execute", "marker-of-a-result marker-of-a-result", { ok: true, note: "2 times" }],
  ["failure", "unknown-operation: … /zones", { ok: true }],
  ["failure", "Error", { ok: false, note: 'the model got "Error"' }],
  ["execute", "", { ok: false, note: 'the model got ""' }],
] as const)("%s that brought %s", (call, text, cell) => {
  expect(cellOf(call, text)).toEqual(cell);
});
