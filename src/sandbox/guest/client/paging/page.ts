/** What is known of a page of a list, and what may come of it. */

export interface Page {
  headers: Record<string, string>;
  data: unknown;
}

export type Next =
  /** Another page: an address, or parameters to change. */
  | { kind: "url"; url: string }
  | { kind: "query"; query: Record<string, string | number>; by: "cursor" | "number" }
  /** The last page, by the API's own word or because a page came back short. */
  | { kind: "end" }
  /** The API counts more items than its pages hold. */
  | { kind: "short"; total: number }
  /** Nothing tells how to go on. `more`: though the API says that there are more. */
  | { kind: "unknown"; more: boolean };

/** A parameter that a page may be asked for with. */
export interface Declared {
  name: string;
  isNumber: boolean;
  default?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
}

export interface PagingState {
  /** Parameters of the request that the page answered. */
  query: Record<string, unknown>;
  declared: readonly Declared[];
  /** The list on this page. */
  items: unknown[] | undefined;
  /** Items seen so far, this page included. */
  itemsSeen: number;
  /** The most items that an earlier page held; 0 on the first. */
  largestPage: number;
  /** Parameters of the first page: the list may have been asked for from somewhere in its middle. */
  firstQuery: Record<string, unknown>;
  /** How this page was reached; undefined for the first. */
  reachedBy: "url" | "cursor" | "number" | undefined;
  /** The schema of the answer, as the document has it; undefined if it has none. */
  schema: unknown;
}
