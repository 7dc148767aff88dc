/**
 * Takes code out of a Markdown answer. The text around it is blanked, so that every position in the result is the same
 * position in the code as it was sent.
 */
import { failed, type Result } from "../terms/result.ts";

const lineBreak = /[\r\n\u2028\u2029]/g;
const fenceMark = /^[ \t]{0,3}(`{3,}|~{3,})/gm;

/** Blocks in each other that are opened; a model wraps its code twice, not more. */
const maxLayers = 4;

/**
 * Blanks everything outside the one fenced block of `code`. Code without a fence is returned unchanged.
 * @returns the number of blocks as the failure, if there are several
 */
export function unfence(code: string, layers = maxLayers): Result<{ code: string }, number> {
  if (layers === 0) return { ok: true, code };
  if (!code.includes("```") && !code.includes("~~~")) return { ok: true, code };
  const single = oneLine(code);
  if (single) return { ok: true, code: keepOnly(code, single.start, single.end) };
  const blocks = fencedBlocks(code);
  if (blocks.length > 1) return failed(blocks.length);
  const [block] = blocks;
  if (!block) return { ok: true, code };
  const inner = unfence(code.slice(block.start, block.end), layers - 1);
  return inner.ok ? { ok: true, code: around(code, block, inner.code) } : inner;
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
  let open: { mark: string; at: number; start: number } | undefined;
  for (const fence of code.matchAll(fenceMark)) {
    const [opening, mark = ""] = fence;
    lineBreak.lastIndex = fence.index + opening.length;
    const lineEnd = lineBreak.exec(code)?.index ?? code.length;
    const info = code.slice(fence.index + opening.length, lineEnd);
    if (info.includes("`")) continue;
    if (!open) open = { mark, at: fence.index, start: lineEnd };
    else if (mark.startsWith(open.mark) && info.trim() === "") {
      blocks.push({ start: open.start, end: fence.index });
      open = undefined;
    }
  }
  if (!open) return blocks;
  const { at, start } = open;
  if (code.slice(start).trim() !== "") blocks.push({ start, end: code.length });
  // A fence with nothing after it closes a block that was never opened, or one around all.
  else if (blocks.length === 0) blocks.push({ start: 0, end: at });
  return blocks;
}

function around(code: string, { start, end }: { start: number; end: number }, inner: string): string {
  return blank(code.slice(0, start)) + inner + blank(code.slice(end));
}

function keepOnly(code: string, start: number, end: number): string {
  return around(code, { start, end }, code.slice(start, end));
}

/** Replaces every character except line breaks by a blank. */
export function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/g, " ");
}
