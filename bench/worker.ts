/**
 * The contestants of the search figures, side by side in one workerd: an empty isolate, isogate's own road, the
 * dereferenced document pasted into the source, and the npm package of a rival. Each answers one POST with the code
 * to run; the caller measures, since clocks stand still in here.
 */
import { DynamicWorkerExecutor } from "@cloudflare/codemode";
import { openApiMcpServer } from "@cloudflare/codemode/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { serveAdmin } from "../src/deployment/admin.ts";
import { runTool } from "../src/mcp/run-tool.ts";
import type { CheckInput } from "../src/check/types/checker/check.ts";
import { hostedChecker } from "../src/check/types/host.ts";
import { execute } from "../src/mcp/tools/execute.ts";
import { search } from "../src/mcp/tools/search.ts";
import { readManifest } from "../src/store/catalogs.ts";

export { Gateway } from "../src/gateway/gateway.ts";
export { Ledger } from "../src/store/ledger/ledger.ts";
export { Recall } from "../src/store/ledger/recall.ts";

interface RunsPrograms {
  run(): Promise<string>;
}

const contestants: Record<string, (request: Request, env: Env, ctx: ExecutionContext) => Promise<Response>> =
  {
    "/healthz": async () => new Response("ok"),

    "/empty": async (_request, env) => runModule(env, "return 42"),

    "/isogate": async (request, env, ctx) => {
      const { apis } = await readManifest(env.CATALOGS);
      const access = Object.fromEntries(apis.map(({ name }) => [name, ["read" as const]]));
      const caller = { userId: "bench", clientId: "bench", access };
      return Response.json(await runTool(search, await request.text(), { env, ctx, caller, apis }));
    },

    /** The whole road of one execute; the budget of the check is measured against it. */
    "/execute": async (request, env, ctx) => {
      const { apis } = await readManifest(env.CATALOGS);
      const access = Object.fromEntries(apis.map(({ name }) => [name, ["read" as const]]));
      const caller = { userId: "bench", clientId: "bench", access };
      return Response.json(await runTool(execute, await request.text(), { env, ctx, caller, apis }));
    },

    /** One turn of the type checker, where it is hosted. */
    "/types": async (request, env) =>
      Response.json(await hostedChecker(env.LOADER).check((await request.json()) as CheckInput)),

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

    "/codemode": async (request, env) => {
      rival ??= await connectRival(env);
      return Response.json(
        await rival.callTool({ name: "search", arguments: { code: await request.text() } }),
      );
    },
  };

let document: Record<string, unknown> = {};
let literal = "{}";
let rival: Client | undefined;

async function runModule(env: Env, statements: string): Promise<Response> {
  const source = `import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint { async run() { return JSON.stringify(await (async () => {${statements}})()); } }`;
  const worker = env.LOADER.load({
    compatibilityDate: "2026-11-01",
    mainModule: "main.js",
    modules: { "main.js": source },
    globalOutbound: null,
    env: {},
  });
  return new Response(await (worker.getEntrypoint() as unknown as RunsPrograms).run());
}

async function connectRival(env: Env): Promise<Client> {
  const executor = new DynamicWorkerExecutor({ loader: env.LOADER, timeout: 120_000 });
  const server = openApiMcpServer({ spec: document, executor, request: async () => undefined });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "bench", version: "1" });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return client;
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/admin/")) return serveAdmin(request, env);
    const contestant = contestants[pathname];
    return contestant ? contestant(request, env, ctx) : new Response("Not Found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
