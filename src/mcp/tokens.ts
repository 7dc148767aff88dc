/**
 * How many o200k tokens a text costs, estimated without the tokenizer's 2 MB table. Errs to the high side: what is
 * estimated to fit, fits (test/mcp/tokens.test.ts holds it against the real tokenizer). Pure.
 */

/** A word of a few letters is one token; longer and rarer ones are cut every few letters. */
const lettersPerToken = 5;

export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[A-Za-z]+|[0-9]+|[^\x00-\x7f]+|\s+|[^A-Za-z0-9\s]+/g)) {
    const first = piece.charCodeAt(0);
    if (isLetter(first)) tokens += wordTokens(piece);
    else if (first > 0x7f) tokens += piece.length;
    else if (first >= 0x30 && first <= 0x39) tokens += Math.ceil(piece.length / 3);
    // A single space belongs to the word behind it; a run of white space or punctuation is cut every few characters.
    else if (piece !== " ") tokens += Math.ceil(piece.length / 2);
  }
  return tokens;
}

/** `fooBarBaz` is cut where the case changes, then by length. */
function wordTokens(word: string): number {
  const parts = word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [word];
  return parts.reduce((sum, part) => {
    if (part.length > 3 && part === part.toUpperCase()) return sum + Math.ceil(part.length / 3);
    return sum + (part.length <= 9 ? 1 : Math.ceil(part.length / lettersPerToken));
  }, 0);
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
