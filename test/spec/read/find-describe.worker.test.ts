import { describe, expect, it } from "vitest";
import text from "../../../.isogate/documents/@octokit+openapi@23.0.2/generated/api.github.com.json?raw";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import { catalogOf, documentWith } from "../catalog-of.ts";

const url = "file:///api.github.com.json";
const { catalog } = await compileDocument(
  {
    url,
    files: new Map([[url, JSON.parse(text) as unknown]]),
    refused: new Map(),
    faults: [],
    bytes: text.length,
  },
  {},
);
const github = openCatalog(catalog.index, catalog.body.slice().buffer);

describe("find", () => {
  it.each<[string, string]>([
    ["create an issue", "issues/create"],
    ["star a repository", "activity/star-repo-for-authenticated-user"],
    ["list pull requests", "pulls/list"],
    ["merge pull request", "pulls/merge"],
    ["delete a branch protection", "repos/delete-branch-protection"],
    ["createRelease", "repos/create-release"],
    ["WORKFLOW_RUNS cancel", "actions/cancel-workflow-run"],
    ["add collaborator", "repos/add-collaborator"],
    ["repositry topics", "repos/get-all-topics"],
    ["download artifacts", "actions/download-artifact"],
  ])("%s", (asked, id) => {
    expect(github.find(asked, { limit: 5 }).map((operation) => operation.id)).toContain(id);
  });

  it("keeps to limit, tag and access", () => {
    const found = github.find("issue", { limit: 7, tag: "Issues", access: "delete" });
    expect(found).toHaveLength(7);
    for (const operation of found) expect([operation.tags, operation.access]).toEqual([["issues"], "delete"]);
  });

  it("finds nothing for nothing, and is not upset by anything", () => {
    for (const asked of ["", "   ", "zzzzzzzz", "(", "__proto__", "💥"])
      expect(() => github.find(asked)).not.toThrow();
    expect(github.find("")).toEqual([]);
  });

  it("works without the body", () => {
    expect(openCatalog(catalog.index).find("create an issue")[0]?.id).toContain("issue");
    expect(() => openCatalog(catalog.index).spec).toThrow(/without its body/);
  });
});

describe("describe", () => {
  it("shows arguments and answer as TypeScript, required first", () => {
    expect(github.describe("issues/create")).toMatch(
      /api\.post\("\/repos\/\{owner\}\/\{repo\}\/issues", \{\n {2}path: \{[^}]*owner: string;[^}]*\},\n {2}body: \{\n {4}title: /,
    );
    expect(github.describe("issues/create")).toMatch(
      /Promise<\{ status: 201; headers; data: \{[\s\S]*\} \}> \/\/ throws ApiError: 400, 403/,
    );
  });

  it("is short for a typical operation", () => {
    const lengths = github.operations
      .map((operation) => github.describe(operation).length)
      .sort((a, b) => a - b);
    expect(lengths[lengths.length >> 1]).toBeLessThan(1_400);
    expect(lengths.at(-1)).toBeLessThan(6_000);
  });

  it("names recursive types, and shows enums, constants, maps, tuples, unions and what is deprecated", async () => {
    const Tree = {
      type: "object",
      required: ["kids"],
      properties: {
        name: { type: "string", maxLength: 3 },
        kids: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
      },
    };
    const body = {
      type: "object",
      required: ["mode"],
      properties: {
        tree: { $ref: "#/components/schemas/Tree" },
        mode: { enum: ["on", "off", null] },
        fixed: { const: 1 },
        map: { type: "object", additionalProperties: { type: "number" } },
        pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] },
        either: { oneOf: [{ type: "string" }, { type: "array", items: { type: ["string", "null"] } }] },
        both: {
          allOf: [
            { type: "object", properties: { a: { type: "string" } } },
            { type: "object", required: ["b"], properties: { b: { type: "string" } } },
          ],
        },
        data: { type: "string", format: "byte" },
        "odd-key": { type: "boolean", default: true },
        id: { type: "string", readOnly: true },
        old: { type: "string", deprecated: true },
      },
    };
    const { describe: describeIt } = await catalogOf({
      "t.json": documentWith(
        { requestBody: { required: true, content: { "application/json": { schema: body } } } },
        { components: { schemas: { Tree } } },
      ),
    });
    expect(describeIt("getThing")).toBe(
      [
        "// getThing (getThing, read)",
        'api.get("/things/{id}", {',
        "  path: { id: string },",
        "  body: {",
        '    mode: "on" | "off" | null;',
        "    tree?: Tree;",
        "    fixed?: 1;",
        "    map?: Record<string, number>;",
        "    pair?: [string, number];",
        "    either?: string | (string | null)[];",
        "    both?: { b: string; a?: string };",
        "    data?: string; // base64",
        '    "odd-key"?: boolean; // default true',
        "    old?: string; // deprecated",
        "  },",
        "}): Promise<{ status: number; headers; data: unknown }>",
        "type Tree = {",
        "  kids: Tree[];",
        "  name?: string; // max 3 chars",
        "}",
      ].join("\n"),
    );
  });

  it("names what is in an object that it does not write out", async () => {
    const deep = (level: number): object => ({
      type: "object",
      properties: Object.fromEntries(
        ["first", "second", "a*/b", "fourth", "fifth", "sixth", "the seventh of them all", "eighth"].map(
          (name) => [name, level > 0 ? deep(level - 1) : { type: "string" }],
        ),
      ),
    });
    const { describe: describeIt } = await catalogOf({
      "d.json": documentWith({ requestBody: { content: { "application/json": { schema: deep(4) } } } }),
    });
    expect(describeIt("getThing")).toContain(
      'first?: { /* first, second, "a* /b", fourth, fifth, sixth, … 2 more */ };',
    );
  });
});
