/** `type: oauth2` with a token that the operator or the user already has: sent as a bearer token (RFC 6750). */
import { bearer } from "./bearer.ts";
import type { Scheme } from "./scheme.ts";

export const oauth2Token: Scheme = {
  ...bearer,
  name: "oauth2 (token)",
  examples: [{ declared: { type: "oauth2", grant: "token" }, secret: "planted" }],
  handles: ({ type }) => type === "oauth2",
};
