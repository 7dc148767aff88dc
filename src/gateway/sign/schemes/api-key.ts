/** `type: apiKey` in a header, the query or a cookie; `prefix` is for APIs that want a word before the key. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { placeOf, unsignable } from "../../../request/security.ts";
import type { Scheme } from "./scheme.ts";

export const apiKey: Scheme = {
  name: "apiKey",
  examples: (["header", "query", "cookie"] as const).map((where) => ({
    declared: { type: "apiKey", in: where, name: "X-Key" },
    secret: "planted",
  })),
  handles: (declared) => declared.type === "apiKey" && !unsignable(declared),
  heldIn: (secret, declared) => [keyIn(secret, declared), secret],
  sign({ declared, secret }) {
    const { prefix = "" } = declared;
    const credential = { ...placeOf(declared), value: prefix + keyIn(secret, declared) };
    return { ok: true, credential, secrets: [] };
  },
};

/** The operator may have stored the key with its prefix; an API may repeat it without. */
function keyIn(secret: string, { prefix = "" }: SecurityScheme): string {
  return secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
}
