/**
 * What a backup says of itself, so that a byte that was lost or changed on its way is found: a database passes its own check
 * with other values in it, and an archive that is not compressed has no checksum of what it holds.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

export const aboutFile = "backup.json";

/** What of the home folder is in a backup. */
const parts = ["state", "secret"];

/** Strict: of a damaged one, what is left must not pass for one that never had hashes. */
export const About = z.discriminatedUnion("format", [
  /** Of versions that kept no hashes. */
  z.strictObject({ format: z.literal(1), version: z.string() }),
  /** `files`: the hash of each by its path. */
  z.strictObject({ format: z.literal(2), version: z.string(), files: z.record(z.string(), z.string()) }),
]);
export type About = z.infer<typeof About>;

/** The SHA-256 of each file of a backup that is laid out in a folder, by its path with slashes. */
export async function hashesIn(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll(sep, "/");
    if (entry.isDirectory() || !parts.includes(name.split("/", 1)[0]!)) continue;
    const hash = createHash("sha256");
    if (entry.isFile()) await pipeline(createReadStream(path), hash);
    hashes[name] = hash.digest("hex");
  }
  return hashes;
}

/** @returns the first file that is missing, too many or not as it was; undefined if all are as they were */
export function differing(
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): string | undefined {
  return Object.keys({ ...was, ...is }).find((name) => was[name] !== is[name]);
}
