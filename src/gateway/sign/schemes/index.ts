/** The security schemes of this folder. Written by `npm run build` from its files. */
import type { Scheme } from "./scheme.ts";
import { apiKey } from "./api-key.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { oauth2ClientCredentials } from "./oauth2-client-credentials.ts";
import { oauth2Refresh } from "./oauth2-refresh.ts";

export const schemes: readonly Scheme[] = [apiKey, basic, bearer, oauth2ClientCredentials, oauth2Refresh];
