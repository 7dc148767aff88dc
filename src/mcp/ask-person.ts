/**
 * Asks the person through their client whether a paused run may continue (MCP elicitation), and takes their answer. A
 * question that travels through a client is signed with a key of this user's ledger and bound to the connection, so
 * nobody can forge it or use another's. The answer decides only on what was shown: a request that does not fit whole into
 * the question is not offered for approval there.
 */
import {
  createRequestStateCodec,
  type ElicitRequestFormParams,
  type ElicitResult,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { capabilityLines } from "../request/shown/capability-text.ts";
import { requestText } from "../request/shown/request-text.ts";
import { ruleInWords } from "../request/shown/rule-in-words.ts";
import type { PausedFound, ReviewChoice, ReviewedRequest, Shown } from "../store/ledger/approvals/review.ts";
import { codeHash } from "../store/ledger/approvals/identity.ts";
import { isNoConnection } from "../terms/caller.ts";
import { logEvent } from "../terms/log.ts";
import { once } from "../terms/once.ts";
import { visibleLine } from "../terms/visible.ts";
import type { ToolContext } from "./tool-context.ts";

/** What was asked. Where the client sends it back with the answer, it is signed. */
export interface Question {
  pausedRun: string;
  /** The requests that were shown. */
  requests: Shown[];
  /** Hash of what the code can call, if that was shown. */
  capabilities?: string;
  codeHash: string;
  /** The decisions that were offered: no other one counts. */
  offered: string[];
}

export type QuestionCodec = RequestStateCodec<Question>;

/** An approval waits for a day. */
const ttlSeconds = 24 * 60 * 60;

/** Most requests in one question; the others are asked next. */
const maxShown = 20;
/** Longer questions are not read. What does not fit is read at the link. */
const maxQuestionChars = 4_000;
const maxProgramLines = 12;
/** A rule can name any number of operations, and must not take the room of the request. The page has all of it. */
const maxRuleChars = 300;

/** What the person can choose, in the words that they read. */
const decisions = {
  "Approve the listed requests": ({ requests }) => ({ do: "approve", requests }),
  "Allow this program": ({ capabilities }) =>
    capabilities === undefined ? undefined : { do: "allow-program", capabilities },
  "Always allow these operations for this client": ({ requests }) => ({ do: "always", requests }),
  Reject: ({ requests }, reason) => ({ do: "reject", requests, reason }),
  "Decide at the link": () => undefined,
} satisfies Record<string, (shown: Question, reason: string) => ReviewChoice | undefined>;
type Choice = keyof typeof decisions;

const Answer = z.object({
  decision: z.enum(Object.keys(decisions) as [Choice, ...Choice[]]).optional(),
  reason: z.string().optional(),
});

const formOf = (offered: readonly Choice[]): ElicitRequestFormParams["requestedSchema"] => ({
  type: "object",
  properties: {
    decision: { type: "string", title: "Decision", enum: [...offered] },
    reason: {
      type: "string",
      title: "Reason, if you reject",
      description: "The code sees it.",
      maxLength: 500,
    },
  },
  required: ["decision"],
});

/** Signs and checks questions. Fetches the key when it is first needed. */
export function questionCodec({ env, caller }: ToolContext): QuestionCodec {
  const bind = ({ mcpReq }: ServerContext) => JSON.stringify([mcpReq.method, caller.userId, caller.clientId]);
  const codec = once(async () => {
    const key = await env.LEDGER.getByName(caller.userId).questionKey();
    return createRequestStateCodec<Question>({ key, ttlSeconds, bind });
  });
  return {
    mint: async (question, context) => (await codec()).mint(question, context),
    verify: async (state, context) => (await codec()).verify(state, context),
  };
}

/**
 * @param pausedRun id in the ledger of the run that waits
 * @param code that was sent: an answer counts only for this code
 * @returns undefined if no request is waiting, or if the ledger did not answer: the person can decide at the link
 */
export async function questionAbout(
  pausedRun: string,
  code: string,
  { env, caller, origin }: ToolContext,
): Promise<{ question: Question; form: ElicitRequestFormParams } | undefined> {
  try {
    const found = await env.LEDGER.getByName(caller.userId).pausedRun(pausedRun, maxShown);
    const waiting = found?.requests.filter(({ state }) => state === "pending") ?? [];
    const [first] = waiting;
    if (!found || !first) return undefined;
    const fitting = wholeTexts(waiting);
    const shown = fitting.length > 0 ? waiting.slice(0, fitting.length) : [first];
    const left = found.paused.waiting - shown.length;
    const link = `${origin}/approvals/${pausedRun}`;
    const program = left > 0 || fitting.length === 0 ? undefined : programIn(found);
    const message =
      fitting.length > 0
        ? [
            `The code wants to send ${shown.length === 1 ? "this request" : `these ${shown.length} requests`}:`,
            ...fitting,
            ...(left > 0 ? [`${left} more ${left === 1 ? "is" : "are"} waiting after these.`] : []),
            ...(program?.lines ?? []),
            `Decide here, or at ${link}`,
          ]
        : [
            "The code wants to send a request that is too long to be shown here in full:",
            headOf(first, 0),
            `Read all of it, and approve it, at ${link}`,
          ];
    const always: Choice[] = isNoConnection(caller.clientId)
      ? []
      : ["Always allow these operations for this client"];
    const whole: Choice[] = program ? ["Allow this program"] : [];
    const offered: Choice[] =
      fitting.length > 0
        ? ["Approve the listed requests", ...whole, ...always, "Reject"]
        : ["Decide at the link", "Reject"];
    const requests = shown.map(({ id, hash }) => ({ id, hash }));
    return {
      question: {
        pausedRun,
        requests,
        ...(program && { capabilities: program.hash }),
        codeHash: codeHash(code),
        offered,
      },
      form: { mode: "form", message: message.join("\n"), requestedSchema: formOf(offered) },
    };
  } catch (error) {
    logEvent("isogate.approvals.unheard", {}, error);
    return undefined;
  }
}

/**
 * Takes what a client answered. A client that declines by itself is not a person: without a person's words nothing is
 * decided, the requests wait on, and their page says so.
 * @returns whether the code may run again, because something was decided
 */
export async function takeAnswer(
  question: Question,
  { action, content }: { action: ElicitResult["action"]; content?: unknown },
  { env, caller }: ToolContext,
): Promise<boolean> {
  const { decision, reason = "" } = Answer.safeParse(content).data ?? {};
  const { requests, pausedRun, offered } = question;
  const note = (words: string): ReviewChoice => ({ do: "note", requests, reason: words });
  let review: ReviewChoice | undefined;
  if (action === "accept" && decision !== undefined && offered.includes(decision))
    review = decisions[decision](question, reason);
  else if (action === "decline")
    review = reason.trim() === "" ? note(declined) : decisions.Reject(question, reason);
  if (!review) return false;
  try {
    // The ledger keeps what was decided meanwhile, in the console or by an earlier answer.
    await env.LEDGER.getByName(caller.userId).review(pausedRun, review);
    return review.do !== "note";
  } catch (error) {
    logEvent("isogate.approvals.unheard", {}, error);
    return false;
  }
}

const declined = "The client declined the question without a person's words. Nothing was decided.";

/** What the person allows with the program, if it can be allowed and is short enough to be read. */
function programIn({ paused, program }: PausedFound): { hash: string; lines: string[] } | undefined {
  if (paused.kind === "plan" || !program?.coversAll) return undefined;
  const can = capabilityLines(program.capabilities);
  const lines = [
    "If you allow this program, it may do the following as often as it wants, with any values, until this run has ended, and nothing else:",
    ...can,
  ];
  const fits = can.length <= maxProgramLines && lines.join("\n").length <= maxQuestionChars / 2;
  return fits ? { hash: program.hash, lines } : undefined;
}

/** The first requests, as many as fit whole. */
function wholeTexts(waiting: readonly ReviewedRequest[]): string[] {
  const texts: string[] = [];
  let chars = 0;
  for (const one of waiting) {
    const { text, isWhole, hasBytes } = requestText(one.request);
    // A line of the request cannot pass for a line of the question.
    const lines = [headOf(one, texts.length), ...text.split("\n").map((line) => `   | ${line}`)].join("\n");
    chars += lines.length;
    if (!isWhole || hasBytes || chars > maxQuestionChars) break;
    texts.push(lines);
  }
  return texts;
}

/** What a request is, and which rule asks about it. */
function headOf({ request: { operation, api, account, asks } }: ReviewedRequest, position: number): string {
  const signed = account ? `, account ${visibleLine(JSON.stringify(account))}` : "";
  const head = `${position + 1}. ${visibleLine(operation)} of ${visibleLine(api)}${signed}`;
  if (!asks) return head;
  const rule = `${visibleLine(ruleInWords({ grounds: asks }))}.`;
  return `${head}\n   ${rule.length > maxRuleChars ? `${rule.slice(0, maxRuleChars - 1)}…` : rule}`;
}
