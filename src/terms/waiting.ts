/** Something that waits for a person to decide. */
import type { RunStart } from "./record.ts";

interface One {
  /** Of this wait: what the same run or program asks later is another one. */
  id: string;
  /** Id of the paused run, or of the program. */
  of: string;
  client: RunStart["client"];
  /** Requests of a run; 1 for a program. */
  count: number;
  /** In milliseconds since the epoch. */
  sinceMs: number;
}

export type Waiting = One & ({ what: "run" } | { what: "program"; name: string });

/** Where a person decides on it. */
export const pathOf = ({ what, of }: Waiting): string =>
  what === "run" ? `/approvals/${of}` : `/programs/${of}`;
