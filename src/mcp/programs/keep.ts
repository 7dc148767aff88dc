/**
 * `execute` with `keep`: proposes the code as a program that its user allows once, and that then runs by its name or at its times.
 * Nothing runs now. Everything that can be refused is refused before anybody is asked.
 */
import { z } from "zod";
import { checkCode, readCapabilities } from "../../check/read-code.ts";
import { startRecording } from "../../gateway/record/recording.ts";
import { maxResultDepth, notKept } from "../../sandbox/limits.ts";
import { capabilityLines } from "../../request/shown/capability-text.ts";
import { checkEvery } from "../../store/ledger/programs/schedule.ts";
import { clientOf } from "../../terms/caller.ts";
import type { Failure } from "../../terms/failure.ts";
import { programLimits, programName, type Proposal } from "../../terms/kept-programs.ts";
import { logEvent } from "../../terms/log.ts";
import { maxCodeChars } from "../../terms/record.ts";
import { newRunId } from "../../terms/run-id.ts";
import { failed, misconfigured, type Result } from "../../terms/result.ts";
import { cannotBeKept } from "../lacking.ts";
import { failureReply, type Reply } from "../reply.ts";
import type { ToolContext } from "../tool-context.ts";
import type { ToolCall } from "../tools/tool.ts";
import { hasForm, isMixed } from "./name-form.ts";

const Keep = z.strictObject({
  name: z
    .string({ error: ({ input }) => (input === undefined ? "it is missing" : "it is no text") })
    // Composed, it may be shorter.
    .max(4 * programLimits.nameChars)
    .overwrite(programName)
    .min(1, { error: "it is empty", abort: true })
    .max(programLimits.nameChars)
    .refine(hasForm, "it has other characters than these")
    .refine(
      (name) => !isMixed(name),
      "it has letters of two scripts that look alike, such as Latin and Cyrillic; use one",
    ),
  every: z.string().optional(),
  input: z.unknown().optional(),
});
export type Keep = z.input<typeof Keep>;

export async function proposeProgram(call: ToolCall, context: ToolContext): Promise<Reply> {
  const { env, ctx, caller, origin } = context;
  const startedAtMs = Date.now();
  const answer = await keepProgram(call, context);
  if (answer.ok) return { said: { result: inWords(answer, origin) }, first: [answer.first] };
  const { failure } = answer;
  const begun = {
    runId: newRunId(),
    startedAtMs,
    tool: "execute",
    code: call.code,
    client: clientOf(caller),
    access: caller.access,
    ...(caller.tags && { tags: caller.tags }),
  };
  const recording = startRecording({ env, ctx, userId: caller.userId }, begun, [], context.sinks);
  recording({ ok: false, failure, logs: [] });
  return failureReply(failure);
}

/** Proposes it, or says why nobody is asked. Records nothing. */
export async function keepProgram(call: ToolCall, context: ToolContext): Promise<Result<Told>> {
  const proposal = await proposalOf(call, context);
  return proposal.ok ? proposed(proposal, context) : proposal;
}

async function proposalOf(
  { code, keep: given, plan, background }: ToolCall,
  context: ToolContext,
): Promise<Result<{ proposal: Proposal }>> {
  const { caller, apis, origin } = context;
  if (plan || background)
    return unusable(
      `keep proposes the code and runs nothing, so it does not go with ${plan ? "plan" : "background"}.`,
      "Leave out one of both.",
    );
  const parsed = Keep.safeParse(given);
  if (!parsed.success) return unusable(forms, wrongIn(parsed.error));
  const { name, ...keep } = parsed.data;
  const every = keep.every === undefined ? undefined : checkEvery(keep.every, Date.now());
  if (every && !every.ok) return unusable(every.failure, "Send the code again with another every.");
  const read = inputText(keep.input);
  if (!read.ok) return unusable(read.failure, "Read the data in the code.");
  const { input } = read;
  if (typeof code !== "string" || code.length > maxCodeChars)
    return unusable("The code is too long to be kept.", "Read the data in the code.");
  const checked = await checkCode(code, context);
  if (!checked.ok) return checked;
  const { program, insisted } = checked;
  const missing = notKept.find((one) => program.freeNames.has(one));
  if (missing !== undefined)
    return unusable(
      missing === "run"
        ? "A kept program runs no other one: a person allows each by itself."
        : `${missing} is not there in a kept program, which runs as in the background.`,
      missing === "run"
        ? "Put what both do into one program."
        : "Keep values in variables, or in state for its next run, and return what is wanted.",
    );
  const capabilities = await readCapabilities(checked, context);
  if (capabilities === undefined)
    return misconfigured(
      "What the code can call could not be read, so nobody was asked.",
      "Tell the operator to read the server's log.",
    );
  const lacking = cannotBeKept(checked.called, capabilities, context);
  if (lacking) return failed(lacking);
  const proposal = {
    name,
    code: program.code,
    caller,
    apis: apis.map((api) => api.name),
    origin,
    insisted: await insisted,
    capabilities,
    ...(every && { every: every.every }),
    ...(input !== undefined && { input }),
  };
  return { ok: true, proposal };
}

/** As JSON, within what a program is given and a page can show. */
function inputText(input: unknown): Result<{ input: string | undefined }, string> {
  if (input === undefined) return { ok: true, input: undefined };
  const text = JSON.stringify(input);
  const { inputChars } = programLimits;
  if (text.length > inputChars)
    return failed(`keep.input has ${text.length} characters of JSON, and at most ${inputChars} are kept.`);
  let depth = 0;
  // JSON ends its texts. A pattern that insists on it would look for the end again and again where there is none.
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]}]/g)) {
    depth += "[{".includes(sign) ? 1 : "]}".includes(sign) ? -1 : 0;
    if (depth > maxResultDepth) return failed(`keep.input is nested deeper than ${maxResultDepth} levels.`);
  }
  return { ok: true, input: text };
}

interface Told {
  id: string;
  name: string;
  first: string;
  is: "proposed" | "changed" | "kept";
  every?: string | undefined;
  /** What the user is asked to allow. */
  can: string[];
}

/** Lines of what it can call: code that says it in fewer is easier to allow. */
const maxShown = 20;

const forms = `keep is { name, every, input }: a name of 1 to ${programLimits.nameChars} letters, digits, spaces, dots, hyphens and underscores that begins with a letter or a digit, such as "block attackers"; every, if it is to run by itself, a text such as "15 minutes" or "0 9 * * 1-5"; input, if it is to be called with something, any JSON.`;

function wrongIn({ issues: [first] }: z.ZodError): string {
  const { path = [], message = "" } = first ?? {};
  return `Send the code again with another ${["keep", ...path].join(".")}: ${message}.`;
}

async function proposed(
  { proposal }: { proposal: Proposal },
  { env, caller }: ToolContext,
): Promise<Result<Told>> {
  const { name } = proposal;
  try {
    const answer = await env.LEDGER.getByName(caller.userId).proposeProgram(proposal);
    if ("refused" in answer) return unusable(answer.refused, "Tell the user to delete one in the console.");
    const { id, is } = answer;
    const can = capabilityLines(proposal.capabilities).slice(0, maxShown);
    const first =
      is === "kept"
        ? `The program ${JSON.stringify(name)} is kept as it is sent here.`
        : `The program ${JSON.stringify(name)} was proposed. Nothing was run.`;
    return { ok: true, id, name, first, is, every: proposal.every, can };
  } catch (error) {
    logEvent("isogate.program.unproposed", {}, error);
    return misconfigured(
      "The program was not proposed: the storage of this deployment did not answer.",
      "Send the code again in a moment. If it keeps failing, tell the operator to read the server's log.",
    );
  }
}

function inWords({ id, name, is, every, can }: Told, origin: string): string {
  const call = `await run(${JSON.stringify(name)}, input)`;
  const page = `${origin}/programs/${id}`;
  if (is === "kept") return `Nothing is left to decide. In later code, ${call} runs it. Its page: ${page}`;
  const runs =
    every === undefined ? `by ${call} in later code` : `at its times, and by ${call} in later code`;
  const before = is === "changed" ? "the version before goes on" : "nothing of it runs";
  return [
    `Give the user this link, and ask them to allow it there: ${page}`,
    `From then on it runs ${runs}; until then, ${before}. Its code has input, and a state of its own. It is held to what the user is shown:`,
    ...(can.length > 0 ? can : ["nothing that could be read from the code"]),
  ].join("\n");
}

function unusable(message: string, next: string): { ok: false; failure: Failure } {
  return failed({ kind: "unusable-code" as const, message, next });
}
