/**
 * What was seen in answers that the documents say nothing of, as `describe` shows it. Never waited for: what is not in memory when it is wanted is there the next time.
 */
import type { Program } from "../terms/program.ts";
import { anyName } from "../terms/program.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { seenText } from "./schema.ts";
import { userTag } from "./user-tag.ts";
import { shapesOf } from "./known.ts";
import type { Caller } from "../terms/caller.ts";

interface Reading {
  env: Env;
  ctx: Pick<ExecutionContext, "waitUntil">;
  caller: Caller;
}

/** Characters of one type, about as much as `describe` takes for a documented one, and of all that are sent along. */
const maxTypeChars = 1_000;
const maxAllChars = 64_000;

/** Begins to read what the run may want, where it is not in memory yet. */
export function prepareSeen(
  { freeNames }: Program,
  { apis, env, ctx }: Reading & { apis: readonly DeployedApi[] },
): void {
  if (![...readers, "api", "apis"].some((name) => freeNames.has(name))) return;
  for (const api of apis) shapesOf(api, env, ctx);
}

const readers = ["describe", anyName];

/** Types by operation, for code that can read them. */
export async function seenTypes(
  { freeNames }: Program,
  api: DeployedApi,
  { caller, env, ctx }: Reading,
): Promise<Record<string, string> | undefined> {
  if (!readers.some((name) => freeNames.has(name))) return undefined;
  const shapes = shapesOf(api, env, ctx);
  if (shapes.size === 0) return undefined;
  const tag = await userTag(caller.userId);
  const types: [string, string][] = [];
  let left = maxAllChars;
  for (const [operation, shape] of shapes) {
    const text = seenText(shape, tag, maxTypeChars);
    if (text !== undefined && (left -= text.length) >= 0) types.push([operation, text]);
  }
  return Object.fromEntries(types);
}
