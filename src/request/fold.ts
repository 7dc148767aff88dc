/**
 * How a lenient server may read a path segment: without regard to case, without path parameters behind a semicolon
 * (RFC 3986 section 3.3), without blanks and dots at its end. Two segments with the same reading may be one to it.
 * Pure.
 */
import { trimEndOf } from "../terms/trim-end.ts";
export function foldSegment(segment: string): string {
  if (plain.test(segment)) return segment;
  const [name = ""] = segment.normalize("NFKC").split(";", 1);
  return trimEndOf(name.toLowerCase(), /[\s.]/);
}

/** Read by every server as they stand: most segments. */
const plain = /^[a-z\d_-]*$/;
