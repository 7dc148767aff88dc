/**
 * What the gateway asks of whoever keeps approvals (the user's ledger). Types only.
 *
 * A run that meets an `ask` is paused: the exact request is kept, a person decides, and the same code runs again. That
 * later run *continues* the paused one: a request is matched to what is kept by method, URL and body, in any order.
 * What was answered is answered from there; what was approved goes out, once; what was sent and never answered is not
 * sent again.
 *
 * The gateway's part:
 * 1. A run that may meet an `ask` (an API of it has such a rule, or it is a plan) calls `continues` when it starts.
 * 2. If nothing is continued: requests that are allowed go out as ever, and the gateway keeps in memory what it sent
 *    and what came back. The first `ask` calls `decideRequest` with all of that as `sent`; from then on the run
 *    continues (3).
 * 3. If something is continued: `decideRequest` for every request, asked or allowed, read or write (reads may be left
 *    out: they are then sent again).
 * 4. `send` with a ticket: call `recordSent` as the last thing before `fetch`, and send only if it says true; then
 *    `recordAnswered`, or `recordUnanswered` if no answer came. Without a ticket: just send.
 * 5. `pause`: answer nothing to the code; end the run with the failure `needs-approval`, a moment later, so that
 *    requests made in parallel are kept too (all in one page for the person).
 */
import type { Access } from "./api-file.ts";
import type { Failure } from "./failure.ts";

/** A run as far as approvals need it. */
export interface ApprovedRun {
  runId: string;
  /** What approvals are bound to besides the user: the connection, which is the client's id. */
  client: { id: string; name?: string };
  /** As the model sent it. The same code continues; another does not. */
  code: string;
  /** Writes are listed and not sent. */
  plan?: boolean;
}

/** A request exactly as it would be sent, with every credential masked. */
export interface ExactRequest {
  api: string;
  operation: string;
  access: Access;
  /** Upper case. */
  method: string;
  url: string;
  /** Pairs of name and value, names in lower case, sorted; what the gateway adds by itself is left out (user-agent, idempotency key). */
  headers: string[][];
  body?: {
    /** SHA-256 of the bytes, lower-case hex. */
    hash: string;
    bytes: number;
    /** For a person to read; left out if it is no text. */
    text?: string;
    /** Characters of the text beyond `maxShownBodyChars`, which are not kept to be shown. */
    cutChars?: number;
  };
}

/** An answer of an upstream as the code receives it: after redaction. */
export interface KeptAnswer {
  status: number;
  headers: string[][];
  /** Left out if there was none, or if it was larger than `maxKeptAnswerBytes`. */
  body?: Uint8Array;
  /** There was a body, and it was too large to keep. */
  bodyTooLarge?: boolean;
}

/** What a run sent before it was paused: with its answer, or with a ticket to record the answer by when it comes. */
export type SentRequest = { request: ExactRequest } & (
  | { answer: KeptAnswer }
  /** A new random id. */
  | { ticket: string }
);

/** Characters of a body that are kept to be shown; the hash is of all. */
export const maxShownBodyChars = 100_000;

/** An answer's body that is larger than this is not kept for a later run. In bytes. */
export const maxKeptAnswerBytes = 1_000_000;

export type RequestDecision =
  /** With a ticket, see above; without, nothing is kept of it. */
  | { do: "send"; ticket?: string }
  | { do: "replay"; answer: KeptAnswer }
  /** `continuation` is the id of the page in the console: `/approvals/<continuation>`. */
  | { do: "pause"; continuation: string }
  /** In a plan: noted, not to be sent. Answer the code with an example of the document. */
  | { do: "plan"; continuation: string }
  | { do: "refuse"; failure: Failure };

/** The user's ledger, as the gateway sees it. All but `continues` write before they answer. */
export interface Approvals {
  /** Whether a paused run of this code and client is there to be continued. */
  continues(run: ApprovedRun): Promise<boolean> | boolean;
  /**
   * @param ask whether the policy wants this request approved
   * @param sent what this run sent before; only with the first call of a run that continues nothing
   */
  decideRequest(
    run: ApprovedRun,
    request: ExactRequest,
    ask: boolean,
    sent?: SentRequest[],
  ): Promise<RequestDecision> | RequestDecision;
  /** @returns whether it may go out now; false: another run took it, or the person changed their mind */
  recordSent(ticket: string): Promise<boolean> | boolean;
  recordAnswered(ticket: string, answer: KeptAnswer): Promise<void> | void;
  /** No answer came, and it may have happened. */
  recordUnanswered(ticket: string): Promise<void> | void;
  /** A run that continued something has ended: `ok` or the kind of its failure. Called before the client is answered. */
  runEnded(runId: string, outcome: string): Promise<void> | void;
}
