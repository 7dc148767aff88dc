/**
 * `type: oauth2` with a refresh token from an earlier login (authorization code, RFC 6749 section 6). The secret is
 * JSON, `{ "client_id", "client_secret", "refresh_token" }`. A new refresh token from the server is kept only in memory:
 * after a restart, the server has to accept the stored one.
 */
import { z } from "zod";
import { grantOf } from "../../../request/token-source.ts";
import { parseJson } from "../../../terms/json.ts";
import { signWithToken } from "./oauth2-client.ts";
import { notOfForm, type Scheme } from "./scheme.ts";

const Stored = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().default(""),
  refresh_token: z.string().min(1),
});

export const oauth2Refresh: Scheme = {
  name: "oauth2 (refresh token)",
  examples: [
    {
      declared: { type: "oauth2", grant: "refreshToken", tokenUrl: "https://login.test/token" },
      secret: '{"client_id":"client","client_secret":"planted-secret","refresh_token":"planted"}',
    },
  ],
  handles: (declared) => grantOf(declared) === "refreshToken",
  heldIn(secret) {
    const stored = storedIn(secret);
    return stored ? [stored.client_secret, stored.refresh_token] : [];
  },
  sign(context) {
    const { secret } = context;
    const stored = storedIn(secret);
    if (!stored)
      return notOfForm(context, '{ "client_id", "client_secret", "refresh_token" }, which is JSON');
    const { client_id: id, client_secret: clientSecret, refresh_token: refreshToken } = stored;
    const parameters = { grant_type: "refresh_token", refresh_token: refreshToken };
    return signWithToken(context, { id, secret: clientSecret }, parameters);
  },
};

const storedIn = (secret: string) => Stored.safeParse(parseJson(secret)).data;
