import type { Failure } from "../../terms/failure.ts";

/** Why a slice of a lasting run could not go on: it is tried again. */
export const ledgerBroken: Failure = {
  kind: "misconfigured",
  message: "The storage of this deployment did not answer while the run went on.",
  next: "What is listed as answered was done. Tell the operator to read the server's log.",
};
