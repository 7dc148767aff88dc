/**
 * `type: oauth2` with the client credentials grant (RFC 6749 section 4.4). The secret is `client_id:client_secret`; the
 * scopes come from the operation's requirement.
 */
import { grantOf } from "../../../request/token-source.ts";
import { signWithToken } from "./oauth2-client.ts";
import { notOfForm, type Scheme } from "./scheme.ts";

export const oauth2ClientCredentials: Scheme = {
  name: "oauth2 (client credentials)",
  examples: [
    {
      declared: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://login.test/token" } } },
      secret: "client:planted",
    },
  ],
  handles: (declared) => grantOf(declared) === "clientCredentials",
  heldIn: (secret) => [secret.slice(secret.indexOf(":") + 1)],
  sign(context) {
    const { secret, scopes } = context;
    const colon = secret.indexOf(":");
    if (colon < 1) return notOfForm(context, "client_id:client_secret");
    const client = { id: secret.slice(0, colon), secret: secret.slice(colon + 1) };
    const scope = scopes.length > 0 ? { scope: scopes.toSorted().join(" ") } : undefined;
    return signWithToken(context, client, { grant_type: "client_credentials", ...scope });
  },
};
