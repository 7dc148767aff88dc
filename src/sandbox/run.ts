/**
 * Runs a program in an isolate of its own: loaded for this run, never used again, with no way out but the one that
 * is handed in. What comes back is data, whatever the code did.
 */
import guest from "../../dist/guest.txt";
import type { ClientConfig } from "../deployment/client-config.ts";
import type { Program } from "../check/program.ts";
import { type GuestRun, moduleNames } from "./guest/contract.ts";
import { graceMs, type RunLimits, runLimits } from "./limits.ts";
import type { SandboxOutcome } from "./outcome.ts";
import { readAnswer } from "./report.ts";

export interface SandboxApi {
  name: string;
  /** Both parts as compiled (see `CompiledCatalog`); the body only where the program may touch it. */
  index: string;
  body?: ArrayBuffer | undefined;
  /** See `clientConfigOf`. */
  client?: ClientConfig | undefined;
}

export interface SandboxRun {
  program: Program;
  apis: SandboxApi[];
  /** Where requests go. `search` has no network. */
  target: { tool: "search" } | { tool: "execute"; outbound: Fetcher };
  /** All bindings of the isolate: RPC stubs that may be called by anything the program does. Never a secret. */
  env?: { RECALL?: unknown };
  /** Those of `runLimits` unless told. */
  limits?: Partial<RunLimits>;
}

/**
 * Node's modules are on by default since 2026-08-04, and with them `process.getBuiltinModule`, by which code gets
 * at `cloudflare:workers` and `cloudflare:sockets` without an import. Neither is wanted, nor bindings as an import.
 */
const compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2", "disallow_importable_env"];

/** The host's deadline has passed: the isolate does not answer any more. */
const silent = Symbol("silent");

/** @param loader the binding that makes isolates */
export async function runInSandbox(loader: WorkerLoader, run: SandboxRun): Promise<SandboxOutcome> {
  const { program, apis, target } = run;
  const limits = { ...runLimits[target.tool], ...run.limits };
  const { wallMs, cpuMs, subRequests } = limits;
  const options: GuestRun = {
    tool: target.tool,
    apis: apis.map(({ name, body, client }) => ({ name, hasBody: body !== undefined, client })),
    parameters: [...program.parameters],
    wallMs,
    cpuMs,
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<typeof silent>((resolve) => {
    timer = setTimeout(() => resolve(silent), wallMs + graceMs);
  });
  try {
    const worker = loader.load({
      compatibilityDate: "2026-11-01",
      compatibilityFlags,
      mainModule: moduleNames.guest,
      modules: modulesOf(program, apis),
      globalOutbound: target.tool === "execute" ? target.outbound : null,
      env: run.env ?? {},
      limits: { cpuMs, subRequests },
    });
    const entry = worker.getEntrypoint() as unknown as { run(options: GuestRun): Promise<string> };
    const answer = await Promise.race([entry.run(options), deadline]);
    if (answer === silent) return { ok: false, failure: { kind: "timed-out", limitMs: wallMs }, logs: [] };
    return readAnswer(answer, program, limits);
  } catch (error) {
    return { ok: false, failure: brokenRun(error, limits), logs: [] };
  } finally {
    clearTimeout(timer);
  }
}

function modulesOf(program: Program, apis: SandboxApi[]): Record<string, WorkerLoaderModule> {
  const modules: Record<string, WorkerLoaderModule> = {
    [moduleNames.guest]: { js: guest },
    [moduleNames.program]: { js: program.module },
  };
  for (const { name, index, body } of apis) {
    modules[moduleNames.index(name)] = { text: index };
    if (body) modules[moduleNames.body(name)] = { data: body };
  }
  return modules;
}

/** The platform ended the isolate: which limit it was is told in the words of its error. */
function brokenRun(error: unknown, limits: RunLimits) {
  const message = error instanceof Error ? error.message : String(error);
  if (/CPU/i.test(message))
    return { kind: "limit-reached", limit: "processor time", value: limits.cpuMs, unit: "ms" } as const;
  // Nothing was left that could have made it go on.
  if (/had hung|never generate a response/i.test(message))
    return { kind: "timed-out", limitMs: limits.wallMs } as const;
  if (/memory/i.test(message))
    return { kind: "limit-reached", limit: "memory of an isolate", value: 128, unit: "MB" } as const;
  return { kind: "thrown", name: "Error", message: `the run broke off: ${message}` } as const;
}
