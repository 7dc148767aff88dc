/** What is wrong with an argument, and how sure that is. */

/**
 * `block`: it cannot work. `once`: the document says so, but documents are often wrong here: the same code passes
 * when it is sent again. `warn`: worth a word if the run goes wrong.
 */
export type Severity = "block" | "once" | "warn";

export interface Problem {
  severity: Severity;
  /** The argument and what is wrong: `query.stat is not known; did you mean state?` */
  text: string;
  /** The member that the document does not list, if this is about one. */
  stranger?: string;
}

export function block(text: string): Problem {
  return { severity: "block", text };
}

/** @param stranger name of the member that the document does not list */
export function once(stranger: string, text: string): Problem {
  return { severity: "once", text, stranger };
}

export function warn(text: string): Problem {
  return { severity: "warn", text };
}
