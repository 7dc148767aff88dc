/** The record of a request: what it was and what became of it; never bodies, never secrets. */
import type { RequestRecord } from "../failure.ts";
import type { GivenRequest } from "./given.ts";
import type { Located } from "./locate.ts";

/** A URL in a record is cut here: what is longer is a mistake in the code, and says so at its beginning. */
const maxUrlChars = 2_000;

/** How the rule of a request ends that was answered from what an earlier run was answered. */
export const replayedMark = "; answered in an earlier run";

export function recordOf(
  { method, url }: Pick<GivenRequest, "method" | "url">,
  located: Located,
): RequestRecord {
  const known = located.ok
    ? {
        api: located.target.api.name,
        href: located.target.href,
        operation: located.target.operation.id,
        rule: located.target.rule,
      }
    : located;
  return {
    api: known.api ?? "",
    method,
    url: shortened(known.href ?? withoutQuery(url)),
    ...(known.operation === undefined ? {} : { operation: known.operation }),
    outcome: located.ok ? "under way" : "denied",
    startedAtMs: Date.now(),
    durationMs: 0,
    bytesUp: 0,
    bytesDown: 0,
    ...(known.rule === undefined ? {} : { rule: known.rule }),
  };
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? "";
}

function shortened(url: string): string {
  return url.length > maxUrlChars ? `${url.slice(0, maxUrlChars)}…` : url;
}
