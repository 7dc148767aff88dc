/**
 * One spelling for every URL. Percent-encoding is undone once, each segment is judged as the upstream would read it,
 * and written again in one way: what was matched is what is sent. A segment that some server might read as more than
 * one (a slash, a backslash, dots, a second layer of encoding) does not pass.
 */
import { decodedAgain } from "./readings.ts";

/** More than any API has; the bound of everything that looks at segments in pairs. */
export const maxSegments = 128;

export interface CanonicalUrl {
  origin: string;
  /** The path's segments, percent-decoded. `/a/b` is `["a", "b"]`, `/a/` is `["a", ""]`. */
  segments: string[];
  /** The same segments as they are sent. */
  sent: string[];
  /** Positions of the segments that hold an encoded slash; allowed only where the API file says so. */
  slashed: number[];
  /** The query with its `?`, as it was, or the empty string. */
  search: string;
}

export type Canonical = { ok: true; url: CanonicalUrl } | { ok: false; problem: string };

/** Most segments: nothing in them is encoded, could be read in another way, or has to be escaped. */
const plainSegment = /^(?!\.)[\w.~!$&'()*+,;=:@-]*$/;

/** A decoded segment written the one way: RFC 3986 section 3.3 allows what `encodeURIComponent` escapes needlessly. */
export function encodeSegment(segment: string): string {
  if (plainSegment.test(segment)) return segment;
  return encodeURIComponent(segment).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}

/**
 * A raw segment as it is sent. Of the delimiters that lists and objects in a path are written with (OpenAPI 3.1
 * section 4.8.12.2), those that came encoded belong to a value and stay encoded.
 */
function settleSegment(raw: string): string {
  return raw
    .split(/(%2c|%3b|%3d)/i)
    .map((part, index) => (index % 2 === 1 ? part.toUpperCase() : encodeSegment(decodeURIComponent(part))))
    .join("");
}

/** Why a decoded segment must not be sent, or undefined if it may be. */
export function segmentProblem(segment: string): string | undefined {
  const problem = faultIn(segment);
  return (
    problem &&
    `the path segment ${JSON.stringify(segment.length > 60 ? `${segment.slice(0, 60)}…` : segment)} ${problem}`
  );
}

function faultIn(segment: string): string | undefined {
  // Some servers cut off blanks at the end of a name.
  if (/^\s*\.{1,2}\s*(?:;|$)/.test(segment)) return "is a dot segment";
  if (segment.includes("\\")) return "holds a backslash";
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(segment)) return "holds a control character";
  if (/%(?:2f|5c|2e|00|0a|0d|25)/i.test(segment)) return "is percent-encoded twice";
  // Letters that are encoded twice are folded; what hides behind a second layer is not guessed.
  if (/%(?:c[01]|e0%[89]|f0%8|u00(?:25|2e|2f|5c))/i.test(segment))
    return "is percent-encoded in a way of its own";
  const again = decodedAgain(segment);
  if (again !== segment) {
    const inside = faultIn(again) ?? (again.includes("/") ? "holds a slash" : undefined);
    return inside && `${inside}, percent-encoded twice`;
  }
  // Servers that fold letters of other widths, and Windows, which writes the signs of mathematics in the code page of a
  // program (best fit). Question marks and hashes of another width are readings of the path.
  const folded = segment.normalize("NFKC");
  const fitted = segment.replace(/[\u2044\u2215\u29f8]/g, "/").replace(/[\u2216\u29f5\u29f9]/g, "\\");
  for (const plain of [folded, fitted]) {
    if (plain === segment) continue;
    if (/^\.{1,2}$/.test(plain) || [..."/\\"].some((char) => plain.includes(char) && !segment.includes(char)))
      return "holds characters that look like a path separator";
  }
  return folded !== segment && /%(?:[\da-f]{2}|u[\da-f]{4})/i.test(folded)
    ? "holds a percent sign of another width before two hex digits"
    : undefined;
}

/**
 * @param input an absolute URL
 * @returns its one spelling, or the problem in words, to follow "because"
 */
export function canonicalUrl(input: string): Canonical {
  const url = URL.parse(input);
  const failed = (problem: string): Canonical => ({ ok: false, problem });
  if (!url) return failed("it is not an absolute URL");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return failed(`its scheme is ${url.protocol.slice(0, -1)}, not https`);
  if (url.username || url.password) return failed("it holds a user name or password");
  const segments: string[] = [];
  const sent: string[] = [];
  const slashed: number[] = [];
  const raws = url.pathname.slice(1).split("/", maxSegments + 1);
  if (raws.length > maxSegments) return failed(`its path has more than ${maxSegments} segments`);
  for (const raw of raws) {
    if (plainSegment.test(raw)) {
      segments.push(raw);
      sent.push(raw);
      continue;
    }
    let segment: string;
    const shown = `the path segment ${JSON.stringify(raw)}`;
    try {
      segment = decodeURIComponent(raw);
    } catch {
      return failed(`${shown} is not valid percent-encoded UTF-8`);
    }
    const problem = segmentProblem(segment);
    if (problem) return failed(problem);
    if (segment.includes("/")) {
      if (segment.split("/").some((part) => part === "" || segmentProblem(part)))
        return failed(`${shown} holds a path of its own`);
      slashed.push(segments.length);
    }
    segments.push(segment);
    sent.push(settleSegment(raw));
  }
  return { ok: true, url: { origin: url.origin, segments, sent, slashed, search: url.search } };
}

/** The URL as it is sent. */
export function hrefOf(url: CanonicalUrl): string {
  return `${url.origin}/${url.sent.join("/")}${url.search}`;
}
