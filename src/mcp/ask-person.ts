/**
 * Asks the person through their client whether a paused run may continue (MCP elicitation), and takes their answer. The
 * question is signed with a key of this user's ledger and bound to the connection, so nobody can forge it or use
 * another's. The answer decides only on the requests that were shown.
 */
import {
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type ElicitRequestFormParams,
  type InputRequiredResult,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type { ExactRequest } from "../terms/approvals.ts";
import type { ReviewChoice } from "../store/ledger/approvals/review.ts";
import { codeHash } from "../store/ledger/approvals/identity.ts";
import { logEvent } from "../terms/log.ts";
import { once } from "../terms/once.ts";
import type { ToolContext } from "./tool-context.ts";

/** What was asked. The client sends it back with the answer. */
export interface Question {
  pausedRun: string;
  /** Ids of the requests that were shown. */
  requests: string[];
  codeHash: string;
}

export type QuestionCodec = RequestStateCodec<Question>;

const answerKey = "approval";

/** An approval waits for a day. */
const ttlSeconds = 24 * 60 * 60;

/** Most requests in one question; the others are asked next. */
const maxShown = 20;
const maxBodyChars = 300;

/** What the person can choose, in the words that they read. */
const decisions: Record<string, (requests: string[], reason: string) => ReviewChoice[]> = {
  "Approve the listed requests": (requests) => requests.map((request) => ({ do: "approve", request })),
  "Approve all that this code asks for": () => [{ do: "approve-all" }],
  "Always allow these operations for this client": (requests) =>
    requests.map((request) => ({ do: "always", request })),
  Reject: reject,
};

function reject(requests: string[], reason: string): ReviewChoice[] {
  return requests.map((request) => ({ do: "reject", request, reason }));
}

const Answer = z.object({ decision: z.enum(Object.keys(decisions)), reason: z.string().optional() });

const requestedSchema: ElicitRequestFormParams["requestedSchema"] = {
  type: "object",
  properties: {
    decision: { type: "string", title: "Decision", enum: Object.keys(decisions) },
    reason: {
      type: "string",
      title: "Reason, if you reject",
      description: "The code sees it.",
      maxLength: 500,
    },
  },
  required: ["decision"],
};

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
export async function ask(
  pausedRun: string,
  code: string,
  { env, caller, origin }: ToolContext,
  codec: QuestionCodec,
  server: ServerContext,
): Promise<InputRequiredResult | undefined> {
  try {
    const found = await env.LEDGER.getByName(caller.userId).pausedRun(pausedRun, maxShown);
    const waiting = found?.requests.filter(({ state }) => state === "pending") ?? [];
    if (!found || waiting.length === 0) return undefined;
    const left = found.paused.waiting - waiting.length;
    const message = [
      `The code wants to send ${waiting.length === 1 ? "this request" : `these ${waiting.length} requests`}:`,
      ...waiting.map(({ request }, n) => `${n + 1}. ${inWords(request)}`),
      ...(left > 0 ? [`${left} more ${left === 1 ? "is" : "are"} waiting after these.`] : []),
      `See them in full or decide later: ${origin}/approvals/${pausedRun}`,
    ].join("\n");
    const question = { pausedRun, requests: waiting.map(({ id }) => id), codeHash: codeHash(code) };
    return inputRequired({
      inputRequests: { [answerKey]: inputRequired.elicit({ message, requestedSchema }) },
      requestState: await codec.mint(question, server),
    });
  } catch (error) {
    logEvent("isogate.approvals.unheard", {}, error);
    return undefined;
  }
}

/**
 * Takes the answer to a question about this code, if there is one. Different code is a new call.
 * @returns the question if it stays open, because the person closed it or the ledger did not take the answer; undefined
 *   if the code may run
 */
export async function takeAnswer(
  code: string,
  { env, caller }: ToolContext,
  { mcpReq }: ServerContext,
): Promise<Question | undefined> {
  const question = mcpReq.requestState<Question>();
  if (!question || question.codeHash !== codeHash(code)) return undefined;
  const answer = inputResponse(mcpReq.inputResponses, answerKey);
  if (answer.kind !== "elicit") return undefined;
  if (answer.action === "cancel") return question;
  const content = Answer.safeParse(answer.content).data;
  const decide = content && decisions[content.decision];
  const reviews =
    answer.action === "decline"
      ? reject(question.requests, "The user declined.")
      : decide?.(question.requests, content?.reason ?? "");
  if (!reviews) return undefined;
  try {
    const ledger = env.LEDGER.getByName(caller.userId);
    // The ledger keeps what was decided meanwhile, in the console or by an earlier answer.
    for (const one of reviews) await ledger.review(question.pausedRun, one);
    return undefined;
  } catch (error) {
    logEvent("isogate.approvals.unheard", {}, error);
    return question;
  }
}

function inWords({ method, url, operation, api, body }: ExactRequest): string {
  const text = body && (body.text ?? `${body.bytes} bytes that are not text`);
  const shown = text && text.length > maxBodyChars ? `${text.slice(0, maxBodyChars)}…` : text;
  return plain(`${method} ${url} (${operation} of ${api})${shown ? `\n   ${shown}` : ""}`);
}

/** Removes characters that could move, hide or restyle the text that the person approves. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => (char === "\n" ? "\n   " : "·"));
}
