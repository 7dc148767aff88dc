/** The grants of one user, as the OAuth provider keeps them. */
import type { GrantSummary, OAuthHelpers } from "@cloudflare/workers-oauth-provider";

/** A grant ends when its client has not used it for so long. */
export const unusedDays = 30;

/** All of them: the provider gives them out page by page. */
export async function grantsOf(oauth: OAuthHelpers, userId: string): Promise<GrantSummary[]> {
  const grants: GrantSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await oauth.listUserGrants(userId, cursor === undefined ? {} : { cursor });
    grants.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return grants;
}
