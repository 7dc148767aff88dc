/**
 * Removes catalogs that were replaced, once nothing can be reading them any more. A catalog that the manifest does
 * not name is marked; it goes when it has been marked for `graceMs` and was found marked by an earlier sweep too, and
 * is still not named. Runs last minutes and take their catalogs from a manifest that is seconds old, so two days are
 * plenty; a clock that jumps removes nothing, because marks are counted as well as timed. What was uploaded within
 * the grace stays: a deployment writes catalogs first and names them afterwards.
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

interface Removal {
  /** Hashes that are not named any more and wait. */
  marked: string[];
  removed: string[];
}

/** Does nothing where there is no manifest: that is a bucket in the making, or one that somebody has to look after. */
export async function removeReplaced(bucket: R2Bucket, nowMs: number): Promise<Removal> {
  const outcome: Removal = { marked: [], removed: [] };
  const named = await namedHashes(bucket);
  if (!named) return outcome;
  for (const [hash, uploadedMs] of await storedHashes(bucket)) {
    if (named.has(hash)) {
      await bucket.delete(markPrefix + hash);
      continue;
    }
    const mark = await nextMark(bucket, hash, nowMs);
    const isOver = mark.sweeps > 1 && nowMs - mark.sinceMs >= graceMs && nowMs - uploadedMs >= graceMs;
    // Asked again just before: somebody may have deployed it anew while this went on.
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
  return manifest && new Set(manifest.apis.map(({ hash }) => hash));
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

/** The mark as it is after this sweep. One that is not readable, or lies in the future, begins anew. */
async function nextMark(bucket: R2Bucket, hash: string, nowMs: number): Promise<z.infer<typeof Mark>> {
  const object = await bucket.get(markPrefix + hash);
  const read = Mark.safeParse(await object?.json().catch(() => undefined));
  if (!read.success || read.data.sinceMs > nowMs) return { sinceMs: nowMs, sweeps: 1 };
  return { ...read.data, sweeps: read.data.sweeps + 1 };
}
