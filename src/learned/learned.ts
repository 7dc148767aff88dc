/**
 * Types of answers that a document does not describe. They are learned from real answers after the run has them, and
 * `describe` shows them. Learning never delays or fails a run, and costs one look-up for a documented operation. What
 * this isolate does not hold yet is there the next time.
 */
import type { OperationObject } from "../spec/openapi.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { setOwn } from "../spec/objects.ts";
import { openDeployed } from "../store/catalogs.ts";
import type { Caller } from "../terms/caller.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { type EventName, logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { once } from "../terms/once.ts";
import { anyName, type Program } from "../terms/program.ts";
import { wordsOf } from "./names.ts";
import { seenShapesName } from "./seen-shapes.ts";
import { learned, shapeOf, type Shape } from "./shape.ts";
import { isSilent } from "./silent.ts";
import { shapeText } from "./type-text.ts";

/** Receives the bytes of an answer as the sandbox does. */
export interface Learner {
  push(bytes: Uint8Array): void;
  end(): void;
}

/**
 * @param answered the operation, with its object in the document
 * @returns a learner if the answer can teach anything
 */
export type Learning = (
  answered: { api: DeployedApi; operation: OperationSummary; object: OperationObject },
  status: number,
  contentType: string | undefined,
) => Learner | undefined;

/** Larger answers are ignored: reading them would keep the Worker busy for milliseconds. */
const maxBytes = 256 * 1024;
/** This isolate stops learning from an operation after so many answers without anything new. */
const maxDull = 5;

/** @param userId whose answers they are */
export function learningFor(userId: string, env: Env, later: Pick<ExecutionContext, "waitUntil">): Learning {
  return ({ api, operation, object }, status, contentType = "") => {
    const isFine = status >= 200 && status < 300 && /[/+]json\b/i.test(contentType);
    if (!isFine || Object.keys(object).length === 0 || !isSilent(object)) return undefined;
    const known = knownOf(api, userId);
    if ((known.dull.get(operation.id) ?? 0) >= maxDull) return undefined;
    let chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    return {
      push: (bytes) => {
        size += bytes.byteLength;
        if (size > maxBytes) chunks = [];
        // A copy, because the next reader may detach the bytes.
        else chunks.push(new Uint8Array(bytes));
      },
      end: () => {
        const learning = learn(chunks, { api, operation }, known, env);
        later.waitUntil(learning.catch(logged("isogate.shape.lost", api)));
      },
    };
  };
}

/** @param chunks of the answer; empty if it is too large */
async function learn(
  chunks: Uint8Array<ArrayBuffer>[],
  { api, operation: { id } }: { api: DeployedApi; operation: OperationSummary },
  known: Known,
  env: Env,
): Promise<void> {
  known.dull.set(id, (known.dull.get(id) ?? 0) + 1);
  // Lets the answer go first.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const value = await new Response(new Blob(chunks)).json().catch(() => undefined);
  if (value === undefined) return;
  known.words ??= wordsIn(await openDeployed(env.CATALOGS, api));
  const seen = shapeOf(value, known.words);
  const before = known.shapes.get(id);
  if (before && before.json === JSON.stringify(learned(before.shape, seen))) return;
  remember(known, id, await env.SEEN_SHAPES.getByName(known.name).learn(id, JSON.stringify(seen)));
  known.dull.delete(id);
}

/** Characters of one type, about as many as `describe` uses for a documented one, and of all types together. */
const maxTypeChars = 1_000;
const maxAllChars = 64_000;

/**
 * Types by operation, for code that can read them. Returns what is in memory; if that is missing or old, it starts
 * reading from the store without waiting, so that a later call finds more.
 */
export function seenTypes(
  { freeNames }: Program,
  api: DeployedApi,
  { caller, env, ctx }: { caller: Caller; env: Env; ctx: Pick<ExecutionContext, "waitUntil"> },
): Record<string, string> | undefined {
  if (!freeNames.has("describe") && !freeNames.has(anyName)) return undefined;
  const known = knownOf(api, caller.userId);
  if (Date.now() - known.readAtMs > maxAgeMs) {
    // Set before reading, so that a failing store is not asked in every run.
    known.readAtMs = Date.now();
    ctx.waitUntil(read(known, env).catch(logged("isogate.shapes.unread", api)));
  }
  const types: Record<string, string> = {};
  let left = maxAllChars;
  for (const [operation, { text }] of known.shapes) {
    const type = text();
    if (type !== undefined && (left -= type.length) >= 0) setOwn(types, operation, type);
  }
  return types;
}

/** What this isolate knows of one API. Never promises: in Workers, a request cannot wait for another's promise. */
interface Known {
  /** The name of the Durable Object. */
  name: string;
  shapes: Map<string, { json: string; shape: Shape; text: () => string | undefined }>;
  /** The words of all operations of the API: names that consist of them are not data. */
  words?: ReadonlySet<string>;
  /** By operation: how many answers in a row taught nothing. */
  dull: Map<string, number>;
  readAtMs: number;
}

/** After this time the store is read again: other isolates may have learned more. */
const maxAgeMs = 60_000;
const maxKnown = 200;
const allKnown = new BoundedMap<string, Known>(maxKnown);

function knownOf(api: DeployedApi, userId: string): Known {
  const name = seenShapesName(api, userId);
  return allKnown.take(name, () => ({ name, shapes: new Map(), dull: new Map(), readAtMs: -Infinity }));
}

/** What the index alone tells: no part of the document is parsed for it. */
function wordsIn({ inOrder }: OpenedCatalog): ReadonlySet<string> {
  return new Set(inOrder.flatMap(({ id, path, tags }) => wordsOf(`${id} ${path} ${tags.join(" ")}`)));
}

async function read(known: Known, env: Env): Promise<void> {
  const stored = (await env.SEEN_SHAPES.getByName(known.name).all()) as unknown as [string, string][];
  for (const [operation, json] of stored) remember(known, operation, json);
}

function remember({ shapes }: Known, operation: string, json: string): void {
  if (shapes.get(operation)?.json === json) return;
  const shape = JSON.parse(json) as Shape;
  shapes.set(operation, { json, shape, text: once(() => shapeText(shape, maxTypeChars)) });
}

function logged(event: EventName, { name }: DeployedApi) {
  return (error: unknown): void => logEvent(event, { "isogate.api": name }, error);
}
