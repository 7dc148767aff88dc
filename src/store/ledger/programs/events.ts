/** The history of a kept program, beside its runs: what its user reads, and what the operator's log says of it. */
import { logEvent } from "../../../terms/log.ts";
import { programLimits, type ProgramEvent } from "../../../terms/kept-programs.ts";
import { all, insertRow } from "../rows.ts";

type EventRow = { position: number; at: number; what: ProgramEvent["what"]; detail: string | null };

/** The operator hears of these: nobody looks at the page of a program that runs well. */
const told: Partial<Record<ProgramEvent["what"], (attributes: Record<string, unknown>) => void>> = {
  paused: (attributes) => logEvent("isogate.program.paused", attributes),
  missed: (attributes) => logEvent("isogate.program.missed", attributes),
  ended: (attributes) => logEvent("isogate.program.ended", attributes),
  changed: (attributes) => logEvent("isogate.program.changed", attributes),
};

/** @param detail a sentence for its user */
export function noteEvent(
  sql: SqlStorage,
  program: string,
  what: ProgramEvent["what"],
  nowMs: number,
  detail?: string,
): void {
  const query = "SELECT ifnull(max(position), 0) + 1 AS position FROM program_events WHERE program = ?";
  const { position } = sql.exec<{ position: number }>(query, program).one();
  insertRow(sql, "program_events", { program, position, at: nowMs, what, detail: detail ?? null });
  const oldest = position - programLimits.events;
  sql.exec("DELETE FROM program_events WHERE program = ? AND position <= ?", program, oldest);
  const why = detail !== undefined && { "isogate.program.why": detail };
  told[what]?.({ "isogate.program.id": program, ...why });
}

/** The newest first. */
export function listEvents(sql: SqlStorage, program: string): ProgramEvent[] {
  const query = "SELECT * FROM program_events WHERE program = ? ORDER BY position DESC";
  return all<EventRow>(sql, query, program).map(({ at, what, detail }) => ({
    atMs: at,
    what,
    ...(detail !== null && { detail }),
  }));
}
