/**
 * Code with coloured tokens, by acorn's own tokenizer: what the page shows as a string is a string for the parser.
 * From the first token that is not valid JavaScript on, the text is plain.
 */
import { tokenizer, tokTypes, type Token } from "acorn";
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";

/** The rest of longer code is plain: 50,000 characters make about 20,000 elements. */
const maxColouredChars = 50_000;

interface Span {
  start: number;
  end: number;
  kind: "keyword" | "string" | "number" | "comment" | "call";
}

/** @param id of the element, for a button that copies it */
export function highlight(code: string, id?: string): Markup {
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
  return html`<pre tabindex="0" ${id !== undefined && html`id="${id}"`}><code>${pieces}</code></pre>`;
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
    // Not JavaScript from here on, or cut in the middle of a string: stays plain.
  }
  return spans.sort((a, b) => a.start - b.start);
}

const strings = new Set([tokTypes.string, tokTypes.template, tokTypes.regexp, tokTypes.backQuote]);
const words = new Set(["async", "await", "of", "let", "static", "get", "set"]);

function kindOf(token: Token): Span["kind"] | undefined {
  const { type } = token;
  // acorn's types omit `value`.
  const { value } = token as Token & { value?: unknown };
  if (type.keyword || (type === tokTypes.name && words.has(String(value)))) return "keyword";
  if (strings.has(type)) return "string";
  return type === tokTypes.num ? "number" : undefined;
}
