/** What a model reads before its first call: the exact text, and what it costs. */
import { join } from "node:path";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareApi, readApiFile, specsFolder } from "../../src/cli/apis.ts";
import { describeTools, type DescribedApi, type ToolTexts } from "../../src/mcp/describe-tools.ts";
import type { OperationSummary } from "../../src/spec/catalog.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";

/** Both tools as `tools/list` shows them (their schemas and annotations included) and the instructions. */
function tokensOf({ search, execute, instructions }: ToolTexts): number {
  const asListed = [search, execute].map((description, position) => ({
    name: position === 0 ? "search" : "execute",
    title: position === 0 ? "Search the API's description" : "Call the API",
    description,
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { code: { type: "string" }, ...(position === 1 && { plan: { type: "boolean" } }) },
      required: ["code"],
    },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  }));
  return countTokens(JSON.stringify(asListed)) + countTokens(instructions);
}

async function configured(name: string): Promise<DescribedApi> {
  const { api, catalog } = await prepareApi(await readApiFile(join(specsFolder, `${name}.jsonc`)));
  const { index, body } = catalog;
  return {
    name,
    title: api.title,
    access: ["read", "write"],
    catalog: openCatalog(
      index,
      body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer,
    ),
  };
}

/** A document of any size with names as long as they get. */
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

describe("the descriptions of the two tools", () => {
  let demo: DescribedApi;
  let github: DescribedApi;
  beforeAll(async () => {
    [demo, github] = await Promise.all([configured("demo"), configured("github")]);
  });

  it("read like this for the demo API", async () => {
    const { search, execute, instructions } = describeTools([demo]);
    await expect([instructions, search, execute].join("\n\n──────\n\n") + "\n").toMatchFileSnapshot(
      "texts/demo.txt",
    );
  });

  it("read like this for GitHub's API", async () => {
    const { search, execute, instructions } = describeTools([github]);
    await expect([instructions, search, execute].join("\n\n──────\n\n") + "\n").toMatchFileSnapshot(
      "texts/github.txt",
    );
  });

  it("list every operation of a small API", () => {
    const { search } = describeTools([demo]);
    for (const { method, path } of demo.catalog.operations)
      expect(search.split("\n").find((line) => line.startsWith(`${path} `))).toContain(method);
  });

  it("name the tags of a big API by size", () => {
    expect(describeTools([github]).search).toMatch(/repos \d+, actions \d+/);
  });

  it("say that a connection may only read", () => {
    expect(describeTools([{ ...demo, access: ["read"] }]).execute).toContain("may only read");
    expect(describeTools([demo]).execute).not.toContain("may only read");
  });

  it("say how another account is chosen, and only where there is one", () => {
    const several = { ...demo, accounts: ["", "work", "home"] };
    expect(describeTools([several]).execute).toContain(
      'api.as("work" | "home"): the client with another account',
    );
    expect(describeTools([several, github]).execute).toContain('apis.demo.as("work" | "home")');
    for (const accounts of [[], [""]])
      expect(describeTools([{ ...demo, accounts }]).execute).toBe(describeTools([demo]).execute);
  });

  it("cost at most 1,000 tokens for any deployment", () => {
    const deployments: Record<string, DescribedApi[]> = {
      none: [],
      demo: [demo],
      github: [github],
      both: [demo, github],
      "one operation": [synthetic("one", 1, 40)],
      "22,361 operations with long names": [synthetic("big", 22_361, 60)],
      "a title of 5,000 characters": [synthetic("long", 40, 5_000)],
      "20 APIs with three accounts each": Array.from({ length: 20 }, (_, position) => ({
        ...synthetic(`api${position}`, 3, 100),
        accounts: ["", "w".repeat(40), "h".repeat(40)],
      })),
      "300 APIs": Array.from({ length: 300 }, (_, position) => synthetic(`api${position}`, 3, 100)),
    };
    const costs = Object.fromEntries(
      Object.entries(deployments).map(([name, apis]) => [name, tokensOf(describeTools(apis))]),
    );
    for (const [name, tokens] of Object.entries(costs)) expect(tokens, name).toBeLessThanOrEqual(1_000);
    expect(Math.max(costs["demo"]!, costs["github"]!)).toBeGreaterThan(600);
  });
});
