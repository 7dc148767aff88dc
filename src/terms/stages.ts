/**
 * The stages of one call, told in lines of the log as they begin, for a bench that measures one call at a time
 * (scripts/bench/stages.ts): clocks in a Worker stand still while it computes. Off unless the variable STAGES is `true`;
 * then a line costs nothing but a look at that.
 */

export const stages = [
  /** The request is in the Worker. */
  "arrived",
  /** The list of APIs is known. */
  "listed",
  /** Who calls is known, and what they may do. */
  "admitted",
  /** The message is read: it is a call of a tool. */
  "called",
  "parsed",
  "checked",
  "shipped",
  /** The program has control. */
  "entered",
  /** The gateway has the request of the program. */
  "asked",
  /** It leaves. */
  "sent",
  "answered",
  /** The gateway hands the answer over. */
  "returned",
  /** The isolate has reported. */
  "ended",
  "replied",
  /** The ledger has the run. */
  "recorded",
] as const;
export type Stage = (typeof stages)[number];

const prefix = "isogate.stage ";

let isOn = false;

export function tellStages(): void {
  isOn = true;
}

export const stagesAreTold = (): boolean => isOn;

export function tellStage(stage: Stage): void {
  if (isOn) console.log(prefix + stage);
}

/** Reads a line of the server's output. */
export function readStage(line: string): Stage | undefined {
  return line.startsWith(prefix) ? stages.find((stage) => stage === line.slice(prefix.length)) : undefined;
}
