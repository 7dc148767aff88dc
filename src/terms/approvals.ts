/**
 * The contract between the gateway and the user's ledger, which keeps the approvals.
 *
 * A run that meets an `ask` is paused: the ledger keeps the exact request, a person decides, and the same code runs
 * again. That later run *continues* the paused one. Its requests are matched to the kept ones by their whole record,
 * in any order: an answered one gets its kept answer, an approved one is sent once, and one that was sent without an
 * answer is not sent again.
 *
 * The gateway:
 * 1. When a run starts that may meet an `ask` (one of its APIs has such a rule, or it is a plan), call `continues`.
 * 2. If it continues nothing: send allowed requests as usual, and remember what was sent and answered. At the first
 *    `ask`, pass all of that to `decideRequest` as `sent`; from then on the run continues (3).
 * 3. If it continues a run: call `decideRequest` for every request, asked or allowed, read or write. Reads may be left
 *    out; they are then sent again. If what it continues has ended meanwhile, everything is refused: it does not begin again,
 *    because what it has sent is kept there.
 * 4. On `send` with a ticket: call `recordSent` last before `fetch`, and send only if it returns true; then call
 *    `recordAnswered`, or `recordUnanswered` if no answer came. Without a ticket: just send.
 * 5. If a person allowed the program: hold the run to its capabilities, and say so (`heldTo`). The ledger asks about
 *    nothing in such a run, and about everything in one that is not held.
 * 6. On `pause`: do not answer the code. End the run with `needs-approval` a moment later, so that requests made in
 *    parallel reach the same page.
 */
import type { Access } from "./api-file.ts";
import type { CapabilitySet } from "./capabilities.ts";
import type { Failure } from "./failure.ts";
import type { Grounds } from "./grounds.ts";

/** Which slice of which run: an older one that is still alive may do nothing any more. */
export interface SliceName {
  runId: string;
  slice: number;
}

/** What the code asked outside, the how-manieth thing of the run, and a hash of all that it asked. */
export interface Step {
  step: number;
  key: string;
}

/** What approvals need to know of a run. */
export interface ApprovedRun {
  runId: string;
  /** Approvals are bound to the user and to this connection. */
  client: { id: string; name?: string };
  /** As the model sent it. Only the same code continues a run. */
  code: string;
  /** What is planned (`isPlanned`) is listed and not sent. */
  plan?: boolean;
  /** What it signs with (`credentialsIdOf`); absent for a lasting run, whose caller stays the same. */
  credentialsId?: string | undefined;
  /** Hash of the allowed program's capabilities that the gateway holds this run to. */
  heldTo?: string;
  /** Of a lasting run: its slice, and which thing of the run this request is. The ledger decides on every request of one. */
  lasting?: SliceName & Step;
}

/**
 * A program that a person allowed as a whole, in a run that waits: the same code may call what its capabilities cover without
 * being asked, and nothing else. It ends with that run.
 */
export interface AllowedProgram {
  capabilities: CapabilitySet;
  hash: string;
}

/**
 * The record of a request as it leaves. What a person is shown, what a later run is compared with and what is sent are
 * one value (gateway/send/outgoing.ts), here with a mask in the place of its credential. Two requests with the same
 * record are the same; its hash (store/ledger/approvals/identity.ts) covers all of it.
 */
export interface ExactRequest {
  api: string;
  operation: string;
  /**
   * Method and path, as the document writes it, of every operation that some server may take the request for: what is
   * always allowed. An id is not enough: the next version of a document can give it to another operation.
   */
  route?: string;
  access: Access;
  /** Label of the user's account that signs it; `""` for the nameless one. */
  account?: string;
  /** What that account signs with (`credentialIdOf`); absent where all users call with one credential. */
  credentialId?: string;
  /** Why a person is asked; absent if none is, and in records of earlier versions. */
  asks?: Grounds;
  /** The label that the code chose; absent if it chose none, and in records of earlier versions. */
  chosenAccount?: string;
  /** Upper case. */
  method: string;
  url: string;
  /** Sorted pairs of lower-case name and value: all that leave. A value that only the sender knows is masked. */
  headers: string[][];
  body?: ExactBody;
}

export interface ExactBody {
  /** SHA-256 of all its bytes, lower-case hex. */
  hash: string;
  bytes: number;
  /** The bytes, at most `maxKeptBodyBytes` of them; missing if there was no room to keep them. */
  content?: Uint8Array;
}

/** An upstream's answer after redaction, as the code receives it. */
export interface KeptAnswer {
  status: number;
  headers: string[][];
  /** Missing if there was none, or if it was larger than `maxKeptAnswerBytes`. */
  body?: Uint8Array;
  /** There was a body, and it was too large to keep. */
  bodyTooLarge?: boolean;
}

/** A request that a run sent before the ledger knew of it. */
export interface SentRequest {
  request: ExactRequest;
  /** A new random id, for recording a later answer. */
  ticket: string;
  /** If it has come. */
  answer?: KeptAnswer;
}

/** More of a body is not kept, so not shown: such a request is approved by itself, never in a list. */
export const maxKeptBodyBytes = 100_000;

/** Larger bodies of answers are not kept for a later run. */
export const maxKeptAnswerBytes = 1_000_000;

/**
 * What a plan lists instead of sending it: a write, and whatever a rule asks about, a read too. What a person has always allowed
 * is no exception: a plan shows what the rules single out.
 */
export const isPlanned = ({ access }: Pick<ExactRequest, "access">, ask: boolean): boolean =>
  ask || access !== "read";

export type Handling =
  /** With a ticket, see above. Without one, nothing is recorded. */
  | { do: "send"; ticket?: string }
  | { do: "replay"; answer: KeptAnswer }
  /** `continuation` is the id of the page in the console: `/approvals/<continuation>`. */
  | { do: "pause"; continuation: string }
  /** In a plan: it is noted and must not be sent. Answer the code with an example from the document. */
  | { do: "plan"; continuation: string }
  | { do: "refuse"; failure: Failure };

export interface Continued {
  allowed?: AllowedProgram;
}

/** The user's ledger, as the gateway sees it. All methods but `continues` write before they return. */
export interface Approvals {
  /** @returns null if there is no paused run of this code and client; else with the program, if that was allowed */
  continues(run: ApprovedRun): Promise<Continued | null> | Continued | null;
  /**
   * @param ask whether the policy wants this request approved
   * @param sent what this run sent before, for a run that continues nothing yet; absent for one that continues
   */
  decideRequest(
    run: ApprovedRun,
    request: ExactRequest,
    ask: boolean,
    sent?: SentRequest[],
  ): Promise<Handling> | Handling;
  /** @returns whether to send it now; false if another run took it or the person changed their mind */
  recordSent(ticket: string): Promise<boolean> | boolean;
  recordAnswered(ticket: string, answer: KeptAnswer): Promise<void> | void;
  /** No answer came; the request may have taken effect. */
  recordUnanswered(ticket: string): Promise<void> | void;
  /** A continued run has ended, with `ok` or the kind of its failure. Called before the client is answered. */
  runEnded(runId: string, outcome: string): Promise<void> | void;
}
