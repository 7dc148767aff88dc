/**
 * The ledger's shared part: shapes of answers that a document does not describe, in one Durable Object per API where
 * all users call it with one credential, and otherwise per API and user. Holds names and types, never values, and no
 * names that are data (src/learned/shape.ts).
 */
import { DurableObject } from "cloudflare:workers";
import type { DeployedApi } from "../terms/manifest.ts";
import { anything, learned, type Shape } from "./shape.ts";

/** Characters of all shapes of one object: it is read whole into the memory of an isolate. */
const maxChars = 250_000;
/** After so long without anything new all shapes are forgotten: their user may be gone. */
const maxAgeMs = 90 * 24 * 60 * 60 * 1000;

/** Version of the stored form. An object of another version has another name, so it is never read. */
const version = "2";

/**
 * Name of the object that holds the shapes of an API for a user. Another document under the same name begins anew.
 * Users of an API without a credential share nothing either: code may send a credential of its user by itself, in a
 * header or parameter that no scheme declares.
 */
export function seenShapesName({ name, file }: Pick<DeployedApi, "name" | "file">, userId: string): string {
  const isShared = file.credential?.from === "shared";
  return JSON.stringify([version, name, file.source, ...(isShared ? [] : [userId])]);
}

export class SeenShapes extends DurableObject<Env> {
  /**
   * Adds what was seen in an answer.
   * @param seen its shape, as JSON
   * @param words of the operation (see `learned`)
   * @returns what is known of the operation now, as JSON
   */
  async learn(operation: string, seen: string, words: string[]): Promise<string> {
    const shapes = new Map(this.all());
    const known = shapes.get(operation);
    const before = known ? (JSON.parse(known) as Shape) : anything;
    const shape = JSON.stringify(learned(before, JSON.parse(seen) as Shape, new Set(words)));
    if (shape === known) return shape;
    shapes.delete(operation);
    const all = [...shapes.set(operation, shape)];
    let chars = 0;
    const left = all.findLastIndex((entry) => (chars += entry.join("").length) > maxChars);
    this.ctx.storage.kv.put("shapes", all.slice(left + 1));
    await this.ctx.storage.setAlarm(Date.now() + maxAgeMs);
    return shape;
  }

  /** Every operation with its shape as JSON; the one that changed last is the last. */
  all(): [operation: string, shape: string][] {
    return this.ctx.storage.kv.get("shapes") ?? [];
  }

  override alarm(): Promise<void> {
    return this.ctx.storage.deleteAll();
  }
}
