/**
 * Runs a program in its own isolate, which is loaded for this run and never used again. The only way out of it is the
 * one that is handed in. What comes back is data, whatever the code did.
 */
import guest from "../../dist/guest.txt";
import { mayPage, partsFor, type GuestBundle } from "./bundle.ts";
import { messageOf } from "../terms/log.ts";
import { ownPagings } from "../terms/own.ts";
import type { Program } from "../terms/program.ts";
import { type GuestLasting, type GuestPart, type GuestRun, moduleNames } from "./guest/contract.ts";
import type { Upload } from "./guest/files.ts";
import { graceMs, type RunLimits, runLimits } from "./limits.ts";
import { splitIndex } from "../spec/layout.ts";
import { type BudgetOverrides, budgetsOf } from "../terms/budgets.ts";
import type { ClientConfig } from "../terms/client-config.ts";
import type { Failure, RequestRecord } from "../terms/failure.ts";
import type { FoundProgram } from "../terms/kept-programs.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { readAnswer } from "./report.ts";
import { subRequestsOf } from "./writer.ts";

export interface SandboxApi {
  name: string;
  /** See `clientConfigOf`. */
  client?: ClientConfig | undefined;
  /** Those that its file sets. */
  budgets?: BudgetOverrides | undefined;
  /** Both parts as compiled (see `CompiledCatalog`); the body only where the program may touch it. */
  index: string;
  body?: ArrayBuffer | undefined;
  /** What `describe` adds; see `GuestRun`. */
  seen?: Record<string, string> | undefined;
}

/** Of an API whose document the program does not use, only what its client has to know is shipped. */
type Shipped = Pick<SandboxApi, "name"> & Partial<SandboxApi>;

export interface SandboxRun {
  program: Program;
  apis: SandboxApi[];
  /** The program only looks up single paths in `spec.paths` (src/check/paths-by-name.ts): none is made beforehand. */
  pathsByName?: boolean;
  /** Where requests go. `search` has no network. `writes`: what takes them makes requests of calls, too (outbound.ts). */
  target: { tool: "search" } | { tool: "execute"; outbound: Fetcher; writes?: boolean };
  /** All bindings of the isolate: RPC stubs that may be called by anything the program does. Never a secret. */
  env?: { RECALL?: unknown; FILES?: unknown; STATE?: unknown; SLEEPING?: unknown };
  /** What the user uploaded, for code that names `files`. */
  uploads?: Upload[] | undefined;
  /** The list that the gateway records the run's requests in: what it says of one is believed. */
  requests?: readonly RequestRecord[];
  /** Asked where a call holds members that the document does not list: whether they may pass (see `Clearance`). */
  insisted?: (() => Promise<boolean>) | undefined;
  /** In place of those that follow from the tool and the budgets of the APIs. */
  limits?: Partial<RunLimits>;
  /** Called when the isolate is made and the program is about to get control. */
  begins?: (() => void) | undefined;
  /** A slice of a lasting run. */
  lasting?: GuestLasting | undefined;
  /** Of a kept program: JSON text of what it is called with. */
  input?: string | undefined;
  /** Kept programs that `find` lists. */
  programs?: FoundProgram[] | undefined;
}

/**
 * Node's modules are on by default since 2026-08-04, and with them `process.getBuiltinModule`, which gives code
 * `cloudflare:workers` and `cloudflare:sockets` without an import. These flags turn off both, and importable bindings.
 */
const compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2", "disallow_importable_env"];

const bundle = JSON.parse(guest) as GuestBundle;

/** The host's deadline has passed: the isolate no longer answers. */
const silent = Symbol("silent");

/**
 * @param loader the binding that makes isolates
 * @returns what the program returned, or a failure; never throws for what the program or the platform did
 */
export async function runInSandbox(loader: WorkerLoader, run: SandboxRun): Promise<SandboxOutcome> {
  const { program, target } = run;
  // A lasting run has to ask for the same in the same order each time, so it waits for nothing but its steps.
  const atHost =
    !run.lasting && !mayPage(program.source) && target.tool === "execute" && target.writes === true;
  const parts = partsFor(program, target.tool, atHost);
  if (parts.includes("client") && !atHost) parts.push("writing");
  if (run.lasting) parts.push("lasting");
  const apis: Shipped[] = parts.includes("catalogs")
    ? run.apis
    : run.apis.map(({ name, client }) => ({ name, client }));
  const limits = { ...limitsOf(run), ...run.limits };
  const { runMs, cpuMs, subRequests } = limits;
  const pagings = parts.includes("pages") ? ownPagings() : undefined;
  const options: GuestRun = {
    tool: target.tool,
    parts,
    apis: apis.map(({ name, body, client, seen }) => ({ name, hasBody: body !== undefined, client, seen })),
    uploads: run.uploads,
    pathsByName: run.pathsByName ?? false,
    parameters: [...program.parameters],
    runMs,
    cpuMs,
    hasPagings: pagings !== undefined,
    begins: run.begins,
    insisted: run.insisted,
    lasting: run.lasting,
    input: run.input,
    programs: run.programs,
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<typeof silent>((resolve) => {
    timer = setTimeout(() => resolve(silent), runMs + graceMs);
  });
  try {
    const worker = loader.load({
      compatibilityDate: "2026-11-01",
      compatibilityFlags,
      mainModule: bundle.parts.harness[0] as string,
      modules: {
        ...modulesOf(program, apis, parts),
        ...modulesOfGuest(["harness", ...parts]),
        ...(pagings !== undefined && { [moduleNames.pagings]: { js: pagings } }),
      },
      globalOutbound: target.tool === "execute" ? target.outbound : null,
      env: run.env ?? {},
      limits: { cpuMs, subRequests },
    });
    const entry = worker.getEntrypoint() as unknown as { run(options: GuestRun): Promise<string> };
    const answer = await Promise.race([entry.run(options), deadline]);
    if (answer === silent) return { ok: false, failure: { kind: "timed-out", limitMs: runMs }, logs: [] };
    return await readAnswer(answer, { program, limits, requests: run.requests ?? [], apis });
  } catch (error) {
    return { ok: false, failure: brokenRun(error, limits), logs: [] };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A run over several APIs ends when the longest `runMs` of them is over. The gateway ends what goes to each after its own,
 * so a short one holds too.
 */
function limitsOf({ apis, target }: SandboxRun): RunLimits {
  const budgets = (apis.length > 0 ? apis : [{ budgets: {} }]).map((api) => budgetsOf(api.budgets));
  return {
    cpuMs: runLimits[target.tool].cpuMs,
    subRequests: subRequestsOf(target.tool, apis),
    runMs: Math.max(...budgets.map(({ runMs }) => runMs)),
  };
}

function modulesOfGuest(parts: GuestPart[]): Record<string, WorkerLoaderModule> {
  const modules: Record<string, WorkerLoaderModule> = {};
  for (const part of parts)
    for (const name of bundle.parts[part]) modules[name] = { js: bundle.modules[name] as string };
  return modules;
}

function modulesOf(
  program: Program,
  apis: Shipped[],
  parts: GuestPart[],
): Record<string, WorkerLoaderModule> {
  const modules: Record<string, WorkerLoaderModule> = { [moduleNames.program]: { js: program.module } };
  for (const { name, index, body } of apis) {
    if (index === undefined) continue;
    const { operations, outline, search } = splitIndex(index);
    modules[moduleNames.operations(name)] = { text: operations };
    if (parts.includes("find")) modules[moduleNames.search(name)] = { text: search };
    if (!body) continue;
    modules[moduleNames.outline(name)] = { text: outline };
    modules[moduleNames.body(name)] = { data: body };
  }
  return modules;
}

/** The platform ended the isolate; only the words of its error tell which limit it was. */
function brokenRun(error: unknown, limits: RunLimits): Failure {
  const message = messageOf(error);
  if (/CPU/i.test(message))
    return { kind: "limit-reached", limit: "processor time", value: limits.cpuMs, unit: "ms" };
  // The isolate had nothing left to wait for.
  if (/had hung|never generate a response/i.test(message))
    return { kind: "timed-out", limitMs: limits.runMs };
  if (/memory/i.test(message))
    return { kind: "limit-reached", limit: "memory of an isolate", value: 128, unit: "MB" };
  return { kind: "thrown", name: "Error", message: `the run broke off: ${message}` };
}
