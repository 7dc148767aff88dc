/**
 * What moves from one deployment to another (`isogate export`, `isogate import`): its lines, as they are written to the
 * file and sent. Sealed values stay sealed, so both deployments need the same `ISOGATE_SECRET`.
 */
import { z } from "zod";

export const movingFormat = 2;

/** An entry of KV, where clients, grants, tokens and users are. */
export const KvEntry = z.strictObject({
  key: z.string(),
  value: z.string(),
  metadata: z.unknown().optional(),
  /** Epoch, in seconds. */
  expiration: z.number().optional(),
});
export type KvEntry = z.infer<typeof KvEntry>;

const Bytes = z.strictObject({ base64: z.string() });
type Bytes = z.infer<typeof Bytes>;
/** A value of a row of SQLite. */
const Value = z.union([z.string(), z.number(), z.null(), Bytes]);
export type Value = z.infer<typeof Value>;

/** A run as a ledger keeps it. */
const RunLine = z.strictObject({ run: z.looseObject({ runId: z.string() }) });
/** A row of another table of the ledger. */
const RowLine = z.strictObject({ table: z.string(), row: z.record(z.string().regex(/^[a-z_]+$/), Value) });
export type RowLine = z.infer<typeof RowLine>;
/** A login at an API or an identity provider. */
const LoginLine = z.strictObject({ login: z.string(), sealed: Bytes });

/** A line of one user. */
export const UserLine = z.union([RunLine, RowLine, LoginLine]);
export type UserLine = z.infer<typeof UserLine>;

/** Which lines of which export a request brings. Each is taken in once, so what was ended since does not come back. */
export const ImportPlace = z.object({
  /** The code of the file. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** Number of the first line. */
  line: z.coerce.number().int().positive(),
});
export type ImportPlace = z.infer<typeof ImportPlace>;

/** @param added lines that were not there yet */
export const Imported = z.object({ added: z.number() });
export type Imported = z.infer<typeof Imported>;

/** What a deployment says of itself before anything moves. */
export const MovingHead = z.object({
  format: z.number(),
  /** Authenticates exports, in hex: derived from `ISOGATE_SECRET`, and useless for anything else; empty without one. */
  key: z.string(),
  /** Ids of those who use it. */
  users: z.array(z.string()),
  /** Runs that are paused or in the background, and stay. */
  underWay: z.number(),
});
export type MovingHead = z.infer<typeof MovingHead>;

/** A page of KV. */
export const KvPage = z.object({ entries: z.array(KvEntry), cursor: z.string().optional() });
export type KvPage = z.infer<typeof KvPage>;

/** Where the Worker answers, for its operator only. */
export const movingPaths = {
  head: "/admin/moving",
  kv: "/admin/moving/kv",
  user: "/admin/moving/user",
} as const;

/** Bytes as a line has them, and back. */
export const bytesIn = (bytes: ArrayBuffer | Uint8Array): Bytes => ({
  base64: Buffer.from(bytes as ArrayBuffer).toString("base64"),
});
export const bytesFrom = ({ base64 }: Bytes): ArrayBuffer =>
  new Uint8Array(Buffer.from(base64, "base64")).buffer;
