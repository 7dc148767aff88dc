/** SHA-256, for names and keys that must not reveal what they are made of. */
import { createHash } from "node:crypto";

export function digest(data: string | Uint8Array, encoding: "base64url" | "hex" = "base64url"): string {
  return createHash("sha256").update(data).digest(encoding);
}
