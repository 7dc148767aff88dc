/**
 * Code with coloured tokens, by acorn's own tokenizer: what the page shows as a string is a string for the parser.
 * From the first token that is not valid JavaScript on, the text is plain.
 */
import { tokenizer, tokTypes, type Token } from "acorn";
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";
import { pre, type Piece } from "./lines.ts";

/** The rest of longer code is plain: 50,000 characters make about 20,000 elements. */
const maxColouredChars = 50_000;

interface Span {
  start: number;
  end: number;
  kind: "keyword" | "string" | "number" | "comment" | "call" | "type";
}

/** @param id of the element, for a button that copies it */
export function highlight(code: string, id?: string): Markup {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, kind } of spansOf(code)) {
    if (start < at) continue;
    pieces.push(
      { text: visible(code.slice(at, start)) },
      { text: visible(code.slice(start, end)), as: (text) => html`<span class="t-${kind}">${text}</span>` },
    );
    at = end;
  }
  pieces.push({ text: visible(code.slice(at)) });
  return pre(pieces, id === undefined ? {} : { id });
}

function spansOf(code: string): Span[] {
  const spans: Span[] = [];
  const head = code.slice(0, maxColouredChars);
  let before: Token | undefined;
  let last: Token | undefined;
  try {
    const tokens = tokenizer(head, {
      ecmaVersion: "latest",
      sourceType: "module",
      onComment: (_block, _text, start, end) => spans.push({ start, end, kind: "comment" }),
    });
    for (const token of tokens) {
      if (last) spans.push(...spanOf(last, before, token));
      before = last;
      last = token;
    }
  } catch {
    // Not JavaScript from here on, or cut in the middle of a string: stays plain.
  }
  if (last) spans.push(...spanOf(last, before, last));
  return spans.sort((a, b) => a.start - b.start);
}

/** What stands before the name of a member. */
const opening = new Set([tokTypes.braceL, tokTypes.comma, tokTypes.semi]);
/** What stands before a type. */
const typing = new Set([
  tokTypes.colon,
  tokTypes.bitwiseOR,
  tokTypes.relational,
  tokTypes.comma,
  tokTypes.parenL,
]);
const typeName =
  /^(?:string|number|boolean|bigint|unknown|any|object|void|never|Promise|Record|Array|Blob|Uint8Array)$/;

/** @param before the token before it @param next the one behind it */
function spanOf(token: Token, before: Token | undefined, next: Token): Span[] {
  const { start, end } = token;
  const isWord = token.type === tokTypes.name || token.type.keyword !== undefined;
  const isMember =
    before?.type === tokTypes.dot ||
    (before !== undefined &&
      opening.has(before.type) &&
      [tokTypes.colon, tokTypes.question].includes(next.type));
  if (isWord && next.type === tokTypes.parenL && (isMember || token.type === tokTypes.name))
    return [{ start, end, kind: "call" }];
  if (isWord && isMember) return [];
  const isType = token.type === tokTypes.name && before !== undefined && typing.has(before.type);
  if (isType && typeName.test(valueOf(token))) return [{ start, end, kind: "type" }];
  const kind = kindOf(token);
  return kind ? [{ start, end, kind }] : [];
}

// acorn's types omit `value`.
const valueOf = (token: Token) => String((token as Token & { value?: unknown }).value);

const strings = new Set([tokTypes.string, tokTypes.template, tokTypes.regexp, tokTypes.backQuote]);
const words = new Set(["async", "await", "of", "let", "static", "get", "set"]);

function kindOf(token: Token): Span["kind"] | undefined {
  const { type } = token;
  if (type.keyword || (type === tokTypes.name && words.has(valueOf(token)))) return "keyword";
  if (strings.has(type)) return "string";
  return type === tokTypes.num ? "number" : undefined;
}
