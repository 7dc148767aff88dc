/**
 * The contestants of the figures, side by side in one workerd: an empty isolate, isogate's own road, the
 * dereferenced document pasted into the source, the npm package of a rival, and isolates with and without the gateway.
 * Each answers one POST with the code to run; the caller measures, since clocks stand still in here.
 */
import { exports, WorkerEntrypoint } from "cloudflare:workers";
import { DynamicWorkerExecutor } from "@cloudflare/codemode";
import { openApiMcpServer } from "@cloudflare/codemode/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { serveAdmin } from "../../src/deployment/admin.ts";
import { beginInBackground } from "../../src/mcp/lasting/begin.ts";
import { lastingRuns } from "../../src/mcp/lasting/slices.ts";
import { runTool } from "../../src/mcp/run-tool.ts";
import { toolResult } from "../../src/mcp/tool-result.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import { search } from "../../src/mcp/tools/search.ts";
import { gatewayProps } from "../../src/gateway/run/props.ts";
import { openRun } from "../../src/gateway/run/run-state.ts";
import { readCatalog, readManifest } from "../../src/store/catalogs.ts";
import type { RunFilter } from "../../src/store/ledger/runs.ts";
import type { FilledLedger } from "./filled-ledger.ts";

export { Outbound as Gateway } from "../../src/sandbox/outbound.ts";
export { FilledLedger as Ledger } from "./filled-ledger.ts";
export { Sleeping } from "../../src/gateway/run/sleeping.ts";
export { Recall } from "../../src/store/ledger/recall.ts";
export { KeptState } from "../../src/store/state/kept-state.ts";
export { StateDoor } from "../../src/store/state/state-door.ts";
export { SeenShapes } from "../../src/learned/seen-shapes.ts";

/** Everybody may go on. */
export class LastingRuns extends lastingRuns(async () => "stands") {}

/** A gateway that does nothing: what an entrypoint between an isolate and the network costs by itself. */
export class Bare extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Promise<Response> {
    return fetch(request);
  }
}

function filledLedger(env: Env): DurableObjectStub<FilledLedger> {
  return (env.LEDGER as unknown as DurableObjectNamespace<FilledLedger>).getByName("filled");
}

const origin = "http://localhost";

interface RunsPrograms {
  run(): Promise<string>;
}

const contestants: Record<string, (request: Request, env: Env, ctx: ExecutionContext) => Promise<Response>> =
  {
    "/healthz": async () => new Response("ok"),

    "/empty": async (_request, env) => runModule(env, "return 42"),

    "/isogate": async (request, env, ctx) =>
      answer(search, request, { ...(await everybody(env)), env, ctx, origin }),

    /** The whole road of one execute; the budget of the check is measured against it. */
    "/execute": async (request, env, ctx) =>
      answer(execute, request, { ...(await everybody(env)), env, ctx, origin }),

    /** The same, and nothing is recorded. */
    "/execute-unrecorded": async (request, env, ctx) =>
      answer(execute, request, { ...(await everybody(env)), env, ctx, origin, sinks: [] }),

    /** Puts so many runs into a ledger, from a number on. */
    "/ledger/fill": async (request, env) => {
      const { from, count } = (await request.json()) as { from: number; count: number };
      await filledLedger(env).fill(from, count);
      return new Response("ok");
    },

    "/ledger/list": async (request, env) =>
      Response.json(await filledLedger(env).runs((await request.json()) as RunFilter, { limit: 50 })),

    /** Begins a run in the background. Answers with its id. */
    "/lasting/begin": async (request, env, ctx) => {
      const { user, code } = (await request.json()) as { user: string; code: string };
      const { caller, apis } = await everybody(env);
      const context = { caller: { ...caller, userId: user }, apis, env, ctx, origin };
      const { said } = await beginInBackground({ code, background: true }, context);
      if (said.error) throw new Error(said.error.message);
      return new Response(said.runId);
    },

    /** What is known of runs in the background: the result, or how far each is. */
    "/lasting/look": async (request, env) => {
      const runs = (await request.json()) as { user: string; runId: string }[];
      const { caller } = await everybody(env);
      const looks = runs.map(async ({ user, runId }) => {
        const ledger = env.LEDGER.getByName(user);
        const state = await ledger.lastingState(runId);
        const grant = { access: caller.access };
        return (
          state ?? {
            result: await ledger.recall(runId, grant),
            failure: await ledger.failureOf(runId, grant),
          }
        );
      });
      return Response.json(await Promise.all(looks));
    },

    /** What an isolate may reach when it is given no outbound: the network of its host. */
    "/inherited": async (request, env) => runModule(env, await request.text(), { globalOutbound: undefined }),

    "/bare": async (request, env) =>
      runModule(env, await request.text(), {
        globalOutbound: (exports as unknown as { Bare(options: object): Fetcher }).Bare({}),
      }),

    /** The same code, and the gateway is its network. */
    "/gateway": async (request, env) => {
      const { caller, apis } = await everybody(env);
      const runId = crypto.randomUUID();
      const run = openRun(runId);
      const globalOutbound = exports.Gateway({ props: gatewayProps(runId, { caller, apis }) });
      const response = await runModule(env, await request.text(), { globalOutbound });
      run.closed = true;
      return response;
    },

    /** An isolate that is handed the indexes of all catalogs as `execute` hands them over; nothing looks into them. */
    "/index": async (request, env) => {
      const { apis } = await readManifest(env.CATALOGS);
      const stored = await Promise.all(apis.map(({ hash }) => readCatalog(env.CATALOGS, hash)));
      const modules = Object.fromEntries(
        stored.map(({ index }, at) => [`index${at}.txt`, { text: index }] as const),
      );
      const imports = stored.map((_, at) => `import "./index${at}.txt";`).join("\n");
      return runModule(env, await request.text(), { imports, modules });
    },

    /** Upload of what the next two run against: a plain document, and its dereferenced form as a JSON literal. */
    "/document": async (request) => {
      document = (await request.json()) as Record<string, unknown>;
      rival = undefined;
      return new Response("ok");
    },
    "/literal-source": async (request) => {
      literal = await request.text();
      return new Response("ok");
    },

    "/literal": async (request, env) => runModule(env, `const spec = ${literal};\n${await request.text()}`),

    /** Where the rival sends its requests, and with which headers. */
    "/codemode-upstream": async (request) => {
      rivalUpstream = (await request.json()) as typeof rivalUpstream;
      return new Response("ok");
    },
    /** The rival as a server of its own: a new one for each request, as its SDK wants it. */
    "/mcp": async (request, env) => {
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
      await rivalServer(env).connect(transport);
      return transport.handleRequest(request);
    },

    "/codemode": async (request, env) => {
      rival ??= await connectRival(env);
      return Response.json(
        await rival.callTool({ name: "search", arguments: { code: await request.text() } }),
      );
    },
  };

/** Somebody who may read at every API of the deployment. */
async function everybody(env: Env) {
  const { apis } = await readManifest(env.CATALOGS);
  const access = Object.fromEntries(apis.map(({ name }) => [name, ["read" as const]]));
  return { caller: { userId: "bench", clientId: "bench", access }, apis };
}

async function answer(
  tool: Parameters<typeof runTool>[0],
  request: Request,
  context: Parameters<typeof runTool>[2],
): Promise<Response> {
  return Response.json(toolResult((await runTool(tool, { code: await request.text() }, context)).reply));
}

let document: Record<string, unknown> = {};
let literal = "{}";
let rival: Client | undefined;
let rivalUpstream = { origin: "", headers: {} as Record<string, string> };

interface ModuleOptions {
  globalOutbound?: Fetcher | null | undefined;
  modules?: Record<string, WorkerLoaderModule>;
  imports?: string;
}

/** Without options, the isolate reaches nothing; with an undefined outbound, what its host reaches. */
async function runModule(env: Env, statements: string, options: ModuleOptions = {}): Promise<Response> {
  const { globalOutbound, modules = {}, imports = "" } = { globalOutbound: null, ...options };
  const source = `import { WorkerEntrypoint } from "cloudflare:workers";
${imports}
export default class extends WorkerEntrypoint { async run() { return JSON.stringify(await (async () => {${statements}})()); } }`;
  const worker = env.LOADER.load({
    compatibilityDate: "2026-11-01",
    mainModule: "main.js",
    modules: { "main.js": source, ...modules },
    ...(globalOutbound !== undefined && { globalOutbound }),
    env: {},
  });
  return new Response(await (worker.getEntrypoint() as unknown as RunsPrograms).run());
}

async function connectRival(env: Env): Promise<Client> {
  const server = rivalServer(env);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "bench", version: "1" });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return client;
}

function rivalServer(env: Env) {
  return openApiMcpServer({
    spec: document,
    executor: new DynamicWorkerExecutor({ loader: env.LOADER, timeout: 120_000 }),
    request: async ({ method, path }) => {
      const { origin: upstream, headers } = rivalUpstream;
      return (await fetch(upstream + path, { method, headers })).json();
    },
  });
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/admin/")) return serveAdmin(request, env);
    const contestant = contestants[pathname];
    return contestant ? contestant(request, env, ctx) : new Response("Not Found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
