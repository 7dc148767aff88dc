/** `type: apiKey` in a header, the query or a cookie; `prefix` is for APIs that want a word before the key. */
import { placeOf, unsignable } from "../../../request/security.ts";
import type { Scheme } from "./scheme.ts";

export const apiKey: Scheme = {
  name: "apiKey",
  examples: (["header", "query", "cookie"] as const).map((where) => ({
    declared: { type: "apiKey", in: where, name: "X-Key" },
    secret: "planted",
  })),
  handles: (declared) => declared.type === "apiKey" && !unsignable(declared),
  sign({ declared, secret }) {
    const { prefix = "" } = declared;
    // The operator may have stored the key with its prefix; an API may repeat it without.
    const key = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
    const credential = { ...placeOf(declared), value: prefix + key };
    return { ok: true, credential, secrets: key === secret ? [key] : [key, secret] };
  },
};
