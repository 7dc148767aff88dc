/** Ids of runs: short enough to cost a model little, too long to guess (60 bits). */
import { createHash } from "node:crypto";

const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

const idOf = (bytes: Uint8Array) =>
  `r${Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("")}`;

export const newRunId = (): string => idOf(crypto.getRandomValues(new Uint8Array(12)));

/** The same id for the same parts: what is begun under it is begun once. @param parts one of them cannot be guessed */
export function runIdFor(...parts: string[]): string {
  return idOf(createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 12));
}
