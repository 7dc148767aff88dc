/**
 * Programs that are kept: what a client proposes, what the user's ledger keeps of one, and what pages show. A program is held to
 * the capabilities of the version that its user allowed; other code, other capabilities or other times are another version.
 */
import type { CapabilitySet } from "./capabilities.ts";
import type { LastingStart } from "./lasting.ts";
import type { RunStart } from "./record.ts";

export const programLimits = {
  /** Of one user, those that wait to be allowed included. */
  ofUser: 50,
  /** Of one connection, those that wait to be allowed: it leaves room for others, and a person can read them. */
  waitingOfClient: 10,
  nameChars: 60,
  /** Of `every`. The longest that people write has 60. */
  everyChars: 100,
  /** JSON text of the input of a run. */
  inputChars: 20_000,
  /** Its `state` as JSON, in bytes: a row of the ledger, read with each slice. */
  stateBytes: 500_000,
  /** Kept of one program; older ones are forgotten. */
  versions: 20,
  /** Of its history. */
  events: 200,
  /** Scheduled runs in a row that may fail. */
  failures: 3,
  /** A shorter time between two runs is a loop, and one run may take longer. */
  minEveryMs: 60_000,
  maxEveryMs: 366 * 86_400_000,
} as const;

/** A name as it is kept and looked for, however it was composed and spaced. */
export const programName = (text: string) =>
  text
    .normalize("NFKC")
    .trim()
    .replaceAll(/\p{Zs}+/gu, " ");

/** What a client proposes to keep. */
export interface Proposal extends Pick<LastingStart, "caller" | "apis" | "origin" | "insisted"> {
  name: string;
  code: string;
  /** When it runs by itself: `15 minutes`, or five fields of cron. */
  every?: string;
  /** JSON text of what it is called with where nothing else is given. */
  input?: string;
  capabilities: CapabilitySet;
}

/** `changed`: another version of one that goes on as it is meanwhile. `kept`: the same is allowed already. */
export type Proposed = { id: string; is: "proposed" | "changed" | "kept" } | { refused: string };

/**
 * `proposed`: nothing of it was allowed yet. `active`: it runs, at its times or by its name. `paused`: it does not, until its user
 * says so. `ended`: its connection was ended.
 */
export type ProgramState = "proposed" | "active" | "paused" | "ended";

export interface ProgramSummary {
  id: string;
  name: string;
  state: ProgramState;
  /** Why it is paused or ended, as a sentence. */
  why?: string;
  /** The version that runs, or the proposed one if none does. */
  every?: string;
  /** Of its user, for cron. */
  zone: string;
  /** What intervals count from. */
  sinceMs: number;
  /** When it runs next by itself. */
  nextMs?: number;
  client: RunStart["client"];
  capabilities: CapabilitySet;
  /** The version that waits to be allowed. */
  waiting?: Pick<ProgramVersion, "version" | "client" | "capabilities" | "every">;
}

/** `refused` by its user; `replaced` by a later proposal before it was decided on. */
export type VersionState = "proposed" | "allowed" | "refused" | "replaced";

export interface ProgramVersion {
  version: number;
  state: VersionState;
  client: RunStart["client"];
  code: string;
  capabilities: CapabilitySet;
  every?: string;
  input?: string;
  proposedAtMs: number;
  decidedAtMs?: number;
  /** Names all of the above that a person decides on. */
  hash: string;
  /** It was proposed because the document or the API file had changed, with the code as it was. */
  becauseChanged: boolean;
}

/** Something that happened to a program. Its runs are records of their own. */
export interface ProgramEvent {
  atMs: number;
  what: "proposed" | "allowed" | "refused" | "paused" | "resumed" | "missed" | "ended" | "changed";
  detail?: string;
}

export interface ProgramDetail extends ProgramSummary {
  /** The one that runs. */
  version?: number;
  /** The newest first. */
  versions: ProgramVersion[];
  events: ProgramEvent[];
  /** A run of it that goes on. */
  running?: string;
  /** Characters of its `state`. */
  stateChars: number;
}

/** What a program may be found by, for code that asks `find`. */
export interface FoundProgram {
  name: string;
  every?: string;
  /** Ids of the operations that it can call. */
  operations: string[];
}

/** What a person chooses on the page of a program. */
export type ProgramChoice =
  | { do: "allow"; version: number; hash: string; zone: string }
  | { do: "refuse"; version: number }
  | { do: "pause" }
  | { do: "resume" }
  | { do: "delete" }
  | { do: "run" };

export type ChoiceResult = { ok: true; runId?: string } | { ok: false; problem: string };
