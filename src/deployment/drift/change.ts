/** The words of a change: where it is, what happened there, and whether it breaks somebody. */

/** What code writes, or what it reads. */
export type Direction = "request" | "answer";

export interface Place {
  /** `body.name`, `query parameter page`, `answer 200[].id`, or inside a component, `Zone.owner`. */
  at: string;
  /** Only inside a component, which may be used in both. */
  direction?: Direction;
}

/** What happened at a place. */
export type What =
  | { kind: "gone" }
  | { kind: "new"; required: boolean }
  | { kind: "renamed"; to: string }
  | { kind: "required"; required: boolean }
  | { kind: "type"; was: string; is: string }
  | { kind: "null"; allowed: boolean }
  /** Its values are listed now; undefined: not any more. */
  | { kind: "listed"; values: string[] | undefined }
  | { kind: "values"; values: string[]; added: boolean }
  | { kind: "limit"; keyword: string; was: string | undefined; is: string | undefined }
  /** Members that are not listed. */
  | { kind: "others"; allowed: boolean }
  /** It has one of several forms now, or not any more. */
  | { kind: "forms"; allowed: boolean }
  | { kind: "form"; form: string; added: boolean }
  | { kind: "moved"; to: string }
  | { kind: "id"; was: string; is: string }
  | { kind: "tags"; gone: string[]; added: string[] }
  | { kind: "deprecated"; deprecated: boolean }
  | { kind: "security"; was: string; is: string }
  | { kind: "servers"; was: string; is: string };

/** A change at a place, without the operations that it concerns. */
export interface Found {
  place: Place;
  /** Whether a call that was right may be refused, or an answer lack what code reads. */
  breaking: boolean;
  what: What;
}

export interface Change extends Found {
  /** As the new document has them: `GET /zones (listZones)`. */
  operations: string[];
}
