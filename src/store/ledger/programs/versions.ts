/** Versions of kept programs: what was proposed, and what a person decided on it. */
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import { clientOf, type Caller } from "../../../terms/caller.ts";
import { digest } from "../../../terms/digest.ts";
import { programLimits, type ProgramVersion, type Proposal } from "../../../terms/kept-programs.ts";
import { codeHash } from "../approvals/identity.ts";
import { all, first, insertRow } from "../rows.ts";
import type { ProgramRow, VersionRow } from "./row.ts";

/** Who a version runs for, and where. */
export type Begun = Pick<Proposal, "caller" | "apis" | "origin" | "insisted">;

export const begunOf = ({ begun }: Pick<VersionRow, "begun">): Begun => JSON.parse(begun) as Begun;
export const capabilitiesIn = ({ capabilities }: VersionRow): CapabilitySet =>
  JSON.parse(capabilities) as CapabilitySet;

/**
 * All that a person decides on; another one of these is another version. So is a new login of the same client: the program acts
 * with the access and the credentials of the one it was proposed by, and ends with it.
 */
export function versionHash({
  code,
  capabilities,
  every,
  input,
  client,
  begun,
}: Pick<VersionRow, "code" | "capabilities" | "every" | "input" | "client" | "begun">): string {
  const { connectionKey, access, tags } = (JSON.parse(begun) as Begun).caller;
  const connection = [client, connectionKey, access, tags];
  return digest(JSON.stringify([codeHash(code), capabilities, every, input, connection]), "hex");
}

export function versionOf(sql: SqlStorage, program: string, version: number | null): VersionRow | undefined {
  const query = "SELECT * FROM program_versions WHERE program = ? AND version = ?";
  return version === null ? undefined : first<VersionRow>(sql, query, program, version);
}

/** The one that waits to be allowed. */
export function waitingVersion(sql: SqlStorage, program: string): VersionRow | undefined {
  return first<VersionRow>(
    sql,
    "SELECT * FROM program_versions WHERE program = ? AND state = 'proposed'",
    program,
  );
}

/** How many versions that a client proposed wait to be allowed. */
export function countWaitingOf(sql: SqlStorage, client: string): number {
  const query = "SELECT count(*) AS waiting FROM program_versions WHERE state = 'proposed' AND client = ?";
  return sql.exec<{ waiting: number }>(query, client).one().waiting;
}

/** The newest first. */
export function versionsOf(sql: SqlStorage, program: string): VersionRow[] {
  return all<VersionRow>(
    sql,
    "SELECT * FROM program_versions WHERE program = ? ORDER BY version DESC",
    program,
  );
}

type Given = Pick<VersionRow, "client" | "begun" | "code" | "capabilities" | "every" | "input">;

export function givenOf({
  caller,
  apis,
  origin,
  insisted,
  code,
  capabilities,
  every,
  input,
}: Proposal): Given {
  return {
    client: caller.clientId,
    begun: JSON.stringify({ caller, apis, origin, insisted } satisfies Begun),
    code,
    capabilities: JSON.stringify(capabilities),
    every: every ?? null,
    input: input ?? null,
  };
}

/** Adds a version that waits, in place of one that did. */
export function addVersion(
  sql: SqlStorage,
  { id, version }: Pick<ProgramRow, "id" | "version">,
  given: Given,
  { becauseChanged, nowMs }: { becauseChanged: boolean; nowMs: number },
): number {
  const replaced = "UPDATE program_versions SET state = 'replaced' WHERE program = ? AND state = 'proposed'";
  sql.exec(replaced, id);
  const last = "SELECT ifnull(max(version), 0) AS last FROM program_versions WHERE program = ?";
  const next = sql.exec<{ last: number }>(last, id).one().last + 1;
  insertRow(sql, "program_versions", {
    ...given,
    program: id,
    version: next,
    state: "proposed",
    because_changed: becauseChanged ? 1 : 0,
    proposed_at: nowMs,
    decided_at: null,
  } satisfies VersionRow);
  const old = next - programLimits.versions;
  sql.exec(
    "DELETE FROM program_versions WHERE program = ? AND version <= ? AND version <> ?",
    id,
    old,
    version ?? 0,
  );
  return next;
}

export function decideVersion(
  sql: SqlStorage,
  { program, version }: VersionRow,
  state: "allowed" | "refused",
  nowMs: number,
): void {
  const query = "UPDATE program_versions SET state = ?, decided_at = ? WHERE program = ? AND version = ?";
  sql.exec(query, state, nowMs, program, version);
}

export const clientIn = (row: Pick<VersionRow, "begun">) => clientOf(callerIn(row));
export const callerIn = (row: Pick<VersionRow, "begun">): Caller => begunOf(row).caller;

export function shownVersion(row: VersionRow): ProgramVersion {
  const { version, state, code, every, input, proposed_at: proposedAtMs, decided_at: decidedAtMs } = row;
  return {
    version,
    state,
    client: clientIn(row),
    code,
    capabilities: capabilitiesIn(row),
    ...(every !== null && { every }),
    ...(input !== null && { input }),
    proposedAtMs,
    ...(decidedAtMs !== null && { decidedAtMs }),
    hash: versionHash(row),
    becauseChanged: row.because_changed === 1,
  };
}
