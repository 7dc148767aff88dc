/** What a run did, in one line: what its code says of itself in a first comment, or the operations that it called. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { number, visible } from "../text.ts";
import { operationInWords, togetherInWords, type Documents } from "./in-words.ts";

export interface Ran {
  tool: string;
  /** The line of the code that names it (`titleOf` of the ledger). */
  title: string;
  called: readonly { api: string; operation: string; calls: number }[];
}

/** A line of code is shown as code. */
export interface Said {
  text: string;
  isCode?: boolean;
}

export const said = ({ text, isCode = false }: Said): Markup | string =>
  isCode ? html`<code>${text}</code>` : text;

/** What code says of itself in a first comment. @param title the line of the code that names it (`titleOf` of the ledger) */
export const purposeOf = (title: string): string | undefined =>
  /^\/[/*]+\s*(.{4,})/.exec(title)?.[1]?.replace(/\*\/$/, "").trimEnd();

/** @returns `what` it did, and `more` for those who want to know how */
export function runInWords({ tool, title, called }: Ran, documents: Documents): { what: Said; more: Said } {
  const comment = purposeOf(title);
  const operations = operationsInWords(called, documents);
  const code = { text: visible(title), isCode: true };
  if (comment) return { what: { text: visible(comment) }, more: { text: operations } };
  if (operations !== "") return { what: { text: operations }, more: code };
  if (tool !== "search") return { what: title === "" ? { text: "(no code)" } : code, more: { text: "" } };
  const sought = /\bfind\(\s*(["'`])((?:(?!\1).){2,60})\1/.exec(title)?.[2];
  return {
    what: { text: sought ? `Searched for “${visible(sought)}”` : "Searched the documents" },
    more: code,
  };
}

function operationsInWords(called: Ran["called"], documents: Documents): string {
  const titles = called.map(({ api, operation, calls }) => {
    const words = operationInWords(documents, api, operation);
    return calls > 1 ? `${words} (${number(calls)} times)` : words;
  });
  return titles.length === 0 ? "" : togetherInWords(titles.slice(0, 2), titles.length);
}
