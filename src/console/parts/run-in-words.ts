/** What a run did, in one line: what its code says of itself in a first comment, or the operations that it called. */
import { number, visible } from "../text.ts";
import { operationInWords, togetherInWords, type Documents } from "./in-words.ts";

export interface Ran {
  tool: string;
  /** The line of the code that names it (`titleOf` of the ledger). */
  title: string;
  called: readonly { api: string; operation: string; calls: number }[];
}

/** @returns `what` it did, and `more` for those who want to know how */
export function runInWords(
  { tool, title, called }: Ran,
  documents: Documents,
): { what: string; more: string } {
  const comment = /^\/[/*]+\s*(.{4,})/.exec(title)?.[1]?.replace(/\*\/$/, "").trimEnd();
  const operations = operationsInWords(called, documents);
  if (comment) return { what: visible(comment), more: operations };
  if (operations !== "") return { what: operations, more: visible(title) };
  if (tool !== "search") return { what: visible(title) || "(no code)", more: "" };
  const sought = /\bfind\(\s*(["'`])((?:(?!\1).){2,60})\1/.exec(title)?.[2];
  return {
    what: sought ? `Searched for “${visible(sought)}”` : "Searched the documents",
    more: visible(title),
  };
}

function operationsInWords(called: Ran["called"], documents: Documents): string {
  const titles = called.map(({ api, operation, calls }) => {
    const words = operationInWords(documents, api, operation);
    return calls > 1 ? `${words} (${number(calls)} times)` : words;
  });
  return titles.length === 0 ? "" : togetherInWords(titles.slice(0, 2), titles.length);
}
