/**
 * Removes replaced catalogs once no run can be reading them. A sweep marks each catalog that the manifest does not name,
 * and removes one that an earlier sweep marked at least `graceMs` ago. Runs last minutes and use a manifest that is
 * seconds old, so two days are plenty; counting sweeps protects against a clock that jumps. Recent uploads stay,
 * because a deployment writes catalogs before it names them.
 */
import { z } from "zod";
import { catalogHashOf, catalogPrefix, removeCatalog, storedManifest } from "../store/catalogs.ts";

export const graceMs = 48 * 3_600_000;

const markPrefix = "retired/";

const Mark = z.object({
  /** When it was first found unnamed, in milliseconds since the epoch. */
  sinceMs: z.number(),
  /** How many sweeps have found it so. */
  sweeps: z.number(),
});

/**
 * Does nothing without a manifest: the bucket is new, or needs an operator.
 * @returns the hashes that wait for their removal, and those that were removed
 */
export async function removeReplaced(
  bucket: R2Bucket,
  nowMs: number,
): Promise<{ marked: string[]; removed: string[] }> {
  const outcome = { marked: [] as string[], removed: [] as string[] };
  const named = await namedHashes(bucket);
  if (!named) return outcome;
  for (const [hash, uploadedMs] of await storedHashes(bucket)) {
    if (named.has(hash)) {
      await bucket.delete(markPrefix + hash);
      continue;
    }
    const mark = await nextMark(bucket, hash, nowMs);
    const isOver = mark.sweeps > 1 && nowMs - mark.sinceMs >= graceMs && nowMs - uploadedMs >= graceMs;
    // Checked again, because a deployment may have named it meanwhile.
    if (isOver && !(await namedHashes(bucket))?.has(hash)) {
      await removeCatalog(bucket, hash);
      await bucket.delete(markPrefix + hash);
      outcome.removed.push(hash);
    } else {
      await bucket.put(markPrefix + hash, JSON.stringify(mark));
      outcome.marked.push(hash);
    }
  }
  return outcome;
}

async function namedHashes(bucket: R2Bucket): Promise<Set<string> | undefined> {
  const manifest = await storedManifest(bucket);
  return manifest && new Set(manifest.apis.flatMap(({ hash, accepted = hash }) => [hash, accepted]));
}

/** Hash and the time of the latest upload of a part. */
async function storedHashes(bucket: R2Bucket): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page: R2Objects = await bucket.list({
      prefix: catalogPrefix,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { key, uploaded } of page.objects) {
      const hash = catalogHashOf(key);
      if (hash !== undefined) found.set(hash, Math.max(found.get(hash) ?? 0, uploaded.getTime()));
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return found;
}

/** The mark after this sweep. An unreadable mark, or one in the future, starts over. */
async function nextMark(bucket: R2Bucket, hash: string, nowMs: number): Promise<z.infer<typeof Mark>> {
  const object = await bucket.get(markPrefix + hash);
  const read = Mark.safeParse(await object?.json().catch(() => undefined));
  if (!read.success || read.data.sinceMs > nowMs) return { sinceMs: nowMs, sweeps: 1 };
  return { ...read.data, sweeps: read.data.sweeps + 1 };
}
