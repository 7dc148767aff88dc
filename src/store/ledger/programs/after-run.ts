/** What the end of a run means for the kept program that it was a run of. Called within the transaction that ends it. */
import { programLimits } from "../../../terms/kept-programs.ts";
import type { LastingStart } from "../../../terms/lasting.ts";
import type { RunRecord } from "../../../terms/record.ts";
import type { LastingRow } from "../lasting/row.ts";
import { reaches, type Reach } from "../../../terms/scopes.ts";
import { first } from "../rows.ts";
import { noteEvent } from "./events.ts";
import type { ProgramRow } from "./row.ts";
import { callerIn, versionOf } from "./versions.ts";

interface Ended {
  outcome: RunRecord["outcome"];
  /** Its code has come to its end: what it put into `state` is kept, as in any run. */
  byItself: boolean;
}

export function afterRun(
  sql: SqlStorage,
  { program, begun }: Pick<LastingRow, "program" | "begun">,
  { outcome, byItself }: Ended,
  nowMs: number,
): void {
  if (program === null) return;
  const { start, caller } = JSON.parse(begun) as LastingStart;
  if (byItself) keepState(sql, program, caller);
  // Who called it by its name hears of it. A person who ended it meant that run.
  if (start.program?.timeMs === undefined || outcome === "canceled") return;
  const count =
    "UPDATE programs SET failures = iif(?, 0, failures + 1) WHERE id = ? RETURNING failures, state";
  const row = first<Pick<ProgramRow, "failures" | "state">>(sql, count, outcome === "ok" ? 1 : 0, program);
  if (row?.state !== "active" || row.failures < programLimits.failures) return;
  pause(
    sql,
    program,
    nowMs,
    `${programLimits.failures} scheduled runs in a row failed, the last one with: ${outcome}.`,
  );
}

/** Meanwhile a connection with less access, or with another account, may have gone on with the program: what this run has seen is not for that one. */
function keepState(sql: SqlStorage, program: string, seenBy: Reach): void {
  const row = first<ProgramRow>(sql, "SELECT * FROM programs WHERE id = ?", program);
  const goesOn = row && versionOf(sql, program, row.version);
  if (goesOn && reaches(callerIn(goesOn), seenBy))
    sql.exec("UPDATE programs SET kept = ifnull(changed, kept) WHERE id = ?", program);
  dropChanged(sql, program);
}

/** A slice begins: what an earlier one would have left is not what this one will. */
export function dropChanged(sql: SqlStorage, program: string): void {
  sql.exec("UPDATE programs SET changed = NULL WHERE id = ?", program);
}

/** It runs no more, neither by itself nor by its name, until its user resumes it. */
export function pause(sql: SqlStorage, program: string, nowMs: number, why: string): void {
  stop(sql, program, nowMs, { state: "paused", what: "paused", why });
}

/** It has no next time, and its page says why. */
export function stop(
  sql: SqlStorage,
  program: string,
  nowMs: number,
  { state, what, why }: { state: "paused" | "ended"; what: "paused" | "changed" | "ended"; why: string },
): void {
  sql.exec("UPDATE programs SET state = ?, why = ?, next_at = NULL WHERE id = ?", state, why, program);
  noteEvent(sql, program, what, nowMs, why);
}
