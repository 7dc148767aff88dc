/** `type: apiKey` in a header, the query or a cookie; `prefix` corrects the ones that want a word before the key. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { withPrefix, type Place, type Scheme } from "./scheme.ts";

export const apiKey: Scheme = {
  name: "apiKey",
  examples: (["header", "query", "cookie"] as const).map((where) => ({
    declared: { type: "apiKey", in: where, name: "X-Key" },
    secret: "planted",
  })),
  handles: (declared) => declared.type === "apiKey",
  place,
  sign({ declared, secret }) {
    const { prefix = "" } = declared;
    const value = withPrefix(secret, prefix);
    // An API may say the key again without the word before it.
    const key = value.slice(prefix.length);
    return {
      ok: true,
      credential: { ...place(declared), value },
      secrets: key === secret ? [key] : [key, secret],
    };
  },
};

function place(declared: SecurityScheme): Place {
  const where = declared.in ?? "header";
  const name = declared.name ?? "authorization";
  return { in: where, name: where === "header" ? name.toLowerCase() : name };
}
