/**
 * What KV and R2 are on Cloudflare, on a machine of one's own: a Durable Object each, so that a write is on disk before
 * it is confirmed and is seen by the next read. Reached only through the bindings beside it.
 */
import { DurableObject } from "cloudflare:workers";

export interface StoredValue {
  value: ArrayBuffer;
  metadata: string | null;
}

export interface ListedKey {
  key: string;
  metadata: string | null;
  expiresAtMs: number | null;
}

/** Behind every key of a prefix: the last code point. */
const afterAll = "\u{10FFFF}";

export class KeyValues extends DurableObject {
  readonly #sql = this.ctx.storage.sql;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS entries
      (key TEXT PRIMARY KEY, value BLOB NOT NULL, metadata TEXT, expiresAtMs INTEGER) WITHOUT ROWID`);
    this.#sql.exec(
      "CREATE INDEX IF NOT EXISTS expiry ON entries (expiresAtMs) WHERE expiresAtMs IS NOT NULL",
    );
  }

  read(key: string): StoredValue | null {
    const [row] = this.#sql.exec<{ value: ArrayBuffer; metadata: string | null }>(
      "SELECT value, metadata FROM entries WHERE key = ? AND (expiresAtMs IS NULL OR expiresAtMs > ?)",
      key,
      Date.now(),
    );
    return row ?? null;
  }

  write(key: string, value: ArrayBuffer, metadata: string | null, expiresAtMs: number | null): void {
    this.#sql.exec("DELETE FROM entries WHERE expiresAtMs <= ?", Date.now());
    this.#sql.exec("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", key, value, metadata, expiresAtMs);
  }

  remove(key: string): void {
    this.#sql.exec("DELETE FROM entries WHERE key = ?", key);
  }

  /** In the order of the keys' bytes. @param after the last key of the page before */
  list(prefix: string, after: string, limit: number): ListedKey[] {
    const rows = this.#sql.exec<{ key: string; metadata: string | null; expiresAtMs: number | null }>(
      `SELECT key, metadata, expiresAtMs FROM entries WHERE key >= ? AND key < ? AND key > ?
        AND (expiresAtMs IS NULL OR expiresAtMs > ?) ORDER BY key LIMIT ?`,
      prefix,
      prefix + afterAll,
      after,
      Date.now(),
      limit,
    );
    return rows.toArray();
  }
}

export interface StoredObject {
  key: string;
  /** Another one for each writing; its parts have it. */
  etag: string;
  size: number;
  uploadedMs: number;
  parts: number;
}

export class Bucket extends DurableObject {
  readonly #sql = this.ctx.storage.sql;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS objects
      (key TEXT PRIMARY KEY, etag TEXT NOT NULL, size INTEGER NOT NULL, uploadedMs INTEGER NOT NULL, parts INTEGER NOT NULL) WITHOUT ROWID`);
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS parts
      (etag TEXT NOT NULL, part INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (etag, part))`);
    // Of uploads that broke off when an earlier process ended.
    this.#sql.exec("DELETE FROM parts WHERE etag NOT IN (SELECT etag FROM objects)");
  }

  head(key: string): StoredObject | null {
    const [row] = this.#sql.exec("SELECT * FROM objects WHERE key = ?", key);
    return (row as unknown as StoredObject | undefined) ?? null;
  }

  /** @returns null if the object was replaced or removed meanwhile */
  part(etag: string, part: number): ArrayBuffer | null {
    const [row] = this.#sql.exec<{ content: ArrayBuffer }>(
      "SELECT content FROM parts WHERE etag = ? AND part = ?",
      etag,
      part,
    );
    return row?.content ?? null;
  }

  /** Keeps a part of an object that nobody sees until it is committed. */
  stage(etag: string, part: number, content: ArrayBuffer): void {
    this.#sql.exec("INSERT INTO parts VALUES (?, ?, ?)", etag, part, content);
  }

  /** Puts the staged object in the place of the former one. @returns false if that is not the one that was wanted there */
  commit(object: Omit<StoredObject, "uploadedMs">, onlyOver: string | null): boolean {
    const before = this.head(object.key);
    const isWanted = onlyOver === null || before?.etag === onlyOver;
    const unwanted = isWanted ? before?.etag : object.etag;
    if (isWanted)
      this.#sql.exec(
        "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)",
        object.key,
        object.etag,
        object.size,
        Date.now(),
        object.parts,
      );
    if (unwanted !== undefined) this.#sql.exec("DELETE FROM parts WHERE etag = ?", unwanted);
    return isWanted;
  }

  remove(key: string): void {
    const object = this.head(key);
    if (!object) return;
    this.#sql.exec("DELETE FROM objects WHERE key = ?", key);
    this.#sql.exec("DELETE FROM parts WHERE etag = ?", object.etag);
  }

  list(prefix: string, after: string, limit: number): StoredObject[] {
    const rows = this.#sql.exec(
      "SELECT * FROM objects WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?",
      prefix,
      prefix + afterAll,
      after,
      limit,
    );
    return rows.toArray() as unknown as StoredObject[];
  }
}

export default {};
