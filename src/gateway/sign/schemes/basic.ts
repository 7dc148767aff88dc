/** `type: http, scheme: basic` (RFC 7617). The secret is `user:password`. */
import { authorization } from "../../../request/security.ts";
import { notOfForm, type Scheme } from "./scheme.ts";

export const basic: Scheme = {
  name: "basic",
  examples: [{ declared: { type: "http", scheme: "basic" }, secret: "user:planted" }],
  handles: ({ type, scheme }) => type === "http" && scheme?.toLowerCase() === "basic",
  heldIn: (secret) => [secret, secret.slice(secret.indexOf(":") + 1), encoded(secret)],
  sign(context) {
    const { secret } = context;
    if (!secret.includes(":")) return notOfForm(context, "user:password");
    return { ok: true, credential: { ...authorization, value: `Basic ${encoded(secret)}` }, secrets: [] };
  },
};

const encoded = (secret: string) => Buffer.from(secret, "utf8").toString("base64");
