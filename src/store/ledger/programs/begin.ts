/**
 * Begins runs of kept programs: by their name, and by themselves at their times. A run is a run in the background of its user, held
 * to what they allowed. The time that it is for is noted in the transaction that begins it, so no time is run twice.
 */
import { clientOf } from "../../../terms/caller.ts";
import type { ProgramRun } from "../../../terms/record.ts";
import { begin as beginLasting } from "../lasting/rows.ts";
import { all, first } from "../rows.ts";
import { noteEvent } from "./events.ts";
import type { ProgramRow } from "./row.ts";
import { maxCounted, nextTime, passed, type Times } from "./schedule.ts";
import { begunOf, capabilitiesIn, versionOf } from "./versions.ts";

interface ToBegin {
  runId: string;
  /** JSON text; that of the version, if absent. */
  input?: string | undefined;
  /** See `ProgramRun`. */
  timeMs?: number;
}

/** @returns why it was not begun, as a sentence */
export function beginRun(
  sql: SqlStorage,
  row: ProgramRow,
  { runId, timeMs, ...given }: ToBegin,
  nowMs: number,
): string | undefined {
  const version = versionOf(sql, row.id, row.version);
  if (row.state !== "active" || !version)
    return `It is ${row.state}${row.why === null ? "." : `: ${row.why}`}`;
  if (runningOf(sql, row.id) !== undefined) return "Its run before goes on, and it has one at a time.";
  const begun = begunOf(version);
  const { caller } = begun;
  const { id, name } = row;
  const input = given.input ?? version.input;
  const program: ProgramRun = {
    id,
    name,
    version: version.version,
    ...(timeMs !== undefined && { timeMs }),
    ...(input !== null && { input }),
  };
  const { code } = version;
  const start = {
    runId,
    startedAtMs: nowMs,
    tool: "execute",
    code,
    codeChars: code.length,
    client: clientOf(caller),
    access: caller.access,
    ...(caller.tags && { tags: caller.tags }),
    background: true,
    program,
  };
  return beginLasting(sql, { ...begun, start, capabilities: capabilitiesIn(version) }, nowMs);
}

/** A run of it that goes on. */
export function runningOf(sql: SqlStorage, program: string): string | undefined {
  return first<{ run: string }>(sql, "SELECT run FROM lasting WHERE program = ?", program)?.run;
}

/** Begins what is due. Of times that have passed, the last one is run now, and the others are told as missed. */
export function beginScheduled(sql: SqlStorage, newRunId: () => string, nowMs: number): void {
  for (const row of all<ProgramRow>(sql, "SELECT * FROM programs WHERE next_at IS NOT NULL")) {
    const { id, next_at: nextAt } = row;
    const times = timesOf(sql, row);
    if (nextAt === null || !times) continue;
    if (nextAt > nowMs) {
      // The clock was set back: an earlier time comes now, if it was not run before.
      const sooner = nextTime(times, lastRun(row, nowMs));
      if (sooner !== undefined && sooner < nextAt) plan(sql, id, sooner);
      continue;
    }
    const { lastMs, earlier } = passed(times, nextAt, nowMs);
    if (earlier > 0) noteEvent(sql, id, "missed", nowMs, missed(earlier, nextAt));
    sql.exec("UPDATE programs SET last_time = ? WHERE id = ?", lastMs, id);
    plan(sql, id, nextTime(times, nowMs));
    const why = beginRun(sql, row, { runId: newRunId(), timeMs: lastMs }, nowMs);
    if (why !== undefined)
      noteEvent(sql, id, "missed", nowMs, `It did not run at ${shownTime(lastMs)}. ${why}`);
  }
}

/** A clock that was ahead by more than this was wrong: what it called a time has not been yet. */
const maxAheadMs = 86_400_000;

/** Until when its times were run, at least until now. */
function lastRun({ last_time: last }: ProgramRow, nowMs: number): number {
  return last === null || last > nowMs + maxAheadMs ? nowMs : Math.max(nowMs, last);
}

const missed = (count: number, sinceMs: number) =>
  `${count} ${count === 1 ? "time" : "times"}${count === maxCounted ? " or more" : ""} from ${shownTime(sinceMs)} on passed while nothing ran here.`;

const shownTime = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** When it runs by itself; undefined if it does not. */
export function timesOf(sql: SqlStorage, { id, version, zone, since }: ProgramRow): Times | undefined {
  const every = versionOf(sql, id, version)?.every;
  return every === undefined || every === null ? undefined : { every, zone, sinceMs: since };
}

export function plan(sql: SqlStorage, program: string, nextMs: number | undefined): void {
  sql.exec("UPDATE programs SET next_at = ? WHERE id = ?", nextMs ?? null, program);
}

/** When the ledger has to look at its programs again, or `null` if none runs by itself. */
export function nextScheduled(sql: SqlStorage): number | null {
  return sql.exec<{ next: number | null }>("SELECT min(next_at) AS next FROM programs").one().next;
}
