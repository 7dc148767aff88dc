/**
 * Learns the shape of answers that the document says nothing of, after they were given. Guarantee: a run is neither
 * delayed nor failed by it, and an answer of a documented operation costs one look-up.
 */
import { shapeOf } from "./derive.ts";
import { isSilent } from "./silent.ts";
import { learnShape, shapesOf, type Later } from "./known.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { parseJson } from "../terms/json.ts";
import { logEvent } from "../terms/log.ts";
import { userTag } from "./user-tag.ts";
import type { OperationSummary } from "../spec/catalog.ts";
import type { DeployedApi } from "../terms/manifest.ts";

/** Takes the bytes of an answer as the sandbox gets them. */
export interface Learner {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** Whose answer it is. */
export interface Answered {
  api: DeployedApi;
  operation: OperationSummary;
  /** The operation object of the document. */
  object: Record<string, unknown>;
}

/** The learner for an answer, if it is worth looking at. */
export type Learning = (
  answered: Answered,
  status: number,
  contentType: string | undefined,
) => Learner | undefined;

/** Larger answers are not looked at: reading them would keep the Worker busy for milliseconds. */
const maxBytes = 256 * 1024;

/** An operation whose answers taught nothing new so often is left alone by this isolate. */
const maxDull = 5;
const dull = new BoundedMap<string, number>(5_000);

export function learningFor(userId: string, env: Env, later: Later): Learning {
  return ({ api, operation, object }, status, contentType = "") => {
    const isFine = status >= 200 && status < 300 && /[/+]json\b/i.test(contentType);
    if (!isFine || Object.keys(object).length === 0 || !isSilent(object)) return undefined;
    const key = [api.name, api.file.source, operation.id, userId].join("\0");
    if ((dull.get(key) ?? 0) >= maxDull) return undefined;
    let chunks: Uint8Array[] = [];
    let size = 0;
    return {
      push: (bytes) => {
        size += bytes.byteLength;
        if (size > maxBytes) chunks = [];
        // Whoever gets the bytes next may take them away.
        else chunks.push(new Uint8Array(bytes));
      },
      end: () => {
        if (size > maxBytes) count(key, false);
        if (size === 0 || size > maxBytes) return;
        later.waitUntil(
          learn(chunks).catch((error: unknown) =>
            logEvent("isogate.shape.lost", { "isogate.operation": operation.id }, error),
          ),
        );
      },
    };

    async function learn(bytes: Uint8Array[]): Promise<void> {
      // The answer goes first.
      await new Promise((resolve) => setTimeout(resolve, 0));
      shapesOf(api, env, later);
      const value = parseJson(await new Blob(bytes as Uint8Array<ArrayBuffer>[]).text());
      if (value === undefined) return;
      const isNew = await learnShape(api, operation.id, shapeOf(value, await userTag(userId)), env);
      count(key, isNew);
    }
  };
}

function count(key: string, isNew: boolean): void {
  dull.set(key, isNew ? 0 : (dull.get(key) ?? 0) + 1);
}
