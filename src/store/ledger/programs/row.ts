/** Kept programs as the tables have them. */
import type { ProgramState, VersionState } from "../../../terms/kept-programs.ts";

export type ProgramRow = {
  id: string;
  name: string;
  state: ProgramState;
  /** Why it is paused or ended. */
  why: string | null;
  /** The one that runs; null until one was allowed. */
  version: number | null;
  zone: string;
  /** What intervals count from. */
  since: number;
  /** When it runs next by itself; null while it does not. */
  next_at: number | null;
  /** The last time that it was begun for, or that it missed: never begun for again. */
  last_time: number | null;
  /** Scheduled runs in a row that failed. */
  failures: number;
  /** Its `state` as the last run that ended left it: JSON of an object. */
  kept: string | null;
  /** As the run that goes on would leave it. */
  changed: string | null;
};

export type VersionRow = {
  program: string;
  version: number;
  state: VersionState;
  /** Id of the client that proposed it, in whose name it runs. */
  client: string;
  /** `Begun` as JSON. Credentials in it are sealed. */
  begun: string;
  code: string;
  /** `CapabilitySet` as JSON. */
  capabilities: string;
  every: string | null;
  input: string | null;
  because_changed: number;
  proposed_at: number;
  decided_at: number | null;
};
