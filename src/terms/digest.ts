/** SHA-256, for names and keys that must not show what they stand for. */
import { createHash } from "node:crypto";

export function digest(data: string | Uint8Array, encoding: "base64url" | "hex" = "base64url"): string {
  return createHash("sha256").update(data).digest(encoding);
}
