/** Runs the code in the body of a request and answers with the outcome: for code that may hang its whole server. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { parseProgram } from "../../../src/check/parse.ts";
import { runInSandbox, type SandboxRun } from "../../../src/sandbox/run.ts";

/** The network of `/execute`: answers every request with what it saw of it. */
export class Echo extends WorkerEntrypoint {
  override fetch(request: Request): Response {
    return Response.json([request.method, request.url, request.headers.get("upgrade")]);
  }
}

interface Exports {
  Echo(options: { props: object }): Fetcher;
}

export default {
  async fetch(request, env, context) {
    const parsed = parseProgram(await request.text());
    if (!parsed.ok) return Response.json({ ok: false, failure: parsed.failure });
    const outbound = () => (context.exports as unknown as Exports).Echo({ props: {} });
    const target: SandboxRun["target"] =
      new URL(request.url).pathname === "/execute"
        ? { tool: "execute", outbound: outbound() }
        : { tool: "search" };
    const limits = { cpuMs: 300, runMs: 2_000 };
    return Response.json(
      await runInSandbox(env.LOADER, { program: parsed.program, apis: [], target, limits }),
    );
  },
} satisfies ExportedHandler<Env>;
