/**
 * A token in `Authorization`: `type: http` with `bearer` or another scheme of one token (RFC 6750, RFC 9110 section
 * 11.4), `oauth2` with a token that the operator or the user already has, and `openIdConnect`.
 */
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
  sign({ declared, secret }) {
    const word = declared.type === "http" && declared.scheme ? declared.scheme : "Bearer";
    const prefix = declared.prefix ?? `${word.toLowerCase() === "bearer" ? "Bearer" : word} `;
    const value = secret.toLowerCase().startsWith(prefix.toLowerCase()) ? secret : prefix + secret;
    return { ok: true, credential: { ...authorization, value }, secrets: [value.slice(prefix.length)] };
  },
};
