/**
 * Takes code out of a Markdown answer. The text around it is blanked, so that every position in the result is the same
 * position in the code as it was sent.
 */
import { failed, type Result } from "../terms/result.ts";

const lineBreak = /\r\n|[\r\n\u2028\u2029]/g;

/**
 * Blanks everything outside the one fenced block of `code`. Code without a fence is returned unchanged.
 * @returns the number of blocks as the failure, if there are several
 */
export function unfence(code: string): Result<{ code: string }, number> {
  if (!code.includes("```") && !code.includes("~~~")) return { ok: true, code };
  const single = oneLine(code);
  if (single) return { ok: true, code: keepOnly(code, single.start, single.end) };
  const blocks = fencedBlocks(code);
  if (blocks.length > 1) return failed(blocks.length);
  const [block] = blocks;
  return { ok: true, code: block ? keepOnly(code, block.start, block.end) : code };
}

/** A block whose fences and code are all on one line. */
function oneLine(code: string): { start: number; end: number } | undefined {
  const line = code.trim();
  const [mark = ""] = /^`{3,}/.exec(line) ?? [];
  if (mark === "" || !line.endsWith(mark) || line.length <= 2 * mark.length) return undefined;
  const inner = line.slice(mark.length, -mark.length);
  if (/[`\r\n]/.test(inner)) return undefined;
  const [language = ""] = /^[ \t]*(?:js|javascript|ts|typescript|mjs)[ \t]/.exec(inner) ?? [];
  const start = code.indexOf("`") + mark.length;
  return { start: start + (language === inner ? 0 : language.length), end: start + inner.length };
}

/** The mark of a line that opens or closes a block, and what follows it. */
function fenceOf(line: string): { mark: string; info: string } | undefined {
  const text = line.replace(/^[ \t]{1,3}/, "");
  const [mark] = /^(?:`{3,}|~{3,})/.exec(text) ?? [];
  const info = text.slice(mark?.length);
  return mark === undefined || info.includes("`") ? undefined : { mark, info };
}

/** Fenced blocks (CommonMark 0.31 §4.5): a fence closes with at least as many of its marks, or at the end of the text. */
function fencedBlocks(code: string): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let open: { mark: string; start: number } | undefined;
  for (const line of linesOf(code)) {
    const fence = fenceOf(line.text);
    if (!open) {
      if (fence) open = { mark: fence.mark, start: line.next };
    } else if (fence?.mark.startsWith(open.mark) && fence.info.trim() === "") {
      blocks.push({ start: open.start, end: line.start });
      open = undefined;
    }
  }
  if (open) blocks.push({ start: open.start, end: code.length });
  return blocks;
}

function* linesOf(code: string): Generator<{ text: string; start: number; next: number }> {
  let start = 0;
  for (const match of code.matchAll(lineBreak)) {
    const next = match.index + match[0].length;
    yield { text: code.slice(start, match.index), start, next };
    start = next;
  }
  yield { text: code.slice(start), start, next: code.length };
}

function keepOnly(code: string, start: number, end: number): string {
  return blank(code.slice(0, start)) + code.slice(start, end) + blank(code.slice(end));
}

/** Replaces every character except line breaks by a blank. */
export function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/g, " ");
}
