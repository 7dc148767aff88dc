/** `canonicalUrl` for the gateway, which reads every request's URL: most need no parser. The isolate does without. */
import { BoundedMap } from "../terms/bounded-map.ts";
import { type Canonical, canonicalUrl, type CanonicalUrl, maxSegments } from "./canonical.ts";

/** The same as `canonicalUrl`, faster where the URL is plain. */
export function canonicalOf(input: string): Canonical {
  const url = plainCanonical(input);
  return url ? { ok: true, url } : canonicalUrl(input);
}

/** A URL in which nothing is encoded, could be read in another way, or would be written otherwise by a URL parser. */
const plainUrl =
  /^(https?:\/\/[a-z\d.-]+(?::\d+)?)\/((?:(?!\.)[\w.~!$&'()*+,;=:@-]*\/)*(?!\.)[\w.~!$&'()*+,;=:@-]*)(\?[!$-&(-;=?-~]+)?$/;

/** Whether a text is an origin as a URL parser writes it: of hosts, many spellings mean one. */
const isOrigin = new BoundedMap<string, boolean>(100);

/** Most requests: what their URL says is what it is taken for. */
function plainCanonical(input: string): CanonicalUrl | undefined {
  const [, origin = "", path = "", search = ""] = plainUrl.exec(input) ?? [];
  if (origin === "") return undefined;
  if (!isOrigin.take(origin, () => URL.parse(origin)?.origin === origin)) return undefined;
  const segments = path.split("/");
  if (segments.length > maxSegments) return undefined;
  return { origin, segments, sent: segments, slashed: [], search };
}
