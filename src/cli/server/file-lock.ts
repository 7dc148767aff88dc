/**
 * A lock on a file. It is the system's own, by way of SQLite: it works wherever the databases work, ends with its process
 * however that ends, and holds between containers that share the folder.
 */
import type { DatabaseSync } from "node:sqlite";
import { sqlite } from "./sqlite.ts";

/** Codes of SQLite's results. */
const busy = 5;
export const notDatabase = 26;

/** Two that begin at the same moment see each other half way: one goes back, and the other one waits for that. */
const waitMs = 100;

/**
 * @param path of a file that is for this alone; made if it is not there
 * @returns holds it until it is closed. @throws the error of SQLite
 */
export async function lockFile(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await sqlite();
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    // Never ended, and nothing is written in it.
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether another process holds it. */
export const isHeld = (error: unknown): boolean => (error as { errcode?: number }).errcode === busy;
