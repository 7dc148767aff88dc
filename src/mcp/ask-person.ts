/**
 * Asks the person through their client whether a paused run may go on (MCP elicitation), and takes their answer. What
 * travels through the client is signed with a key of this user's ledger, and bound to the connection: it can be neither
 * made up nor used by anybody else. Only the requests that were shown are decided on.
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
import type { ReviewDecision } from "../store/ledger/approvals/review.ts";
import { codeHash } from "../store/ledger/approvals/identity.ts";
import type { ToolContext } from "./tools/tool.ts";

/** What was asked; comes back with the answer. */
export interface Question {
  continuation: string;
  /** Ids of the requests that were shown. */
  requests: string[];
  /** Of the code that was paused. */
  code: string;
}

const answerKey = "approval";

/** A day, as long as an approval waits. */
const ttlSeconds = 24 * 60 * 60;

/** Requests in one question; a person reads no more. The others are asked next. */
const maxShown = 20;
const maxBodyChars = 300;

const decisions = {
  approve: "Approve what is listed",
  all: "Approve all that this code asks for",
  always: "Always allow these operations for this client",
  reject: "Reject",
} as const;

const Answer = z.object({ decision: z.enum(Object.values(decisions)), reason: z.string().optional() });

const requestedSchema: ElicitRequestFormParams["requestedSchema"] = {
  type: "object",
  properties: {
    decision: { type: "string", title: "Decision", enum: Object.values(decisions) },
    reason: {
      type: "string",
      title: "Reason, if you reject",
      description: "The code is told.",
      maxLength: 500,
    },
  },
  required: ["decision"],
};

/** Signs and checks questions; the key is fetched when it is needed first. */
export function questionCodec({ env, caller }: ToolContext): RequestStateCodec<Question> {
  let made: Promise<RequestStateCodec<Question>> | undefined;
  const codec = () =>
    (made ??= (async () => {
      const key = await env.LEDGER.getByName(caller.userId).questionKey();
      const bind = ({ mcpReq }: ServerContext) =>
        JSON.stringify([mcpReq.method, caller.userId, caller.clientId]);
      return createRequestStateCodec<Question>({ key, ttlSeconds, bind });
    })());
  return {
    mint: async (question, context) => (await codec()).mint(question, context),
    verify: async (state, context) => (await codec()).verify(state, context),
  };
}

/** @returns undefined if nothing waits any more */
export async function ask(
  continuation: string,
  code: string,
  { env, caller, origin }: ToolContext,
  codec: RequestStateCodec<Question>,
  server: ServerContext,
): Promise<InputRequiredResult | undefined> {
  const found = await env.LEDGER.getByName(caller.userId).pausedRun(continuation, maxShown);
  const waiting = found?.requests.filter(({ state }) => state === "pending") ?? [];
  if (!found || waiting.length === 0) return undefined;
  const left = found.paused.waiting - waiting.length;
  const message = [
    `The code wants to send ${waiting.length === 1 ? "this request" : `these ${waiting.length} requests`}:`,
    ...waiting.map(({ request }, n) => `${n + 1}. ${inWords(request)}`),
    ...(left > 0 ? [`${left} more wait after these.`] : []),
    `All of it, and deciding later: ${origin}/approvals/${continuation}`,
  ].join("\n");
  const question: Question = { continuation, requests: waiting.map(({ id }) => id), code: codeHash(code) };
  return inputRequired({
    inputRequests: { [answerKey]: inputRequired.elicit({ message, requestedSchema }) },
    requestState: await codec.mint(question, server),
  });
}

/**
 * Takes the answer to a question, if one came.
 * @returns `later`: the person closed the question; `decided` or `none`: the code may run
 */
export async function takeAnswer(
  question: Question,
  responses: Record<string, unknown> | undefined,
  { env, caller }: ToolContext,
): Promise<"decided" | "later" | "none"> {
  const answer = inputResponse(responses, answerKey);
  if (answer.kind !== "elicit") return "none";
  if (answer.action === "cancel") return "later";
  const content = Answer.safeParse(answer.content);
  const declined = answer.action === "decline";
  if (!declined && !content.success) return "none";
  const { decision, reason = "" } = declined
    ? { decision: decisions.reject, reason: "The user declined." }
    : content.data!;
  const ledger = env.LEDGER.getByName(caller.userId);
  for (const one of reviewsOf(decision, reason, question.requests))
    // What was decided meanwhile, in the console or by an answer that came before, stays as it is.
    await ledger.review(question.continuation, one);
  return "decided";
}

function reviewsOf(
  decision: (typeof decisions)[keyof typeof decisions],
  reason: string,
  requests: string[],
): ReviewDecision[] {
  switch (decision) {
    case decisions.approve:
      return requests.map((request) => ({ do: "approve", request }));
    case decisions.all:
      return [{ do: "approve-all" }];
    case decisions.always:
      return requests.map((request) => ({ do: "always", request }));
    case decisions.reject:
      return requests.map((request) => ({ do: "reject", request, reason }));
  }
}

function inWords({ method, url, operation, api, body }: ExactRequest): string {
  const text = body && (body.text ?? `${body.bytes} bytes that are no text`);
  const shown = text && text.length > maxBodyChars ? `${text.slice(0, maxBodyChars)}…` : text;
  return plain(`${method} ${url} (${operation} of ${api})${shown ? `\n   ${shown}` : ""}`);
}

/** Without anything that could move, hide or restyle the text that is approved. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => (char === "\n" ? "\n   " : "·"));
}
