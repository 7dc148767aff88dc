/**
 * Code with its tokens coloured, by acorn's own tokenizer: what the page shows as a string is what the parser takes
 * for one. From the first character on that is no JavaScript (or TypeScript that looks like it), the text is plain.
 */
import { tokenizer, tokTypes, type Token } from "acorn";
import { html } from "hono/html";
import { visible } from "../text.ts";
import type { Markup } from "./layout.ts";

/** Longer code is shown plain from here on: 50,000 characters are some 20,000 elements. */
const maxColouredChars = 50_000;

interface Span {
  start: number;
  end: number;
  kind: "keyword" | "string" | "number" | "comment" | "call";
}

export function highlight(code: string): Markup {
  const pieces: (string | Markup)[] = [];
  let at = 0;
  for (const { start, end, kind } of spansOf(code)) {
    if (start < at) continue;
    pieces.push(
      visible(code.slice(at, start)),
      html`<span class="t-${kind}">${visible(code.slice(start, end))}</span>`,
    );
    at = end;
  }
  pieces.push(visible(code.slice(at)));
  return html`<pre class="code" tabindex="0"><code>${pieces}</code></pre>`;
}

function spansOf(code: string): Span[] {
  const spans: Span[] = [];
  const head = code.slice(0, maxColouredChars);
  let last: Token | undefined;
  try {
    const tokens = tokenizer(head, {
      ecmaVersion: "latest",
      sourceType: "module",
      onComment: (_block, _text, start, end) => spans.push({ start, end, kind: "comment" }),
    });
    for (const token of tokens) {
      if (token.type === tokTypes.parenL && last?.type === tokTypes.name)
        spans.push({ start: last.start, end: last.end, kind: "call" });
      const kind = kindOf(token);
      if (kind) spans.push({ start: token.start, end: token.end, kind });
      last = token;
    }
  } catch {
    // Not JavaScript from here on (or cut in the middle of a string): shown as it is.
  }
  return spans.sort((a, b) => a.start - b.start);
}

const words = new Set(["async", "await", "of", "let", "static", "get", "set"]);

function kindOf(token: Token): Span["kind"] | undefined {
  const { type } = token;
  // acorn's types leave out what a token says.
  const { value } = token as Token & { value?: unknown };
  if (type.keyword || (type === tokTypes.name && words.has(String(value)))) return "keyword";
  if (type === tokTypes.string || type === tokTypes.template || type === tokTypes.regexp) return "string";
  if (type === tokTypes.backQuote) return "string";
  if (type === tokTypes.num) return "number";
  return undefined;
}
