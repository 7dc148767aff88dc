/** Patterns in an API file: `*` stands for anything, also nothing and also slashes; all else is literal. */

/** @param pattern one pattern or a list of which one has to fit */
export function matchesPattern(pattern: string | readonly string[], text: string): boolean {
  return typeof pattern === "string" ? fits(pattern, text) : pattern.some((one) => fits(one, text));
}

/** Piece by piece from the left, without backtracking: linear in the text for any number of stars. */
function fits(pattern: string, text: string): boolean {
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  if (pieces.length === 1) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  const last = pieces.at(-1) ?? "";
  return text.length - last.length >= from && text.endsWith(last);
}
