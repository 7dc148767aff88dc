/**
 * The ledger's shared part: shapes of answers that a document says nothing of, one SQLite Durable Object per API, for
 * all users. Holds names and types, never values, and of names only those that are no data (src/learned/names.ts).
 */
import { DurableObject } from "cloudflare:workers";
import { merge, sameShape, type Shape } from "./shape.ts";

/** Characters of all shapes of one API: what is read whole into the memory of every isolate. */
const maxChars = 500_000;
/** Characters of one shape; merging keeps shapes far smaller unless their names are long. */
const maxShapeChars = 20_000;

export class SeenShapes extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS shapes (operation TEXT PRIMARY KEY, shape TEXT NOT NULL, at INTEGER NOT NULL)",
    );
  }

  /**
   * Adds what was seen in an answer.
   * @returns what is known of the operation now, as JSON; nothing if it is too much to keep
   */
  learn(operation: string, seen: string): string | null {
    const known = this.#shapeOf(operation);
    const shape = known ? merge(known, JSON.parse(seen) as Shape) : (JSON.parse(seen) as Shape);
    const text = JSON.stringify(shape);
    if (text.length > maxShapeChars) return null;
    if (!known || !sameShape(known, shape)) {
      this.#sql.exec("INSERT OR REPLACE INTO shapes VALUES (?, ?, ?)", operation, text, Date.now());
      this.#keepWithinLimits();
    }
    return text;
  }

  /** Every operation with its shape as JSON. */
  all(): [operation: string, shape: string][] {
    return this.#sql
      .exec<{ operation: string; shape: string }>("SELECT operation, shape FROM shapes")
      .toArray()
      .map(({ operation, shape }) => [operation, shape]);
  }

  #shapeOf(operation: string): Shape | undefined {
    const [row] = this.#sql
      .exec<{ shape: string }>("SELECT shape FROM shapes WHERE operation = ?", operation)
      .toArray();
    return row && (JSON.parse(row.shape) as Shape);
  }

  /** Those that changed last stay. */
  #keepWithinLimits(): void {
    this.#sql.exec(
      `DELETE FROM shapes WHERE operation IN (SELECT operation FROM
         (SELECT operation, sum(length(shape) + length(operation)) OVER (ORDER BY at DESC, operation) AS chars FROM shapes)
       WHERE chars > ?)`,
      maxChars,
    );
  }
}
