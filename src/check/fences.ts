/**
 * Takes code out of a Markdown answer. The text around it is blanked, so that every position in the result is the same
 * position in the code as it was sent.
 */
import { failed, type Result } from "../terms/result.ts";

const lineBreak = /[\r\n\u2028\u2029]/g;
const fenceMark = /^[ \t]{0,3}(`{3,}|~{3,})/gm;

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

/** Fenced blocks (CommonMark 0.31 §4.5): a fence closes with at least as many of its marks, or at the end of the text. */
function fencedBlocks(code: string): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let open: { mark: string; start: number } | undefined;
  for (const fence of code.matchAll(fenceMark)) {
    const [opening, mark = ""] = fence;
    lineBreak.lastIndex = fence.index + opening.length;
    const lineEnd = lineBreak.exec(code)?.index ?? code.length;
    const info = code.slice(fence.index + opening.length, lineEnd);
    if (info.includes("`")) continue;
    if (!open) open = { mark, start: lineEnd };
    else if (mark.startsWith(open.mark) && info.trim() === "") {
      blocks.push({ start: open.start, end: fence.index });
      open = undefined;
    }
  }
  if (open) blocks.push({ start: open.start, end: code.length });
  return blocks;
}

function keepOnly(code: string, start: number, end: number): string {
  return blank(code.slice(0, start)) + code.slice(start, end) + blank(code.slice(end));
}

/** Replaces every character except line breaks by a blank. */
export function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/g, " ");
}
