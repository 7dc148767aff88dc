/** The page of access tokens in JSON, as src/auth/token-page.ts answers it. */
import { z } from "zod";

export const TokensPage = z.object({
  tokens: z.array(
    z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), expiresAt: z.number() }),
  ),
});

/** The same after a token was made. */
export const IssuedToken = TokensPage.extend({
  token: z.string(),
  /** What is kept of `token`. */
  record: z.object({ id: z.string() }),
});
