/**
 * Shapes that were seen, in the memory of this isolate: read from the store in the background, so that nobody waits
 * for them. Values, never promises: in Workers a promise of one request cannot be waited for by another.
 */
import { BoundedMap } from "../terms/bounded-map.ts";
import { logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { merge, sameShape, type Shape } from "./shape.ts";

type Api = Pick<DeployedApi, "name" | "file">;

/** What is done after the answer. */
export type Later = Pick<ExecutionContext, "waitUntil">;

interface Known {
  shapes: Map<string, Shape>;
  readAtMs: number;
  reading: boolean;
}

/** How long what was read is used before the store is asked again: others may have learned more. */
const maxAgeMs = 60_000;

const known = new BoundedMap<string, Known>(100);

/** An API is known by its document: another one under the same name begins anew. */
const keyOf = ({ name, file }: Api) => JSON.stringify([name, file.source]);

/** What is in memory of an API. Begins to read it where it is missing or old, and does not wait for that. */
export function shapesOf(api: Api, env: Env, later: Later): ReadonlyMap<string, Shape> {
  const entry = entryOf(api);
  if (!entry.reading && Date.now() - entry.readAtMs > maxAgeMs) {
    entry.reading = true;
    later.waitUntil(read(api, entry, env));
  }
  return entry.shapes;
}

/** Adds what was seen in an answer, here and in the store. @returns whether it was new */
export async function learnShape(api: Api, operation: string, seen: Shape, env: Env): Promise<boolean> {
  const { shapes } = entryOf(api);
  const before = shapes.get(operation);
  if (before && sameShape(before, merge(before, seen))) return false;
  const stored = await stubOf(api, env).learn(operation, JSON.stringify(seen));
  if (stored !== null) shapes.set(operation, JSON.parse(stored) as Shape);
  return true;
}

function entryOf(api: Api): Known {
  const fresh = () => ({ shapes: new Map(), readAtMs: Number.NEGATIVE_INFINITY, reading: false });
  return known.take(keyOf(api), fresh);
}

async function read(api: Api, entry: Known, env: Env): Promise<void> {
  try {
    for (const [operation, shape] of (await stubOf(api, env).all()) as unknown as [string, string][])
      entry.shapes.set(operation, JSON.parse(shape) as Shape);
  } catch (error) {
    logEvent("isogate.shapes.unread", { "isogate.api": api.name }, error);
  } finally {
    // After a failure too: the store is asked again later, not with every run.
    entry.readAtMs = Date.now();
    entry.reading = false;
  }
}

function stubOf(api: Api, env: Env) {
  return env.SEEN_SHAPES.getByName(keyOf(api));
}
