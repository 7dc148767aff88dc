/**
 * Takes code out of a Markdown answer. The text around it is blanked, so that every position in the result is the same
 * position in the code as it was sent.
 */
import { failed, type Result } from "../terms/result.ts";

const fenceLine = /^[ \t]{0,3}(`{3,}|~{3,})([^`\r\n\u2028\u2029]*)$/gm;
const oneLine = /^\s*(`{3,})(?:[ \t]*(?:js|javascript|ts|typescript|mjs)[ \t])?([^`\r\n]+)\1\s*$/;

/**
 * Blanks everything outside the one fenced block of `code`. Code without a fence is returned unchanged.
 * @returns the number of blocks as the failure, if there are several
 */
export function unfence(code: string): Result<{ code: string }, number> {
  if (!code.includes("```") && !code.includes("~~~")) return { ok: true, code };
  const single = oneLine.exec(code);
  if (single?.[2] !== undefined) {
    const start = code.indexOf(single[2], code.indexOf("```") + 3);
    return { ok: true, code: keepOnly(code, start, start + single[2].length) };
  }
  const blocks = fencedBlocks(code);
  if (blocks.length > 1) return failed(blocks.length);
  const [block] = blocks;
  if (!block) return { ok: true, code };
  // A block in a block: each time there is less to read.
  const inner = unfence(code.slice(block.start, block.end));
  return inner.ok ? { ok: true, code: around(code, block, inner.code) } : inner;
}

/** Fenced blocks (CommonMark 0.31 §4.5): a fence closes with at least as many of its marks, or at the end of the text. */
function fencedBlocks(code: string): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let open: { mark: string; at: number; start: number } | undefined;
  for (const fence of code.matchAll(fenceLine)) {
    const [line, mark = "", rest = ""] = fence;
    if (!open) open = { mark, at: fence.index, start: fence.index + line.length };
    else if (mark.startsWith(open.mark) && rest.trim() === "") {
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
