/**
 * The bindings KV, R2 and rate limit as the Worker knows them, on a machine of one's own. Of each, what isogate and the
 * OAuth provider use; anything else is missing, and not wrong. The runtime makes a binding by calling one of these.
 */
import type { Bucket, KeyValues, StoredObject } from "./store.ts";

interface Inner<Class extends Rpc.DurableObjectBranded> {
  objects: DurableObjectNamespace<Class>;
  /** Of the namespace or bucket. */
  name: string;
}

const listLimit = 1_000;

type Content = string | ArrayBuffer | ArrayBufferView;

function bytesOf(content: Content): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
}

/** A buffer with these bytes and no others. */
const bufferOf = (bytes: Uint8Array) => bytes.slice().buffer as ArrayBuffer;

type ReadAs = "text" | "json" | "arrayBuffer";

export function kv({ objects, name }: Inner<KeyValues>) {
  const store = () => objects.get(objects.idFromName(name));
  const read = async (key: string, as: ReadAs | { type?: ReadAs } = "text") => {
    const found = await store().read(key);
    if (found === null) return { value: null, metadata: null };
    const type = typeof as === "string" ? as : (as.type ?? "text");
    const text = () => new TextDecoder().decode(found.value);
    const value = type === "arrayBuffer" ? found.value : type === "json" ? JSON.parse(text()) : text();
    return { value, metadata: found.metadata === null ? null : JSON.parse(found.metadata) };
  };
  return {
    get: async (key: string, as?: ReadAs | { type?: ReadAs }) => (await read(key, as)).value,
    getWithMetadata: read,
    async put(
      key: string,
      content: Content,
      {
        expiration,
        expirationTtl,
        metadata,
      }: { expiration?: number; expirationTtl?: number; metadata?: unknown } = {},
    ): Promise<void> {
      const at =
        expirationTtl === undefined ? expiration && expiration * 1_000 : Date.now() + expirationTtl * 1_000;
      const kept = metadata === undefined || metadata === null ? null : JSON.stringify(metadata);
      await store().write(key, bufferOf(bytesOf(content)), kept, at ?? null);
    },
    delete: async (key: string): Promise<void> => store().remove(key),
    async list({
      prefix,
      cursor,
      limit,
    }: { prefix?: string | null; cursor?: string | null; limit?: number | null } = {}) {
      const wanted = Math.min(limit ?? listLimit, listLimit);
      const rows = await store().list(prefix ?? "", cursor ?? "", wanted + 1);
      const keys = rows.slice(0, wanted).map(({ key, metadata, expiresAtMs }) => ({
        name: key,
        ...(expiresAtMs !== null && { expiration: Math.floor(expiresAtMs / 1_000) }),
        ...(metadata !== null && { metadata: JSON.parse(metadata) as unknown }),
      }));
      return rows.length > wanted
        ? { keys, list_complete: false, cursor: keys.at(-1)!.name, cacheStatus: null }
        : { keys, list_complete: true, cacheStatus: null };
    },
  };
}

/** Below what a row of SQLite may have in a Durable Object. */
const partBytes = 1024 * 1024;

export function r2({ objects, name }: Inner<Bucket>) {
  const store = () => objects.get(objects.idFromName(name));
  const shown = ({ key, etag, size, uploadedMs }: StoredObject) => ({
    key,
    etag,
    httpEtag: `"${etag}"`,
    size,
    uploaded: new Date(uploadedMs),
  });
  const content = async ({ etag, size, parts }: StoredObject) => {
    const all = await Promise.all(Array.from({ length: parts }, (_, part) => store().part(etag, part)));
    if (all.includes(null)) return undefined;
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of all as ArrayBuffer[]) {
      bytes.set(new Uint8Array(part), at);
      at += part.byteLength;
    }
    return bytes;
  };
  return {
    async head(key: string) {
      const object = await store().head(key);
      return object && shown(object);
    },
    async get(key: string) {
      for (;;) {
        const object = await store().head(key);
        if (object === null) return null;
        const bytes = await content(object);
        // Replaced between the two: the new one is there.
        if (bytes === undefined) continue;
        const text = () => new TextDecoder().decode(bytes);
        return {
          ...shown(object),
          text: async () => text(),
          json: async () => JSON.parse(text()) as unknown,
          arrayBuffer: async () => bytes.buffer,
          bytes: async () => bytes,
        };
      }
    },
    async put(key: string, given: Content, { onlyIf }: { onlyIf?: { etagMatches?: string } } = {}) {
      const bytes = bytesOf(given);
      const etag = crypto.randomUUID().replaceAll("-", "");
      const parts = Math.ceil(bytes.length / partBytes);
      for (let part = 0; part < parts; part++)
        await store().stage(etag, part, bufferOf(bytes.subarray(part * partBytes, (part + 1) * partBytes)));
      const object = { key, etag, size: bytes.length, parts };
      const isThere = await store().commit(object, onlyIf?.etagMatches ?? null);
      return isThere ? shown({ ...object, uploadedMs: Date.now() }) : null;
    },
    async delete(keys: string | string[]): Promise<void> {
      for (const key of [keys].flat()) await store().remove(key);
    },
    async list({ prefix, cursor, limit }: { prefix?: string; cursor?: string; limit?: number } = {}) {
      const wanted = Math.min(limit ?? listLimit, listLimit);
      const rows = await store().list(prefix ?? "", cursor ?? "", wanted + 1);
      const page = rows.slice(0, wanted);
      const listed = { objects: page.map(shown), delimitedPrefixes: [] };
      return rows.length > wanted
        ? { ...listed, truncated: true, cursor: page.at(-1)!.key }
        : { ...listed, truncated: false };
    },
  };
}

/** Beyond so many senders, those whose time is over are forgotten. */
const maxSenders = 10_000;

/** Counts in memory, in periods of each key's own: one process serves everybody. */
export function ratelimit({ limit, period }: { limit: number; period: number }) {
  const counted = new Map<string, { count: number; endsAtMs: number }>();
  return {
    async limit({ key }: { key: string }): Promise<{ success: boolean }> {
      const now = Date.now();
      if (counted.size > maxSenders)
        for (const [other, { endsAtMs }] of counted) if (endsAtMs <= now) counted.delete(other);
      const known = counted.get(key);
      const current = known && known.endsAtMs > now ? known : { count: 0, endsAtMs: now + period * 1_000 };
      current.count += 1;
      counted.set(key, current);
      return { success: current.count <= limit };
    },
  };
}
