/**
 * server.json, for the MCP registry. No npm package brings the registry's schema, so that its rules are written down
 * here from the documented fields (server.json format, revision 2025-12-11, and the registry's own requirements).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "../..");

const Input = z.strictObject({
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
  value: z.string().optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
});
const InputWithVariables = Input.extend({ variables: z.record(z.string(), Input).optional() });
const Argument = z.discriminatedUnion("type", [
  InputWithVariables.extend({
    type: z.literal("positional"),
    valueHint: z.string().optional(),
    isRepeated: z.boolean().optional(),
  }).refine(
    ({ value, valueHint }) => value !== undefined || valueHint !== undefined,
    "a value or a valueHint",
  ),
  InputWithVariables.extend({
    type: z.literal("named"),
    name: z.string(),
    isRepeated: z.boolean().optional(),
  }),
]);
const KeyValueInput = InputWithVariables.extend({ name: z.string() });
const Transport = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("stdio") }),
  z.strictObject({
    type: z.enum(["streamable-http", "sse"]),
    url: z.string().regex(/^https?:\/\/\S+$/),
    headers: z.array(KeyValueInput).optional(),
  }),
]);
/** One release: no range, not "latest". */
const Version = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/);
const Package = z
  .strictObject({
    registryType: z.enum(["npm", "pypi", "oci", "nuget", "mcpb", "cargo"]),
    registryBaseUrl: z.url().optional(),
    identifier: z.string().min(1),
    version: Version,
    fileSha256: z
      .string()
      .regex(/^[a-f0-9]{64}$/)
      .optional(),
    runtimeHint: z.string().optional(),
    transport: Transport,
    runtimeArguments: z.array(Argument).optional(),
    packageArguments: z.array(Argument).optional(),
    environmentVariables: z.array(KeyValueInput).optional(),
  })
  .refine(
    ({ transport, environmentVariables = [], packageArguments = [] }) =>
      transport.type === "stdio" ||
      [...transport.url.matchAll(/\{(\w+)\}/g)].every(
        ([, name]) =>
          environmentVariables.some((variable) => variable.name === name) ||
          packageArguments.some((argument) =>
            argument.type === "named" ? argument.name === name : argument.valueHint === name,
          ),
      ),
    "every {variable} of the transport's URL is an argument or an environment variable",
  );
const ServerJson = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100).optional(),
  description: z.string().min(1).max(100),
  version: Version,
  websiteUrl: z.url().optional(),
  repository: z
    .strictObject({
      url: z.url(),
      source: z.string(),
      id: z.string().optional(),
      subfolder: z.string().optional(),
    })
    .optional(),
  packages: z.array(Package).optional(),
  remotes: z.array(Transport).optional(),
});

const read = async (name: string) => JSON.parse(await readFile(join(root, name), "utf8")) as unknown;

it("server.json fits the registry's rules", async () => {
  const parsed = ServerJson.safeParse(await read("server.json"));
  expect(parsed.error?.issues).toBeUndefined();
});

it.each([
  ["a description of more than 100 characters", { description: "x".repeat(101) }],
  ["a name without a namespace", { name: "isogate" }],
  ["a version that is a range", { version: "^0.1.0" }],
  ["a member that nobody knows", { licence: "MIT" }],
])("the rules refuse %s", async (_what, change) => {
  expect(ServerJson.safeParse({ ...((await read("server.json")) as object), ...change }).success).toBe(false);
});

it("server.json and package.json name the same server and version", async () => {
  const server = ServerJson.parse(await read("server.json"));
  expect(await read("package.json")).toMatchObject({
    name: server.packages?.[0]?.identifier,
    mcpName: server.name,
    version: server.version,
  });
  expect(server.packages?.[0]?.version).toBe(server.version);
});
