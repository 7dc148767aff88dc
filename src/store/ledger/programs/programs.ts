/** Kept programs of one user: proposed, allowed, paused, ended and deleted. What changes one is called within a transaction. */
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import {
  programLimits,
  programName,
  type ChoiceResult,
  type FoundProgram,
  type ProgramChoice,
  type ProgramDetail,
  type ProgramSummary,
  type Proposal,
  type Proposed,
} from "../../../terms/kept-programs.ts";
import type { Caller } from "../../../terms/caller.ts";
import { reaches, type Reach } from "../../../terms/scopes.ts";
import { all, first, insertRow } from "../rows.ts";
import { pause, stop } from "./after-run.ts";
import { plan, runningOf, timesOf } from "./begin.ts";
import { listEvents, noteEvent } from "./events.ts";
import { lookOf } from "./look.ts";
import type { ProgramRow, VersionRow } from "./row.ts";
import { isZone, needsZone, nextTime } from "./schedule.ts";
import {
  addVersion,
  callerIn,
  capabilitiesIn,
  clientIn,
  decideVersion,
  givenOf,
  shownVersion,
  versionHash,
  countWaitingOf,
  versionOf,
  versionsOf,
  waitingVersion,
} from "./versions.ts";

export function readProgram(sql: SqlStorage, id: string): ProgramRow | undefined {
  return first<ProgramRow>(sql, "SELECT * FROM programs WHERE id = ?", id);
}

/** Names that a reader takes for one are one. */
const spoken = (name: string) => programName(name).toLowerCase();

export function programNamed(sql: SqlStorage, name: string): ProgramRow | undefined {
  const [said, seen] = [spoken(name), lookOf(programName(name))];
  const rows = allPrograms(sql);
  // Letters of a script may look like those of another one as capitals only.
  return rows.find((row) => spoken(row.name) === said) ?? rows.find((row) => lookOf(row.name) === seen);
}

const allPrograms = (sql: SqlStorage) => all<ProgramRow>(sql, "SELECT * FROM programs ORDER BY name");

export function propose(sql: SqlStorage, proposal: Proposal, nowMs: number): Proposed {
  const known = programNamed(sql, proposal.name);
  const given = givenOf(proposal);
  const hash = versionHash(given);
  const allowed = known && versionOf(sql, known.id, known.version);
  if (known && allowed && known.state !== "ended" && versionHash(allowed) === hash)
    return { id: known.id, is: "kept" };
  const is = known?.state === "active" ? "changed" : "proposed";
  const waiting = known && waitingVersion(sql, known.id);
  if (waiting && versionHash(waiting) === hash) return { id: waiting.program, is };
  const waits = countWaitingOf(sql, given.client);
  if (!waiting && waits >= programLimits.waitingOfClient)
    return {
      refused: `${waits} programs that this connection proposed wait to be allowed, and more may not. Ask the user to decide on them.`,
    };
  const { programs } = sql.exec<{ programs: number }>("SELECT count(*) AS programs FROM programs").one();
  if (!known && programs >= programLimits.ofUser)
    return { refused: `${programs} programs of this user are kept already, and more may not be.` };
  const row = known ?? insertProgram(sql, proposal.name, nowMs);
  const version = addVersion(sql, row, given, { becauseChanged: false, nowMs });
  noteEvent(sql, row.id, "proposed", nowMs, `Version ${version}.`);
  return { id: row.id, is };
}

function insertProgram(sql: SqlStorage, name: string, nowMs: number): ProgramRow {
  const row: ProgramRow = {
    id: crypto.randomUUID(),
    name,
    state: "proposed",
    why: null,
    version: null,
    zone: "UTC",
    since: nowMs,
    next_at: null,
    last_time: null,
    failures: 0,
    kept: null,
    changed: null,
  };
  insertRow(sql, "programs", row);
  return row;
}

/**
 * What a version can call is not what was allowed any more. It runs no more; the same code with what it can call today waits to be
 * allowed. @param why a sentence
 */
export function proposeChanged(
  sql: SqlStorage,
  row: ProgramRow,
  capabilities: CapabilitySet,
  why: string,
  nowMs: number,
): void {
  const version = versionOf(sql, row.id, row.version);
  if (!version) return;
  const { client, begun, code, every, input } = version;
  const given = { client, begun, code, every, input, capabilities: JSON.stringify(capabilities) };
  // A newer proposal of the client stands: its set is read again when it is allowed and runs.
  if (!waitingVersion(sql, row.id)) addVersion(sql, row, given, { becauseChanged: true, nowMs });
  stop(sql, row.id, nowMs, { state: "paused", what: "changed", why });
}

export function choose(
  sql: SqlStorage,
  row: ProgramRow,
  choice: Exclude<ProgramChoice, { do: "run" }>,
  nowMs: number,
): ChoiceResult {
  switch (choice.do) {
    case "allow":
      return allowVersion(sql, row, choice, nowMs);
    case "refuse":
      return refuseVersion(sql, row, choice.version, nowMs);
    case "pause":
      if (row.state !== "active") return notNow(row);
      pause(sql, row.id, nowMs, "You paused it.");
      return { ok: true };
    case "resume":
      if (row.state !== "paused") return notNow(row);
      resume(sql, row, nowMs);
      noteEvent(sql, row.id, "resumed", nowMs);
      return { ok: true };
    case "delete":
      remove(sql, row.id);
      return { ok: true };
  }
}

const notNow = ({ state }: ProgramRow): ChoiceResult => ({
  ok: false,
  problem: `The program is ${state} by now. Read the page again.`,
});

function allowVersion(
  sql: SqlStorage,
  row: ProgramRow,
  { version: number, hash, zone }: Extract<ProgramChoice, { do: "allow" }>,
  nowMs: number,
): ChoiceResult {
  const version = versionOf(sql, row.id, number);
  if (version?.state === "allowed")
    return { ok: false, problem: "This version was allowed already, and this page has changed nothing." };
  if (version?.state !== "proposed" || versionHash(version) !== hash)
    return { ok: false, problem: "What waits by now is not what was shown. Read the page again." };
  const { every } = version;
  if (every !== null && needsZone(every) && !isZone(zone))
    return { ok: false, problem: "Choose the time zone that its times are in." };
  const before = versionOf(sql, row.id, row.version);
  decideVersion(sql, version, "allowed", nowMs);
  // What its state holds may come from what the new connection was not granted, or from another account.
  if (before && !reaches(callerIn(version), callerIn(before)))
    sql.exec("UPDATE programs SET kept = NULL WHERE id = ?", row.id);
  const goesOn = row.state === "active" && before?.every === every && row.zone === zone;
  sql.exec(
    "UPDATE programs SET state = 'active', why = NULL, version = ?, zone = ?, since = ?, failures = 0 WHERE id = ?",
    number,
    isZone(zone) ? zone : row.zone,
    goesOn ? row.since : nowMs,
    row.id,
  );
  if (!goesOn) resume(sql, readProgram(sql, row.id)!, nowMs);
  noteEvent(sql, row.id, "allowed", nowMs, `Version ${number}.`);
  return { ok: true };
}

function refuseVersion(sql: SqlStorage, row: ProgramRow, number: number, nowMs: number): ChoiceResult {
  const version = versionOf(sql, row.id, number);
  if (version?.state !== "proposed") return notNow(row);
  refuse(sql, row, version, nowMs);
  return { ok: true };
}

/** Of a program of which nothing was ever allowed nothing is left. */
function refuse(sql: SqlStorage, row: ProgramRow, version: VersionRow, nowMs: number): void {
  if (row.version === null) return remove(sql, row.id);
  decideVersion(sql, version, "refused", nowMs);
  noteEvent(sql, row.id, "refused", nowMs, `Version ${version.version}.`);
}

function remove(sql: SqlStorage, id: string): void {
  for (const table of ["program_versions", "program_events"])
    sql.exec(`DELETE FROM ${table} WHERE program = ?`, id);
  sql.exec("DELETE FROM programs WHERE id = ?", id);
}

function resume(sql: SqlStorage, row: ProgramRow, nowMs: number): void {
  sql.exec(
    "UPDATE programs SET state = 'active', why = NULL, failures = 0, last_time = NULL WHERE id = ?",
    row.id,
  );
  const times = timesOf(sql, row);
  // An interval that begins now has come.
  plan(sql, row.id, times && nextTime(times, nowMs - 1));
}

/** A connection was ended, or all of them: what runs in its name runs no more, and what it proposed is refused. */
export function endProgramsOf(sql: SqlStorage, isOf: (by: Caller) => boolean, nowMs: number): void {
  const isOfClient = (version: VersionRow | undefined) => version !== undefined && isOf(callerIn(version));
  for (const row of allPrograms(sql)) {
    if (row.state !== "ended" && isOfClient(versionOf(sql, row.id, row.version)))
      stop(sql, row.id, nowMs, { state: "ended", what: "ended", why: ended });
    const waiting = waitingVersion(sql, row.id);
    if (waiting && isOfClient(waiting)) refuse(sql, row, waiting, nowMs);
  }
}

const ended = "Its connection was ended. It runs again once a connection proposes it and you allow that.";

export function listPrograms(sql: SqlStorage): ProgramSummary[] {
  return allPrograms(sql).flatMap((row) => summaryOf(sql, row) ?? []);
}

function summaryOf(sql: SqlStorage, row: ProgramRow): ProgramSummary | undefined {
  const { id, name, state, why, zone, since: sinceMs, next_at: nextMs } = row;
  const waiting = waitingVersion(sql, id);
  const shown = versionOf(sql, id, row.version) ?? waiting ?? versionsOf(sql, id)[0];
  if (!shown) return undefined;
  return {
    id,
    name,
    state,
    ...(why !== null && { why }),
    zone,
    sinceMs,
    ...(nextMs !== null && { nextMs }),
    ...briefly(shown),
    ...(waiting && { waiting: { version: waiting.version, ...briefly(waiting) } }),
  };
}

/** What lists show of a version. */
function briefly(version: VersionRow) {
  const { every } = version;
  return {
    client: clientIn(version),
    capabilities: capabilitiesIn(version),
    ...(every !== null && { every }),
  };
}

export function programDetail(sql: SqlStorage, id: string): ProgramDetail | undefined {
  const row = readProgram(sql, id);
  const summary = row && summaryOf(sql, row);
  if (!summary) return undefined;
  const running = runningOf(sql, id);
  return {
    ...summary,
    ...(row.version !== null && { version: row.version }),
    versions: versionsOf(sql, id).map(shownVersion),
    events: listEvents(sql, id),
    ...(running !== undefined && { running }),
    stateChars: row.kept?.length ?? 0,
  };
}

/** Those that a caller with this grant and these accounts can run. */
export function foundPrograms(sql: SqlStorage, reach: Reach): FoundProgram[] {
  return allPrograms(sql).flatMap((row) => {
    const version = row.state === "active" ? versionOf(sql, row.id, row.version) : undefined;
    if (!version || !reaches(reach, callerIn(version))) return [];
    const operations = capabilitiesIn(version).flatMap(({ operation }) => operation ?? []);
    return [{ name: row.name, ...(version.every !== null && { every: version.every }), operations }];
  });
}
