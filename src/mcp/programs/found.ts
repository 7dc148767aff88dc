/** Kept programs that `find` lists. They are remembered for seconds, so that a search in between waits for no store. */
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { FoundProgram } from "../../terms/kept-programs.ts";
import { logEvent } from "../../terms/log.ts";
import { reachOf } from "../../terms/scopes.ts";
import type { ToolContext } from "../tool-context.ts";

const maxAgeMs = 5_000;

/** By user and what the connection acts with. Values, never promises: in Workers, a request that waits for another request's promise hangs. */
const known = new BoundedMap<string, { programs: FoundProgram[]; readAt: number }>(500);

/** @returns none, if they cannot be read */
export async function foundPrograms({
  env,
  caller,
}: Pick<ToolContext, "env" | "caller">): Promise<FoundProgram[]> {
  const { userId } = caller;
  const reach = reachOf(caller);
  const key = JSON.stringify([userId, reach]);
  const before = known.get(key);
  const ageMs = before ? Date.now() - before.readAt : Infinity;
  // The age is negative after the clock was set back.
  if (before && ageMs >= 0 && ageMs < maxAgeMs) return before.programs;
  try {
    const programs = await env.LEDGER.getByName(userId).foundPrograms(reach);
    known.set(key, { programs, readAt: Date.now() });
    return programs;
  } catch (error) {
    logEvent("isogate.program.unlisted", {}, error);
    return [];
  }
}
