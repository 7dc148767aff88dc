/** Programs as models write them, each for one API, right or wrong in one way. */

export type SnippetApi = "demo" | "github" | "stripe" | "twilio";

export interface RightSnippet {
  api: SnippetApi;
  /** What is special about its style. */
  style: string;
  code: string;
}

export type WrongClass =
  | "unknown path"
  | "wrong method"
  | "unknown operation id"
  | "unknown api method"
  | "missing parameter"
  | "unknown parameter"
  | "misplaced argument"
  | "wrong enum value"
  | "missing body member"
  | "unknown body member"
  | "primitive mismatch"
  | "response property"
  | "unknown name";

/** Faults that only an answer shows: reported when the run stumbles over them, not before. */
export const afterwards: ReadonlySet<WrongClass> = new Set<WrongClass>(["response property", "unknown name"]);

export interface WrongSnippet {
  api: SnippetApi;
  wrong: WrongClass;
  code: string;
  /** What the message must contain: the right name, or the allowed values. */
  says: string;
}
