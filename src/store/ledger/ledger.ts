/**
 * What is kept for one user: a SQLite Durable Object, named by the user's id. The stub of one user's ledger does not
 * reach another's. The methods are the ledger's whole interface; each finishes its work before it answers, so a call
 * never sees half of another.
 */
import { randomBytes } from "node:crypto";
import { endOfRun, endPlanOf, keepForNext, removeEnded, disconnect } from "./approvals/continuations.ts";
import { ApprovalsLedger } from "./approvals/approvals-ledger.ts";
import { lineStream } from "../../terms/line-stream.ts";
import type { UserLine } from "../../terms/moving.ts";
import { covers, type Grant } from "../../terms/scopes.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { RunRecord, RunStart } from "../../terms/record.ts";
import type { FileInfo } from "../../terms/file.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { failed } from "../../terms/result.ts";
import { dropAccounts, keepAccounts, listAccounts, readAccounts, type Accounts } from "./accounts.ts";
import { listEndings, recordEnding, type Ending } from "./endings.ts";
import { exportRuns } from "./export.ts";
import { insertLeaving, interrupt } from "./leaving.ts";
import { countUnderWay, insertLines, ledgerLines } from "./moving.ts";
import { recordsOf } from "./lasting/journal.ts";
import { readLasting, stateOf } from "./lasting/rows.ts";
import { cleanUpEveryMs, ledgerLimits, silentAfterMs } from "./limits.ts";
import { keepFile, listFiles, readFile, removeExpiredFiles, removeFile, type GivenFile } from "./files.ts";
import { endProgramsOf } from "./programs/programs.ts";
import { keepResult, readResult } from "./results.ts";
import { cleanUp, countRuns } from "./retention.ts";
import {
  insertRecord,
  insertStart,
  keyOf,
  lastRuns,
  listRuns,
  readRun,
  removeRuns,
  summaryOfRequests,
  wasRefused,
  type KeptRun,
  type RunFilter,
} from "./runs.ts";
import { first } from "./rows.ts";
import { migrate } from "./schema.ts";

/** The limits are checked after this many writes, and may be exceeded by as many runs. */
const writesPerCleanUp = 50;

/** Key of when the user's sessions were last ended. */
const sessionsEnded = "sessions ended";

/** Runs of one user in progress. A run whose end was lost makes room for others. */
const maxWatchedRuns = 100;

export class Ledger extends ApprovalsLedger {
  #writes = 0;
  /** Requests of runs in progress: only for watching, so never on disk. */
  readonly #inProgress = new BoundedMap<string, { requests: RequestRecord[]; heardMs: number }>(
    maxWatchedRuns,
  );

  /** Runs whose person wants them to stop: for as long as they are under way, so never on disk. */
  readonly #stopAsked = new BoundedMap<string, true>(maxWatchedRuns);

  /** When clients were disconnected, or all of them (`null`): their connections are gone, so never on disk. */
  readonly #disconnected = new BoundedMap<string | null, number>(maxWatchedRuns);

  /** When runs without an end were last looked for. */
  #lookedMs = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage);
  }

  beginRun(start: RunStart): void {
    this.#heard(start.runId);
    insertStart(this.sql, start);
  }

  /** Notes what a run in progress has requested so far, and that it goes on. */
  progressRun(runId: string, requests: RequestRecord[]): void {
    this.#heard(runId, requests);
  }

  /** @param name its id, or what the console calls it while it waits for the reply */
  askToStop(name: string): void {
    this.#stopAsked.set(name, true);
  }

  isStopAsked(names: string[]): boolean {
    return names.some((name) => this.#stopAsked.has(name));
  }

  /**
   * Stores that a write of a run is about to leave. When this has returned, the record outlives a power cut.
   * @returns why it may not leave: its connection was ended, or its user ended the run
   */
  leaving(start: RunStart, request: RequestRecord): "disconnected" | "stopped" | undefined {
    this.#heard(start.runId);
    const since = (client: string | null) => this.#disconnected.get(client) ?? -1;
    if (Math.max(since(null), since(start.client.id)) >= start.startedAtMs) return "disconnected";
    if (this.#stopAsked.has(start.runId)) return "stopped";
    this.write(() => insertLeaving(this.sql, start, request));
    return undefined;
  }

  /**
   * @param result all of its result as JSON text, kept for `recall`
   * @param lost runs of this user that could not be recorded since the last call
   */
  async endRun(record: RunRecord, result?: string, lost = 0): Promise<void> {
    this.#inProgress.delete(record.runId);
    this.write(() => {
      insertRecord(this.sql, record);
      if (record.unheard && record.outcome !== "interrupted") keepForNext(this.sql, record.runId, Date.now());
      else endOfRun(this.sql, record.runId, record.outcome);
      endPlanOf(this.sql, record, Date.now());
      if (result !== undefined) keepResult(this.sql, record.runId, result, Date.now());
      const count = `INSERT INTO counters (name, value) VALUES ('lost', ?)
        ON CONFLICT (name) DO UPDATE SET value = value + excluded.value`;
      if (lost > 0) this.sql.exec(count, lost);
    });
    if (this.#writes++ % writesPerCleanUp === 0) await this.#keepWithinLimits();
  }

  /** @param grant of who asks: a result of a run that was granted more is not given out; absent for its user */
  recall(runId: string, grant?: Grant): string | null {
    const result = readResult(this.sql, runId, Date.now());
    if (result === null || grant === undefined) return result;
    const run = readRun(this.sql, runId);
    return run?.ended && covers(grant, run.record) ? result : null;
  }

  /** How a run in the background ended that did not end well. @param grant as for `recall` */
  failureOf(runId: string, grant: Grant): string | null {
    const run = readRun(this.sql, runId);
    if (!run?.ended || !run.record.background || !covers(grant, run.record)) return null;
    const { failure, outcome } = run.record;
    return failure ? `Run ${runId} ended with ${outcome}: ${failure.sentence} ${failure.next}` : null;
  }

  /** @param most files that its run may make, for a file of a run */
  keepFile(given: GivenFile, most = Infinity): ReturnType<typeof keepFile> {
    return this.write(() => {
      const made = given.run === undefined ? 0 : this.filesOf(given.run).length;
      if (made >= most)
        return failed(`A run may make ${most} files. Put more into one, or make them in the next run.`);
      return keepFile(this.sql, given, Date.now());
    });
  }

  /** All files of this user, the newest first. */
  files(): FileInfo[] {
    return listFiles(this.sql, Date.now());
  }

  /** Those that a run made, in its order. */
  filesOf(runId: string): FileInfo[] {
    return this.files()
      .filter(({ run }) => run === runId)
      .toReversed();
  }

  file(id: string): { file: FileInfo; content: Uint8Array } | null {
    return readFile(this.sql, id, Date.now()) ?? null;
  }

  /** What the user uploaded under this name, or `null`. */
  uploadedFile(name: string): { type: string; content: Uint8Array } | null {
    const found = this.files().find((one) => one.run === undefined && one.name === name);
    return found ? { type: found.type, content: this.file(found.id)!.content } : null;
  }

  /** @returns whether there was such a file */
  forgetFile(id: string): boolean {
    return this.write(() => removeFile(this.sql, id));
  }

  /** The newest runs that fit the filter, or the ones before `before`. */
  runs(filter: RunFilter, page: { before?: number; limit: number }) {
    this.#endSilent();
    const { runs, ...rest } = listRuns(this.sql, filter, page);
    const listed = runs.map((run) => {
      const soFar = run.durationMs === undefined ? this.#requestsSoFar(run.runId, run.outcome) : undefined;
      return soFar ? { ...run, ...summaryOfRequests(soFar) } : run;
    });
    return { ...rest, runs: listed };
  }

  /** When each client last began a run, by its id; in milliseconds since the epoch. */
  lastRuns(): Record<string, number> {
    return lastRuns(this.sql);
  }

  /** One run, or `null` if this user has none with this id. */
  run(runId: string): KeptRun | null {
    this.#endSilent();
    const kept = readRun(this.sql, runId);
    if (!kept || kept.ended) return kept ?? null;
    const lasting = readLasting(this.sql, runId);
    const requests = this.#requestsSoFar(runId, kept.outcome) ?? kept.requests;
    return { ...kept, requests, ...(lasting && { lasting: stateOf(this.sql, lasting) }) };
  }

  /** Of a run that goes on, here or in the background. */
  #requestsSoFar(runId: string, outcome: string): RequestRecord[] | undefined {
    const running = outcome === "running" ? this.#inProgress.get(runId)?.requests : undefined;
    return running ?? (readLasting(this.sql, runId) ? recordsOf(this.sql, runId) : undefined);
  }

  /** Whether this code was recently refused for its arguments before it ran: sent again, it is intended. */
  refusedBefore(code: string): boolean {
    return wasRefused(this.sql, code);
  }

  export(): ReadableStream<Uint8Array> {
    return lineStream(exportRuns(this.sql));
  }

  /** @returns whether there was such a run */
  forgetRun(runId: string): boolean {
    const key = keyOf(this.sql, runId);
    if (key === undefined) return false;
    this.write(() => {
      this.endLastingRun(runId, "The run was forgotten.", "dropped");
      removeRuns(this.sql, key, key);
      this.sql.exec("DELETE FROM files WHERE run = ?", runId);
    });
    return true;
  }

  /** Forgets all runs but those that go on in the background, their results and files, and the paused ones that have ended. */
  forgetAllRuns(): void {
    this.write(() => {
      removeRuns(this.sql, 0, Number.MAX_SAFE_INTEGER);
      removeEnded(this.sql, Number.MAX_SAFE_INTEGER);
      this.sql.exec("DELETE FROM results");
      this.sql.exec("DELETE FROM files WHERE run IS NOT NULL");
      this.sql.exec("DELETE FROM counters");
    });
  }

  /** `lost`: runs that the ledger knows it could not record. */
  size(): { runs: number; bytes: number; lost: number } {
    const lost = first<{ value: number }>(this.sql, "SELECT value FROM counters WHERE name = 'lost'");
    return { runs: countRuns(this.sql), bytes: this.sql.databaseSize, lost: lost?.value ?? 0 };
  }

  /** The key that signs questions which travel through this user's clients; made on first use. */
  questionKey(): string {
    const fresh = randomBytes(32).toString("base64url");
    this.sql.exec("INSERT OR IGNORE INTO keys (purpose, key) VALUES ('question', ?)", fresh);
    return this.sql.exec<{ key: string }>("SELECT key FROM keys WHERE purpose = 'question'").one().key;
  }

  /** Stores the accounts that a connection of this user holds, sealed. */
  keepAccounts(client: string, accounts: Accounts): void {
    keepAccounts(this.sql, client, accounts, Date.now());
  }

  /** The user's own accounts at APIs, sealed: those that a client's connection holds, or the ones that were used last (`null`). */
  accounts(client: string | null = null): Accounts {
    return readAccounts(this.sql, client, Date.now());
  }

  /** The same for each of the connections. */
  allAccounts(): Accounts[] {
    return listAccounts(this.sql);
  }

  /** How many runs are paused, or in the background. */
  underWay(): number {
    return countUnderWay(this.sql);
  }

  /** Its lines for another deployment: JSON, a line each, as `ledgerLines` says. */
  moving(): ReadableStream<Uint8Array> {
    return lineStream(ledgerLines(this.sql));
  }

  /** Number of the last line of an import that this ledger has taken in; 0 for none. */
  movedTo(importId: string): number {
    return this.ctx.storage.kv.get<number>(`import ${importId}`) ?? 0;
  }

  /**
   * Stores such lines, and how far the import is with them.
   * @param last the number of the last one
   * @throws Error for what this version does not know, or what does not move
   */
  move(lines: readonly UserLine[], importId: string, last: number): void {
    this.write(() => {
      insertLines(this.sql, lines);
      this.ctx.storage.kv.put(`import ${importId}`, last);
    });
  }

  /**
   * A client was disconnected, or all of them (`null`): its waiting requests, its permissions and its accounts end.
   * @param ending what to record of it
   * @returns the accounts, sealed: logins at APIs that nothing uses any more
   */
  disconnect(client: string | null, ending?: Ending): Accounts[] {
    this.#disconnected.set(client, Date.now());
    return this.write(() => {
      this.endLastingOf(client);
      endProgramsOf(this.sql, ({ clientId }) => client === null || clientId === client, Date.now());
      disconnect(this.sql, client);
      if (ending) recordEnding(this.sql, ending);
      return dropAccounts(this.sql, client);
    });
  }

  /** The user's sessions in browsers ended at this time: nothing is made any more in one that began before. */
  endSessions(atMs: number): void {
    this.ctx.storage.kv.put(sessionsEnded, atMs);
  }

  /** When they were last ended, in milliseconds since the epoch; -1 for never. */
  sessionsEndedMs(): number {
    return this.ctx.storage.kv.get<number>(sessionsEnded) ?? -1;
  }

  /** The connections that were ended, the last ones first. */
  endings(): Ending[] {
    return listEndings(this.sql);
  }

  /** Begins what is due, and removes what is too old, even without calls. */
  override async alarm(): Promise<void> {
    this.writeDue(() => this.beginDue());
    await this.#keepWithinLimits();
  }

  protected override isHeard(runId: string, withinMs: number): boolean {
    return Date.now() - (this.#inProgress.get(runId)?.heardMs ?? 0) < withinMs;
  }

  #heard(runId: string, requests = this.#inProgress.get(runId)?.requests ?? []): void {
    this.#inProgress.set(runId, { requests, heardMs: Date.now() });
  }

  /** A run whose end was never told is interrupted, with what had left by then. */
  #endSilent(): void {
    const nowMs = Date.now();
    this.write(() =>
      interrupt(this.sql, (runId) => this.isHeard(runId, silentAfterMs), nowMs, this.#lookedMs),
    );
    this.#lookedMs = nowMs;
  }

  async #keepWithinLimits(): Promise<void> {
    this.write(() => {
      removeExpiredFiles(this.sql, Date.now());
      this.forgetBegun();
    });
    while (this.write(() => cleanUp(this.sql, ledgerLimits, Date.now())) > 0);
    if ((countRuns(this.sql) > 0 || this.files().length > 0) && (await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + cleanUpEveryMs);
  }
}
