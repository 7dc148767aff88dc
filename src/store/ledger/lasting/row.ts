/** A lasting run as the table has it. */
export type LastingRow = {
  run: string;
  client: string;
  /** `LastingStart` as JSON. Credentials in it are sealed. */
  begun: string;
  seed: string;
  /** The paused run that holds its writes and what a person decides. */
  continuation: string;
  /** `due` begins a slice as soon as there is room. */
  state: "due" | "running" | "sleeping" | "waiting";
  /** The one that runs, or ran last. */
  slice: number;
  /** When the next slice is asked for; while one runs, when it counts as dead unless it is heard of. */
  due_at: number;
  ends_at: number;
  /** How many entries its journal has, and had when the slice began. */
  entries: number;
  entries_before: number;
  bytes: number;
  /** The time of the last entry. */
  last_at: number;
  /** Slices that died since something new was answered; and since `deaths_since`, an hour at most. */
  deaths: number;
  deaths_lately: number;
  deaths_since: number;
  failures: number;
  /** 1: a person decided while the slice ran. */
  poked: number;
  /** Id of the kept program that it is a run of. */
  program: string | null;
};
