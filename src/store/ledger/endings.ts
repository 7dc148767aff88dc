/** Which connections of the user were ended, when, and by whom. */
import { all, insertRow } from "./rows.ts";

export type Ending = {
  /** Milliseconds since the epoch. */
  at: number;
  /** What was ended, in words. */
  what: string;
  /** Who did it, as they were signed in. */
  by: string;
};

/** More than a person has connections. */
const kept = 100;

export function recordEnding(sql: SqlStorage, ending: Ending): void {
  insertRow(sql, "endings", ending);
  sql.exec(
    "DELETE FROM endings WHERE rowid NOT IN (SELECT rowid FROM endings ORDER BY rowid DESC LIMIT ?)",
    kept,
  );
}

export function listEndings(sql: SqlStorage): Ending[] {
  return all<Ending>(sql, "SELECT at, what, by FROM endings ORDER BY rowid DESC");
}
