/**
 * Stores the shapes of answers that a document does not describe: one Durable Object per API if all users share one
 * credential, else one per API and user. It holds names and types, never values, and no names that could be
 * data (src/learned/shape.ts).
 */
import { DurableObject } from "cloudflare:workers";
import type { DeployedApi } from "../terms/manifest.ts";
import { anything, learned, type Shape } from "./shape.ts";

/** Characters of all shapes together: an isolate reads them all into its memory. */
const maxChars = 250_000;
/** Shapes are deleted after this time without anything new: their user may be gone. */
const maxAgeMs = 90 * 24 * 60 * 60 * 1000;

/** Version of the stored form. It is part of the name, so objects of other versions are never read. */
const version = "3";

/**
 * The name of the object with the shapes of an API for a user. Another document under the same name starts empty.
 * Users of an API without a credential share nothing either: code may send its user's credential in a header or
 * parameter that no scheme declares.
 */
export function seenShapesName({ name, file }: Pick<DeployedApi, "name" | "file">, userId: string): string {
  const isShared = file.credential?.from === "shared";
  return JSON.stringify([version, name, file.source, ...(isShared ? [] : [userId])]);
}

export class SeenShapes extends DurableObject<Env> {
  /**
   * Adds the shape of an answer.
   * @param seen as JSON
   * @returns the operation's new shape, as JSON
   */
  async learn(operation: string, seen: string): Promise<string> {
    const shapes = new Map(this.all());
    const known = shapes.get(operation);
    const before = known ? (JSON.parse(known) as Shape) : anything;
    const shape = JSON.stringify(learned(before, JSON.parse(seen) as Shape));
    if (shape === known) return shape;
    shapes.delete(operation);
    const all = [...shapes.set(operation, shape)];
    let chars = 0;
    const left = all.findLastIndex((entry) => (chars += entry.join("").length) > maxChars);
    this.ctx.storage.kv.put("shapes", all.slice(left + 1));
    await this.ctx.storage.setAlarm(Date.now() + maxAgeMs);
    return shape;
  }

  /** Every operation with its shape as JSON, the last changed one last. */
  all(): [operation: string, shape: string][] {
    return this.ctx.storage.kv.get("shapes") ?? [];
  }

  override alarm(): Promise<void> {
    return this.ctx.storage.deleteAll();
  }
}
