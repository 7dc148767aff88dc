/** Files between a user and their runs: those that runs made, kept for a day, and those that the user uploaded. */
import { fileName, fileType, maxFileBytes, type FileInfo } from "../../terms/file.ts";
import { failed, type Result } from "../../terms/result.ts";
import { madeFileAgeMs, maxFiles, maxFilesBytes, uploadAgeMs } from "./limits.ts";
import { readParts, writeParts } from "./parts.ts";
import { all, first, insertRow } from "./rows.ts";

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  name: string;
  type: string;
  bytes: number;
  at: number;
  expires_at: number;
  run: string | null;
}

const columns = "id, name, type, bytes, at, expires_at, run";

export interface GivenFile {
  name: string;
  /** A media type; where it is none, the name tells. */
  type: string;
  content: Uint8Array;
  /** Missing for an upload, which replaces an earlier one of the same name. */
  run?: string;
  /** Somebody has it already, so it takes none of the second half of the room, which is for what nobody has. */
  spare?: boolean;
}

/** @returns a sentence if there is no room for it */
export function keepFile(
  sql: SqlStorage,
  given: GivenFile,
  nowMs: number,
): Result<{ file: FileInfo }, string> {
  removeExpiredFiles(sql, nowMs);
  const { content, run, spare = false } = given;
  const [files, room] = spare ? [maxFiles / 2, maxFilesBytes / 2] : [maxFiles, maxFilesBytes];
  const name = fileName(given.name);
  const bytes = content.byteLength;
  if (bytes > maxFileBytes)
    return failed(`${name} has ${count(bytes)} bytes, and a file may have ${count(maxFileBytes)}.`);
  if (run === undefined) sql.exec("DELETE FROM files WHERE name = ? AND run IS NULL", name);
  const used = first<{ files: number; bytes: number }>(
    sql,
    "SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM files",
  ) ?? { files: 0, bytes: 0 };
  if (used.files >= files || used.bytes + bytes > room)
    return failed(
      `There is no room for ${name}: ${count(used.files)} files with ${count(used.bytes)} bytes are kept, of at most ` +
        `${files} and ${count(room)}. The user can delete some in the console, under Files.`,
    );
  const id = crypto.randomUUID();
  const expires = nowMs + (run === undefined ? uploadAgeMs : madeFileAgeMs);
  const row: Row = {
    id,
    name,
    type: fileType(given.type, name),
    bytes,
    at: nowMs,
    expires_at: expires,
    run: run ?? null,
  };
  insertRow(sql, "files", row);
  writeParts(sql, `file:${id}`, content);
  return { ok: true, file: infoOf(row) };
}

/** The newest first. */
export function listFiles(sql: SqlStorage, nowMs: number): FileInfo[] {
  const query = `SELECT ${columns} FROM files WHERE expires_at > ? ORDER BY at DESC, rowid DESC`;
  return all<Row>(sql, query, nowMs).map(infoOf);
}

export function readFile(
  sql: SqlStorage,
  id: string,
  nowMs: number,
): { file: FileInfo; content: Uint8Array } | undefined {
  const row = first<Row>(sql, `SELECT ${columns} FROM files WHERE id = ? AND expires_at > ?`, id, nowMs);
  return row && { file: infoOf(row), content: readParts(sql, `file:${id}`) };
}

/** @returns whether there was such a file */
export function removeFile(sql: SqlStorage, id: string): boolean {
  return sql.exec("DELETE FROM files WHERE id = ? RETURNING id", id).toArray().length > 0;
}

export function removeExpiredFiles(sql: SqlStorage, nowMs: number): void {
  sql.exec("DELETE FROM files WHERE expires_at <= ?", nowMs);
}

function infoOf({ id, name, type, bytes, at, expires_at: expiresAtMs, run }: Row): FileInfo {
  return { id, name, type, bytes, atMs: at, expiresAtMs, ...(run !== null && { run }) };
}

function count(number: number): string {
  return number.toLocaleString("en");
}
