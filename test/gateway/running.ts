/** Runs code as the tool `execute` does, against the test upstream, through the real gateway. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { inject } from "vitest";
import type { CapabilitySet } from "../../src/terms/capabilities.ts";
import type { Caller } from "../../src/terms/caller.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { anyName, type Program } from "../../src/terms/program.ts";
import type { Access, ApiFile } from "../../src/terms/api-file.ts";
import { clientConfigOf } from "../../src/terms/client-config.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import type { Failure, RequestRecord } from "../../src/terms/failure.ts";
import { gatewayProps } from "../../src/gateway/run/props.ts";
import { openRun } from "../../src/gateway/run/run-state.ts";
import type { LogEntry } from "../../src/terms/outcome.ts";
import type { Reply as ToolReply } from "../../src/mcp/reply.ts";
import { runTool } from "../../src/mcp/run-tool.ts";
import type { Surface } from "../../src/mcp/surface.ts";
import { replyText } from "../../src/mcp/tool-result.ts";
import { tools } from "../../src/mcp/tools/index.ts";
import { runInSandbox } from "../../src/sandbox/run.ts";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import { readCatalog, writeCatalog } from "../../src/store/catalogs.ts";

export interface Ran {
  /** What the code returned. */
  value?: unknown;
  failure?: Failure;
  /** What the reply begins with. */
  notes?: string[];
  logs: LogEntry[];
  requests: RequestRecord[];
}

export interface Running {
  document: Record<string, unknown>;
  file?: Partial<ApiFile>;
  access?: Access[];
}

/** Stores the compiled document of an API, as `npm run api -- add` does. */
export async function deploy({ document, file = {} }: Running, name = "test"): Promise<DeployedApi> {
  const server = inject("upstream");
  const whole: ApiFile = { source: "x.json", server, allowHttp: true, allowPrivate: ["127.0.0.1"], ...file };
  const url = "file:///x.json";
  const files = new Map<string, unknown>([[url, document]]);
  const loaded = { url, files, refused: new Map<string, string>(), faults: [], bytes: 0 };
  const { catalog } = await compileDocument(loaded, whole);
  await writeCatalog(env.CATALOGS, catalog);
  return { name, title: name, hash: catalog.hash, file: whole };
}

export async function execute(code: string, running: Running): Promise<Ran> {
  return executeOn(code, [await deploy(running)], running.access);
}

/** The body of an async function as a program, past the check that refuses what cannot work: for hostile code. */
export async function executeUnchecked(code: string, running: Running): Promise<Ran> {
  return runProgram(uncheckedProgram(code), [await deploy(running)], running.access);
}

/** The same, held to capabilities as a program that a person allowed. */
export async function executeHeld(
  code: string,
  apis: DeployedApi[],
  capabilities: CapabilitySet | undefined,
  accounts?: Caller["accounts"],
): Promise<Ran> {
  return runProgram(uncheckedProgram(code), apis, undefined, accounts, capabilities);
}

function uncheckedProgram(code: string): Program {
  const parsed = parseProgram("0");
  if (!parsed.ok) throw new Error("cannot happen");
  // Nobody saw which names it uses: all are there.
  const names = { freeNames: new Set([anyName]), apiNames: new Set([anyName]) };
  return { ...parsed.program, ...names, source: code, module: `export default async () => {\n${code}\n};` };
}

export async function executeOn(
  code: string,
  apis: DeployedApi[],
  access?: Access[],
  accounts?: Caller["accounts"],
): Promise<Ran> {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return runProgram(parsed.program, apis, access, accounts);
}

async function runProgram(
  program: Program,
  apis: DeployedApi[],
  access: Access[] = ["read", "write", "delete"],
  accounts?: Caller["accounts"],
  capabilities?: CapabilitySet,
): Promise<Ran> {
  const runId = crypto.randomUUID();
  const caller: Caller = {
    ...(accounts && { accounts }),
    userId: "u",
    clientId: "test",
    access: Object.fromEntries(apis.map(({ name }) => [name, access])),
  };
  const run = openRun(runId);
  const outcome = await runInSandbox(env.LOADER, {
    program,
    apis: await Promise.all(
      apis.map(async (api) => {
        const { index, body } = await readCatalog(env.CATALOGS, api.hash);
        const { budgets } = api.file;
        return { name: api.name, index, body, budgets, client: clientConfigOf(api, caller) };
      }),
    ),
    requests: run.records,
    target: {
      tool: "execute",
      writes: true,
      outbound: exports.Gateway({
        props: gatewayProps(runId, { caller, apis, ...(capabilities && { capabilities }) }),
      }),
    },
  });
  run.closed = true;
  const requests = run.records;
  const { logs } = outcome;
  if (!outcome.ok) return { failure: outcome.failure, logs, requests };
  const { result, notes } = outcome;
  return { value: result === "" ? undefined : JSON.parse(result), notes, logs, requests };
}

/** What a model reads of a run. */
export interface Reply {
  text: string;
  runId: string;
  result?: unknown;
  notes?: string[];
  requests?: string[];
  error?: { kind: string; message: string; next: string };
}

interface Calling {
  tool?: "search" | "execute";
  userId?: string;
  access?: Access[];
  surface?: Surface;
}

/** What a model reads of a call. */
export async function callTool(code: string, apis: DeployedApi[], calling: Calling = {}): Promise<Reply> {
  const { runId, ...said } = await reply(code, apis, calling);
  return { text: replyText(said), ...said.said, runId };
}

/** A call of a tool as a client makes it, recorded in every sink. */
export async function reply(
  code: string,
  apis: DeployedApi[],
  { tool = "execute", userId = "u", access = ["read", "write", "delete"], surface }: Calling = {},
): Promise<ToolReply & { runId: string }> {
  const ctx = createExecutionContext();
  const caller: Caller = {
    userId,
    clientId: "test",
    access: Object.fromEntries(apis.map(({ name }) => [name, access])),
  };
  const called = tools.find(({ name }) => name === tool);
  if (!called) throw new Error(`no tool ${tool}`);
  const context = { env, ctx, caller, apis, origin: "https://isogate.example", surface };
  const ran = await runTool(called, { code }, context);
  await waitOnExecutionContext(ctx);
  return { ...ran.reply, runId: ran.runId };
}

/** What the upstream received since it was asked last. */
export async function received(): Promise<{
  count: number;
  requests: { method: string; url: string; headers: Record<string, string>; body: string }[];
}> {
  return (await fetch(`${inject("upstream")}/seen`)).json();
}
