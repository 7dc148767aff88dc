/**
 * A token in `Authorization`: `type: http` with `bearer` or another scheme of one token (RFC 6750, RFC 9110 section
 * 11.4), `oauth2` with a token that the operator or the user already has, and `openIdConnect`.
 */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { authorization, unsignable } from "../../../request/security.ts";
import type { Scheme } from "./scheme.ts";

export const bearer: Scheme = {
  name: "bearer",
  examples: [
    { declared: { type: "http", scheme: "bearer" }, secret: "planted" },
    { declared: { type: "openIdConnect" }, secret: "planted" },
    { declared: { type: "oauth2", grant: "token" }, secret: "planted" },
  ],
  handles: (declared) =>
    declared.type !== "apiKey" &&
    !unsignable(declared) &&
    (declared.type !== "http" || declared.scheme?.toLowerCase() !== "basic"),
  isFallback: true,
  heldIn: (secret, declared) => [tokenIn(secret, declared)],
  sign({ declared, secret }) {
    const prefix = prefixOf(declared);
    const value = hasPrefix(secret, prefix) ? secret : prefix + secret;
    return { ok: true, credential: { ...authorization, value }, secrets: [] };
  },
};

function prefixOf({ type, scheme, prefix }: SecurityScheme): string {
  const word = type === "http" && scheme ? scheme : "Bearer";
  return prefix ?? `${word.toLowerCase() === "bearer" ? "Bearer" : word} `;
}

const hasPrefix = (secret: string, prefix: string) => secret.toLowerCase().startsWith(prefix.toLowerCase());

function tokenIn(secret: string, declared: SecurityScheme): string {
  const prefix = prefixOf(declared);
  return hasPrefix(secret, prefix) ? secret.slice(prefix.length) : secret;
}
