/**
 * The part of a user's ledger that keeps their programs, and begins their runs: each is a run in the background like any other, from
 * the same alarm.
 */
import type { SliceName } from "../../../terms/approvals.ts";
import type { Caller } from "../../../terms/caller.ts";
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import {
  programLimits,
  type ChoiceResult,
  type FoundProgram,
  type ProgramChoice,
  type ProgramDetail,
  type ProgramSummary,
  type Proposal,
  type Proposed,
} from "../../../terms/kept-programs.ts";
import { newRunId, runIdFor } from "../../../terms/run-id.ts";
import { reaches, type Reach } from "../../../terms/scopes.ts";
import { findOpenByHash, isContinued } from "../approvals/continuations.ts";
import { current } from "../lasting/decide.ts";
import { LastingLedger } from "../lasting/lasting-ledger.ts";
import { isRunning, keyOf } from "../runs.ts";
import { beginRun, beginScheduled, nextScheduled, runningOf } from "./begin.ts";
import {
  choose,
  endProgramsOf,
  foundPrograms,
  listPrograms,
  programDetail,
  programNamed,
  propose,
  proposeChanged,
  readProgram,
} from "./programs.ts";
import type { ProgramRow } from "./row.ts";
import { begunOf, callerIn, versionOf, waitingVersion } from "./versions.ts";

/** A call of `run` in code. */
export interface ProgramCall {
  name: string;
  /** JSON text. */
  input?: string;
  /** The how-manieth call of the code with this name and input. */
  time: number;
  /** Which run of which code asks. */
  acting: { runId: string; clientId: string; codeHash: string };
  /** Of who calls: a program that was granted more, or acts with other accounts, does not exist for it. */
  reach: Reach;
}

/** Id of the run, or why it was not begun. */
export type Begun = { runId: string; refused?: undefined } | { runId?: undefined; refused: string };

/** Before the id of the first run of some code: the runs of programs that it began. */
const begunBy = "begun by ";

function notThere(name: string): string {
  const { nameChars } = programLimits;
  const shown = JSON.stringify(name.length > nameChars ? `${name.slice(0, nameChars)}…` : name);
  return `There is no program ${shown} that this connection may run. find, in search, lists those that it may.`;
}

export abstract class ProgramsLedger extends LastingLedger {
  proposeProgram(proposal: Proposal): Proposed {
    return this.write(() => propose(this.sql, proposal, Date.now()));
  }

  programs(): ProgramSummary[] {
    return listPrograms(this.sql);
  }

  program(id: string): ProgramDetail | null {
    return programDetail(this.sql, id) ?? null;
  }

  foundPrograms(reach: Reach): FoundProgram[] {
    return foundPrograms(this.sql, reach);
  }

  /** Takes a person's decision. */
  chooseProgram(id: string, choice: ProgramChoice): ChoiceResult {
    return this.writeDue(() => {
      const row = readProgram(this.sql, id);
      if (!row) return { ok: false, problem: "There is no such program any more." };
      if (choice.do === "run") {
        const runId = newRunId();
        const why = beginRun(this.sql, row, { runId }, Date.now());
        return why === undefined ? { ok: true, runId } : { ok: false, problem: why };
      }
      const running = runningOf(this.sql, id);
      if (choice.do === "delete" && running !== undefined)
        this.endLastingRun(running, "The run was ended: its program was deleted.", "dropped");
      return choose(this.sql, row, choice, Date.now());
    });
  }

  /** Begins a run of a program for code. */
  runProgram({ name, input, time, acting, reach }: ProgramCall): Begun {
    return this.writeDue(() => {
      const { runId: asking, clientId, codeHash } = acting;
      // Code that goes on after an approval runs from its beginning: it means the run that it began before.
      const continued = findOpenByHash(this.sql, codeHash, clientId);
      const by = continued?.first_run ?? asking;
      const runId = runIdFor(by, name, input ?? "", `${time}`);
      // The record of a run may have been forgotten since; what it did stands.
      const begun = this.ctx.storage.kv.get<string[]>(begunBy + by) ?? [];
      if (begun.includes(runId) || keyOf(this.sql, runId) !== undefined) return { runId };
      const row = programNamed(this.sql, name);
      const version = row && (versionOf(this.sql, row.id, row.version) ?? waitingVersion(this.sql, row.id));
      if (!row || !version || !reaches(reach, callerIn(version))) return { refused: notThere(name) };
      const page = `${begunOf(version).origin}/programs/${row.id}`;
      if (version.state === "proposed")
        return { refused: `The program ${JSON.stringify(row.name)} waits for the user to allow it: ${page}` };
      const why = beginRun(this.sql, row, { runId, input }, Date.now());
      if (why !== undefined)
        return { refused: `The program ${JSON.stringify(row.name)} was not run. ${why} Its page: ${page}` };
      this.ctx.storage.kv.put(begunBy + by, [...begun, runId]);
      return { runId };
    });
  }

  /** Forgets what was begun by code that has ended, and that nothing continues. Called within a transaction. */
  protected forgetBegun(): void {
    const { kv } = this.ctx.storage;
    for (const key of Array.from(kv.list({ prefix: begunBy }), ([name]) => name)) {
      const by = key.slice(begunBy.length);
      if (!isRunning(this.sql, by) && !isContinued(this.sql, by)) kv.delete(key);
    }
  }

  /** The `state` of a program in one of its slices, as JSON: what the run before it left. */
  programState(name: SliceName): string | null {
    return this.#programOf(name)?.kept ?? null;
  }

  /**
   * What the slice leaves in `state`, should the run end with it.
   * @param changes as `KeptState.change` takes them
   * @returns the bytes that it would need, if that is too much: then nothing of it is kept
   */
  changeProgramState(name: SliceName, changes: string): number | undefined {
    const program = this.#programOf(name);
    if (!program) return undefined;
    const members = new Map(
      Object.entries(JSON.parse(this.programState(name) ?? "{}") as Record<string, unknown>),
    );
    for (const [member, text] of Object.entries(JSON.parse(changes) as Record<string, string | null>))
      if (text === null) members.delete(member);
      else members.set(member, JSON.parse(text));
    // Entries, so that a member `__proto__` is one like any other.
    const all = JSON.stringify(Object.fromEntries(members));
    const bytes = Buffer.byteLength(all);
    if (bytes > programLimits.stateBytes) return bytes;
    this.sql.exec("UPDATE programs SET changed = ? WHERE id = ?", all, program.id);
    return undefined;
  }

  /**
   * What the code of this run can call today is not what was allowed: nothing of it runs, and its user is asked about the new set.
   * @param why a sentence
   */
  programChanged(name: SliceName, capabilities: CapabilitySet, why: string): void {
    this.writeDue(() => {
      const program = this.#programOf(name);
      if (!program) return;
      this.endLastingRun(name.runId, why, "dropped");
      proposeChanged(this.sql, program, capabilities, why, Date.now());
    });
  }

  /** The program that a slice is of; undefined for one that has been taken over or ended. */
  #programOf(name: SliceName): ProgramRow | undefined {
    const program = current(this.sql, name)?.program ?? undefined;
    return program === undefined ? undefined : readProgram(this.sql, program);
  }

  /**
   * The connection of a run is not there any more: the run ends, and with it the programs of that connection. Those of a later login
   * of the same client stay.
   */
  connectionEnded(
    runId: string,
    { clientId, connectionKey }: Pick<Caller, "clientId" | "connectionKey">,
  ): void {
    this.write(() => {
      this.endLastingRun(runId, "The run was ended: its connection was ended.", "revoked");
      endProgramsOf(
        this.sql,
        (by) => by.clientId === clientId && by.connectionKey === connectionKey,
        Date.now(),
      );
    });
  }

  protected override beginDue(): void {
    beginScheduled(this.sql, newRunId, Date.now());
    super.beginDue();
  }

  protected override nextDue(): number | null {
    const both = [super.nextDue(), nextScheduled(this.sql)].filter((one) => one !== null);
    return both.length > 0 ? Math.min(...both) : null;
  }
}
