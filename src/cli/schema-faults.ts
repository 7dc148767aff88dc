/**
 * What swagger-parser says of a document. For GitHub's and Microsoft Graph's it takes four and nine times as long as
 * reading them, so it is asked in a thread of its own, and its answer is kept on this machine by the document's content.
 * It is a fault and never a refusal: a check that cannot be made is one, too.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { Fault } from "../spec/catalog.ts";
import type { LoadedDocument } from "../spec/document.ts";
import { messageOf } from "../terms/log.ts";
import { makeFolder } from "./make-folder.ts";
import { places, version } from "./places.ts";

const Kept = z.array(z.strictObject({ pointer: z.string(), message: z.string() }));

/** Microsoft Graph's document, the largest known, takes 9 s. */
const maxMs = 180_000;

export class SchemaCheck {
  readonly #document: LoadedDocument;
  readonly #path: string;

  constructor(document: LoadedDocument) {
    this.#document = document;
    const content = JSON.stringify([version, document.url, ...document.files]);
    this.#path = join(
      places.home,
      "schema-faults",
      `${createHash("sha256").update(content).digest("hex")}.json`,
    );
  }

  /** @returns what was found when this document was last checked on this machine; undefined if it never was */
  async kept(): Promise<Fault[] | undefined> {
    const text = await readFile(this.#path, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return Kept.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /**
   * @param until ends the check
   * @returns what is kept, or what the check finds now, which is then kept
   */
  async faults(until?: AbortSignal): Promise<Fault[]> {
    const kept = await this.kept();
    if (kept) return kept;
    try {
      const found = await inThread(this.#document, until);
      makeFolder(join(this.#path, ".."));
      await writeFile(this.#path, JSON.stringify(found));
      return found;
    } catch (error) {
      const message = `It could not be held against the schema of OpenAPI: ${messageOf(error)}`;
      return [{ pointer: "#", message }];
    }
  }
}

async function inThread(document: LoadedDocument, until?: AbortSignal): Promise<Fault[]> {
  const tooLong = AbortSignal.timeout(maxMs);
  const signal = until ? AbortSignal.any([until, tooLong]) : tooLong;
  const worker = new Worker(places.schemaCheck, { workerData: document });
  try {
    return await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("the check ended without an answer.")));
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  } finally {
    await worker.terminate();
  }
}
