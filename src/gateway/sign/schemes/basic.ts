/** `type: http, scheme: basic` (RFC 7617). The secret is `user:password`. */
import { authorization } from "../../../request/security.ts";
import { notOfForm, type Scheme } from "./scheme.ts";

export const basic: Scheme = {
  name: "basic",
  examples: [{ declared: { type: "http", scheme: "basic" }, secret: "user:planted" }],
  handles: ({ type, scheme }) => type === "http" && scheme?.toLowerCase() === "basic",
  sign(context) {
    const { secret } = context;
    const colon = secret.indexOf(":");
    if (colon < 0) return notOfForm(context, "user:password");
    const encoded = Buffer.from(secret, "utf8").toString("base64");
    return {
      ok: true,
      credential: { ...authorization, value: `Basic ${encoded}` },
      secrets: [secret, secret.slice(colon + 1), encoded],
    };
  },
};
