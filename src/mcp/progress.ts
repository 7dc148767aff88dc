/**
 * Tells a waiting client that its call goes on: what is under way, whenever that changes, and every few seconds in any
 * case, because clients that give up after a time begin to count again with each message.
 */
import type { ServerContext } from "@modelcontextprotocol/server";
import type { RequestRecord } from "../terms/failure.ts";

/** How often it is looked for news; most calls end before the first message. */
const lookEveryMs = 500;

/** The least that clients wait for anything is 60 s; proxies close silent connections after 30. */
const beatMs = 3_000;

/** Clients give a call up after 60 s, and only those with a session say so. */
const goneAfterMs = 55_000;

export interface Progress {
  /** From now on `words` says what is under way. */
  now(words: () => string): void;
  /** Whether the client has said that it does not wait for the answer any more, or has likely given up. */
  isGone(): boolean;
  stop(): void;
}

/** @returns does nothing for a client that sent no token and so wants no progress */
export function startProgress({ mcpReq }: Pick<ServerContext, "mcpReq">): Progress {
  const progressToken = mcpReq["_meta"]?.progressToken;
  const startedAtMs = Date.now();
  const isGone = () => mcpReq.signal.aborted || Date.now() - startedAtMs > goneAfterMs;
  if (progressToken === undefined) return { now: () => {}, isGone, stop: () => {} };
  let words = () => "reading the code";
  let told = { message: "", atMs: 0 };
  const timer = setInterval(() => {
    const [message, atMs] = [words(), Date.now()];
    if (message === told.message && atMs - told.atMs < beatMs) return;
    told = { message, atMs };
    // It must grow with every message (2025-11-25, Progress). Requests do not while one is slow; seconds do.
    const progress = (atMs - startedAtMs) / 1_000;
    const params = { progressToken, progress, message };
    // The client may be gone.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  }, lookEveryMs);
  return { now: (said) => void (words = said), isGone, stop: () => clearInterval(timer) };
}

/** How far a run is. @param records of its requests; the gateway adds to them */
export function progressOf(records: readonly RequestRecord[]): string {
  const underWay = records.findLast(({ outcome }) => outcome === "under way");
  const done = records.filter(({ outcome }) => outcome !== "under way").length;
  const current = underWay ? `, now ${underWay.operation ?? underWay.method}` : "";
  return `${done} ${done === 1 ? "request" : "requests"} done${current}`;
}
