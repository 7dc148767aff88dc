/** The requests of a run as its reply lists them: what was asked for, and what became of it. */
import type { RequestRecord } from "../terms/failure.ts";

/** Most requests that a reply lists one by one, and most kinds that it counts. */
export const maxListedRequests = 20;

/** A count per operation and outcome: enough after success. */
export function requestsInShort(requests: readonly RequestRecord[]): string[] {
  const alike = Map.groupBy(requests, (request) => requestLine({ ...request, url: "" }));
  const lines = [...alike].map(([line, { length }]) => (length === 1 ? line : `${length} × ${line}`));
  const left = lines.length - maxListedRequests;
  return left > 0 ? [...lines.slice(0, maxListedRequests), `and ${left} other kinds`] : lines;
}

/** After a failure every request matters, as long as they can be read. */
export function requestLines(requests: readonly RequestRecord[]): string[] {
  if (requests.length > maxListedRequests) return requestsInShort(requests);
  return requests.map((request) => {
    const isSent = request.outcome !== "waiting" && request.outcome !== "planned";
    return requestLine(request) + (isSent ? ` ${request.durationMs} ms` : "");
  });
}

/** How many requests were meant to be answered and were not: code that catches errors may not have told. */
export function unfinished(requests: readonly RequestRecord[]): number {
  return requests.filter(({ outcome }) => outcome !== "answered" && outcome !== "planned").length;
}

const inWords: Record<Exclude<RequestRecord["outcome"], "answered" | "denied">, string> = {
  unreachable: "unreachable",
  unknown: "outcome unknown",
  waiting: "not sent, waits for approval",
  planned: "not sent, planned",
  "under way": "not awaited, still under way when the run ended",
};

function requestLine(request: RequestRecord): string {
  const { method, url, operation, outcome, status, rule, failure, replayed } = request;
  const what = operation ?? `${method} ${url}`;
  const became =
    outcome === "answered"
      ? `${status}${replayed ? " (answered in an earlier run, not sent again)" : ""}`
      : outcome === "denied"
        ? failure?.kind === "misconfigured"
          ? "not sent, misconfigured"
          : `denied (${rule ?? failure?.kind})`
        : inWords[outcome];
  return `${what}${operation && url ? ` ${method} ${url}` : ""}: ${became}`;
}
