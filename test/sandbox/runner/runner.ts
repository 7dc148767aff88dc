/** Runs the code in the body of a request and answers with the outcome: for code that may hang its whole server. */
import { parseProgram } from "../../../src/check/parse.ts";
import { runInSandbox } from "../../../src/sandbox/run.ts";

export default {
  async fetch(request, env) {
    const parsed = parseProgram(await request.text());
    if (!parsed.ok) return Response.json({ ok: false, failure: parsed.failure });
    const limits = { cpuMs: 300, wallMs: 2_000 };
    const { program } = parsed;
    return Response.json(
      await runInSandbox(env.LOADER, { program, apis: [], target: { tool: "search" }, limits }),
    );
  },
} satisfies ExportedHandler<Env>;
