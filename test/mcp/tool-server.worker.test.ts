/** What a model is given before its first call, as the server itself lists it, costs at most 1,000 tokens. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { expect, it } from "vitest";
import { describeTools, type DescribedApi, type ToolTexts } from "../../src/mcp/describe-tools.ts";
import { createServer } from "../../src/mcp/tool-server.ts";
import type { OperationSummary } from "../../src/spec/catalog.ts";
import type { Access } from "../../src/terms/api-file.ts";
import demo from "./texts/demo.txt?raw";
import github from "./texts/github.txt?raw";

/** The texts of a file that describe-tools.test.ts compares with the real document. */
function written(file: string): ToolTexts {
  const [instructions = "", search = "", execute = ""] = file.trimEnd().split("\n\n──────\n\n");
  return { instructions, search, execute };
}

/** A document of any size with very long names. */
function synthetic(name: string, operations: number, longest: number): DescribedApi {
  const long = (text: string) => text.padEnd(longest, "-Zürich·東京");
  const made = Array.from({ length: operations }, (_, position): OperationSummary => ({
    id: `operation${position}`,
    method: "get",
    path: `/${long(`things${position}`)}/{id}`,
    summary: long("Get a thing"),
    tags: [long(`tag ${position % 500}`)],
    access: "read",
    deprecated: false,
  }));
  return {
    name,
    title: long("Synthetic API"),
    access: ["read"],
    catalog: { operations: made, operationObject: () => ({}) },
  };
}

/** The tokens of `tools/list` and of the instructions, for a caller who may do anything or only read. */
async function tokensOf(texts: ToolTexts, access: Access[]): Promise<number> {
  const server = createServer(texts, {
    env,
    ctx: createExecutionContext(),
    caller: { userId: "u", clientId: "c", access: { demo: access } },
    apis: [],
    origin: "https://isogate.test",
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "counts", version: "1" });
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  const { tools } = await client.listTools();
  const instructions = client.getInstructions() ?? "";
  await client.close();
  expect(tools.map(({ name }) => name)).toEqual(["search", "execute"]);
  expect([tools[0]?.description, tools[1]?.description, instructions]).toEqual([
    texts.search,
    texts.execute,
    texts.instructions,
  ]);
  return countTokens(JSON.stringify(tools)) + countTokens(instructions);
}

it.each<[string, ToolTexts]>([
  ["no API", describeTools([])],
  ["the demo API", written(demo)],
  ["GitHub's API", written(github)],
  ["one operation", describeTools([synthetic("one", 1, 40)])],
  ["22,361 operations with long names", describeTools([synthetic("big", 22_361, 60)])],
  ["a title of 5,000 characters", describeTools([synthetic("long", 40, 5_000)])],
  [
    "20 APIs with three accounts each",
    describeTools(
      Array.from({ length: 20 }, (_, position) => ({
        ...synthetic(`api${position}`, 3, 100),
        accounts: ["", "w".repeat(40), "h".repeat(40)],
      })),
    ),
  ],
  [
    "300 APIs",
    describeTools(Array.from({ length: 300 }, (_, position) => synthetic(`api${position}`, 3, 100))),
  ],
])("both tools and the instructions cost at most 1,000 tokens: %s", async (_name, texts) => {
  for (const access of [["read"], ["read", "write", "delete"]] as Access[][])
    expect(await tokensOf(texts, access)).toBeLessThanOrEqual(1_000);
});

it.each([
  ["the demo API", demo],
  ["GitHub's API", github],
])("what they may cost is used: %s", async (_name, file) => {
  expect(await tokensOf(written(file), ["read", "write"])).toBeGreaterThan(600);
});
