/**
 * How a lenient server may compare texts: without regard to case, width, accents and invisible characters; and path
 * segments also without path parameters behind a semicolon (RFC 3986 section 3.3) and without blanks and dots at their
 * ends. Two segments that fold alike may be one to it. Pure.
 */
import { trimEndOf } from "../terms/trim-end.ts";

/** Folded already: most segments. */
const plain = /^[a-z\d_~!$&'()*,:=@-]*$/;

export function foldText(text: string): string {
  if (plain.test(text)) return text;
  const compatible = text.normalize("NFKD").replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "");
  // In capitals, ß is SS and ı is I.
  const lower = compatible.toLowerCase().toUpperCase().toLowerCase();
  return lower.replace(/[øłđħæœ]/g, (letter) => primary[letter]!);
}

/** Letters that have no accent to take off, and that collations of databases take for these (DUCET, primary weights). */
const primary: Record<string, string> = { ø: "o", ł: "l", đ: "d", ħ: "h", æ: "ae", œ: "oe" };

export function foldSegment(segment: string): string {
  if (plain.test(segment)) return segment;
  const [name = ""] = foldText(segment).split(";", 1);
  return trimEndOf(name.trimStart(), /[\s.]/);
}

/**
 * A pattern of an API file, to hold against folded paths. Stars stay stars: what a star stands for may be folded away
 * with its segment's end, so that the pattern never fits less than it does unfolded.
 */
export function foldPattern(pattern: string): string {
  return pattern
    .split("/")
    .map((segment) => {
      const folded = foldSegment(segment);
      return segment.includes("*") && !folded.includes("*") ? `${folded}*` : folded;
    })
    .join("/");
}
