/** Bytes of any length, in rows of a size that SQLite storage takes. Their owner is a row of another table, which deletes them. */
import { maxRowBytes } from "./limits.ts";
import { all, insertRow } from "./rows.ts";

/** @param owner a new one, or one whose parts were removed: `result:r1` */
export function writeParts(sql: SqlStorage, owner: string, content: Uint8Array): void {
  for (let at = 0, position = 0; at < content.byteLength; at += maxRowBytes, position += 1) {
    const { buffer } = content.slice(at, at + maxRowBytes);
    insertRow(sql, "parts", { owner, position, part: buffer });
  }
}

export function readParts(sql: SqlStorage, owner: string): Uint8Array {
  const query = "SELECT part FROM parts WHERE owner = ? ORDER BY position";
  const parts = all<{ part: ArrayBuffer }>(sql, query, owner).map(({ part }) => new Uint8Array(part));
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
