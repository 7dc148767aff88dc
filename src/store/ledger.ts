/**
 * What is kept for one user: a SQLite Durable Object, named by the user's id. Now the results of runs, for `recall`.
 */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

/** A row of SQLite storage holds at most 2 MB; what is larger was cut by the sandbox before. */
const maxResultChars = 1_900_000;
/** Results kept for a user: a conversation looks back over its last calls, not over last week's. */
const maxResults = 50;
const maxAgeMs = 24 * 60 * 60 * 1000;

export class Ledger extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS results (run TEXT PRIMARY KEY, at INTEGER NOT NULL, result TEXT NOT NULL)",
    );
  }

  /** Keeps a result (JSON text) and forgets the ones that are too many or too old. */
  keepResult(runId: string, result: string): void {
    if (result.length > maxResultChars) return;
    const { sql } = this.ctx.storage;
    const now = Date.now();
    sql.exec("INSERT OR REPLACE INTO results (run, at, result) VALUES (?, ?, ?)", runId, now, result);
    sql.exec("DELETE FROM results WHERE at < ?", now - maxAgeMs);
    sql.exec(
      "DELETE FROM results WHERE run NOT IN (SELECT run FROM results ORDER BY at DESC LIMIT ?)",
      maxResults,
    );
  }

  /** The result of a run as JSON text, or `null` if it was not kept or is gone. */
  recall(runId: string): string | null {
    const [row] = this.ctx.storage.sql.exec("SELECT result FROM results WHERE run = ?", runId).toArray();
    return row ? String(row.result) : null;
  }
}

/** What an isolate is given to `recall`: one user's results, and nothing else of the ledger. */
export class Recall extends WorkerEntrypoint<Env, { userId: string }> {
  async get(runId: string): Promise<string | null> {
    return this.env.LEDGER.getByName(this.ctx.props.userId).recall(String(runId));
  }
}
