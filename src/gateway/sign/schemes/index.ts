/** The security schemes that the gateway can sign with. The first that handles a declaration is used. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { apiKey } from "./api-key.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { oauth2ClientCredentials } from "./oauth2-client-credentials.ts";
import { oauth2Refresh } from "./oauth2-refresh.ts";
import { oauth2Token } from "./oauth2-token.ts";
import type { Scheme } from "./scheme.ts";

export const schemes: readonly Scheme[] = [
  apiKey,
  basic,
  bearer,
  oauth2ClientCredentials,
  oauth2Refresh,
  oauth2Token,
];

export function schemeFor(declared: SecurityScheme): Scheme | undefined {
  return schemes.find((scheme) => scheme.handles(declared));
}
