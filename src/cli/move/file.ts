/**
 * What makes lines an export: its first and its last line. The last one has a code over all before it, under a key that
 * only deployments with the same `ISOGATE_SECRET` have, so nobody else can change or make an export that is imported.
 */
import { createHash, createHmac, type Hmac } from "node:crypto";
import { z } from "zod";

export const Head = z.object({
  isogate: z.literal("export"),
  format: z.number(),
  version: z.string(),
  /** As `fingerprint` makes it. */
  secret: z.string(),
});
export type Head = z.infer<typeof Head>;

export const End = z.object({ end: z.object({ lines: z.number(), code: z.string() }) });
export type End = z.infer<typeof End>["end"];

/** Tells whether two keys are the same, and nothing else of them. @param key of `MovingHead` */
export function fingerprint(key: string): string {
  return key === "" ? "" : createHash("sha256").update(`fingerprint ${key}`).digest("hex").slice(0, 16);
}

/** To be updated with each line. @param key of `MovingHead` */
export const codeUnder = (key: string): Hmac => createHmac("sha256", Buffer.from(key, "hex"));
