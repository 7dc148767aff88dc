/**
 * The harness: the one module that the host talks to in an isolate. It takes what it needs of JavaScript, sets the
 * globals, runs the program, and writes the outcome as one text. It holds no secret: the program shares its isolate.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { maxResultChars, maxStringChars } from "../limits.ts";
import type { Failure } from "../../terms/failure.ts";
import * as own from "./primordials.ts";
import { readBodies } from "./bodies.ts";
import { type Attachment, Attachments } from "./attachments.ts";
import { type Guard, isLong, startGuard } from "./guard.ts";
import { captureConsole } from "./console.ts";
import { type GuestRun, moduleNames } from "./contract.ts";
import type { Files } from "./files.ts";
import type { GuestError, GuestReport } from "./guest-report.ts";
import { installGlobals, type Parts, type Scope } from "./globals.ts";
import { writeJson, writeMeasured } from "./json-writer.ts";
import { Notes } from "./notes.ts";
import type { Recall } from "./recall.ts";
import type { Sleeper } from "./lasting.ts";
import type { StateStore } from "./state.ts";
import { readThrown } from "./thrown.ts";
import { unawaited } from "./unawaited.ts";

type Ending = Pick<GuestReport, "answers"> &
  (
    | { outcome: "returned"; value: unknown; bodies: unknown; unawaited: string[] }
    | { outcome: "thrown"; thrown: GuestError }
    | { outcome: "timed-out" | "busy" | "sleeping" | "cut" }
  );

/** Without a prototype, so that no `then` on `Object.prototype` gets between a promise and its ending. */
function ending(members: Ending): Ending {
  return { __proto__: null, ...members } as object as Ending;
}

interface Bindings {
  RECALL?: Recall;
  FILES?: Files;
  STATE?: StateStore;
  SLEEPING?: Sleeper;
}

export default class Guest extends WorkerEntrypoint<Bindings> {
  /** @returns a `GuestReport` as JSON in one line, its attachments, then the JSON text of the result if there is one */
  async run(run: GuestRun): Promise<string> {
    const { tool, parameters, runMs, cpuMs } = run;
    const beganMs = own.now();
    const parts = await loadParts(run, this.env);
    // A large document was read.
    if (isLong(beganMs)) await own.othersTurn();
    const scope = installGlobals(tool, parts, {
      recall: this.env.RECALL,
      files: this.env.FILES,
      uploads: run.uploads,
      input: run.input,
      programs: run.programs,
      insisted: run.insisted,
    });
    const logs = captureConsole();
    await run.begins?.();
    const guard = startGuard(cpuMs);
    const running = runProgram(scope, parameters, guard, parts.client);
    const end = await raceDeadline(running, runMs, guard, parts);
    const notes = new Notes();
    if (end.outcome !== "busy") await parts.state?.save(notes);
    return writeReport(end, logs, notes, guard, scope, parts);
  }
}

/** Before the program: what is imported later would run in a world that the program has made. */
async function loadParts(run: GuestRun, { STATE, SLEEPING }: Bindings): Promise<Parts> {
  const { parts, apis } = run;
  const catalogs = parts.includes("catalogs") ? await import("./catalogs.ts") : undefined;
  const signature = parts.includes("signature") ? await import("../../spec/read/signature.ts") : undefined;
  const describe = parts.includes("describe") ? await import("./descriptions.ts") : undefined;
  const find = parts.includes("find") ? await import("../../spec/read/find.ts") : undefined;
  const client = parts.includes("client") ? await import("./client/index.ts") : undefined;
  const writing = parts.includes("writing") ? await import("./client/writing.ts") : undefined;
  const recall = parts.includes("recall") ? await import("./recall.ts") : undefined;
  const each = parts.includes("each") ? (await import("./each.ts")).each : undefined;
  const state = parts.includes("state") ? await (await import("./state.ts")).openState(STATE) : undefined;
  const openLasting = run.lasting && (await import("./lasting.ts")).openLasting;
  // The first to run: what it registers is looked at once.
  if (run.hasPagings) await import(moduleNames.pagings);
  const pages = parts.includes("pages") ? await import("./client/pages.ts") : undefined;
  const files = parts.includes("files") ? await import("./files.ts") : undefined;
  return {
    named: apis,
    catalogs,
    describe,
    find,
    client,
    writing,
    recall,
    each,
    state,
    pages,
    files,
    isKept: run.lasting?.isKept === true,
    lasting: openLasting?.(run.lasting!, SLEEPING, globalThis.fetch),
    apis: (await catalogs?.loadApis(run, { signature, describe, find })) ?? [],
  };
}

async function runProgram(
  { globals, hint }: Scope,
  parameters: GuestRun["parameters"],
  { tick }: Guard,
  client: Parts["client"],
): Promise<Ending> {
  try {
    const program = (await import(moduleNames.program)) as Program;
    let value = await own.shielded(program.default(tick));
    if (typeof value === "function")
      value = await own.shielded(callWith(value as AnyFunction, globals, parameters));
    const bodies = own.newMap<object, unknown>();
    await own.shielded(readBodies(value, bodies));
    const answers = client?.answersWithout(value);
    return ending({ outcome: "returned", value, bodies, answers, unawaited: unawaited() });
  } catch (error) {
    return ending({ outcome: "thrown", thrown: readThrown(error, hint), answers: client?.lastAnswers() });
  }
}

interface Program {
  default(tick: () => void): Promise<unknown>;
}

type AnyFunction = (...args: unknown[]) => unknown;

/** Most functions take nothing or the object of globals; `async (api) => …` takes the global of that name. */
function callWith(fn: AnyFunction, globals: Scope["globals"], parameters: GuestRun["parameters"]): unknown {
  const list: unknown[] = [];
  for (let index = 0; index === 0 || index < parameters.length; index++) {
    const name = parameters[index];
    // null: the code has a default of its own.
    // A name that stands for nothing in this run is the program's own.
    const isGlobal = name !== undefined && name !== null && own.hasOwn(globals, name);
    own.append(list, name === null ? undefined : isGlobal ? handed(globals, name) : globals);
  }
  return own.apply(fn, undefined, list);
}

/** Functions often take more than they use: a global that is not there says so where it is used. */
function handed(globals: Scope["globals"], name: string): unknown {
  const read = () => globals[name] as never;
  try {
    return read();
  } catch {
    return new own.NativeProxy(() => {}, { get: read, has: read, ownKeys: read, apply: read });
  }
}

/** Ends a run that waits for something that never comes; what it still had under way ends with the answer. */
function raceDeadline(
  running: Promise<Ending>,
  runMs: number,
  guard: Guard,
  { client, lasting }: Parts,
): Promise<Ending> {
  return new own.NativePromise((resolve) => {
    const timer = own.setTimer(() => resolve(ending({ outcome: "timed-out" })), runMs);
    const end = (reached: Ending) => {
      own.clearTimer(timer);
      guard.stop();
      resolve(reached);
    };
    guard.onExpire(() => end(ending({ outcome: "busy" })));
    // Code cannot catch it: its calls are never answered.
    const endWith = (failure: Failure) =>
      end(ending({ outcome: "thrown", thrown: { name: "ApiError", message: failure.kind, failure } }));
    client?.whenEnded(endWith);
    lasting?.onIdle((cut) => {
      const limit = client?.limitMet();
      if (limit) endWith(limit);
      else end(ending({ outcome: cut ? "cut" : "sleeping" }));
    });
    own.thenOf(running, end as never);
  });
}

function writeReport(
  end: Ending,
  logs: () => GuestReport["logs"],
  notes: Notes,
  guard: Guard,
  { inReply }: Scope,
  { catalogs, client }: Parts,
): string {
  let attachments = new Attachments();
  let result = "";
  const cut = client?.cutLists() ?? [];
  for (let index = 0; index < cut.length; index++) notes.add(cut[index] as string);
  if (end.outcome === "returned") {
    const { value, bodies } = end;
    for (let index = 0; index < end.unawaited.length; index++) notes.add(end.unawaited[index] as string);
    if (value === undefined)
      notes.add("The code returned nothing: end it with return, or with the value itself.");
    if (typeof value === "function")
      notes.add("The code returned a function: call it, and return what it gives.");
    // Runs getters and toJSON of the program: its time may be up only now.
    const pointerOf = catalogs?.pointerOf;
    const whole = { maxChars: maxResultChars, maxString: maxResultChars, pointerOf, bodies };
    const said = new Notes();
    const { text, longest } = writeMeasured(value, { ...whole, notes: said, attachments });
    result = text;
    // One long text must not take the room of what stands beside it, where not all has room.
    if (said.list.length > 0 && longest > maxStringChars && typeof value !== "string") {
      attachments = new Attachments();
      result = writeJson(value, { ...whole, maxString: maxStringChars, notes, attachments });
    } else for (let index = 0; index < said.list.length; index++) notes.add(said.list[index] as string);
    result = inReply(result);
  }
  const outcome = guard.expired() ? "busy" : end.outcome;
  const lines = logs();
  // A reply to a failure has no notes.
  for (let index = 0; end.outcome !== "returned" && index < notes.list.length; index++)
    own.append(lines, { level: "warn", text: notes.list[index] as string });
  const missed = catalogs?.missedPaths();
  const types: string[] = [];
  let bytes = "";
  for (let index = 0; index < attachments.list.length; index++) {
    const { type, base64 } = attachments.list[index] as Attachment;
    own.append(types, type);
    bytes += `${base64}\n`;
  }
  const said = { logs: lines, notes: notes.list, answers: end.answers, missed };
  const report: GuestReport = { outcome, ...said, attachments: types };
  if (end.outcome === "thrown") report.thrown = end.thrown;
  return `${writeJson(report, { maxChars: maxResultChars })}\n${bytes}${result}`;
}
