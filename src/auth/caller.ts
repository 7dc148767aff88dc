/** The caller behind a request: from a grant, from an access token, or anybody on this machine with `--open`. */
import type { OAuthResourceContext } from "@cloudflare/workers-oauth-provider";
import { z } from "zod";
import { Access } from "../terms/api-file.ts";
import { type Caller, openClientId, SealedAccount } from "../terms/caller.ts";
import { grantOf } from "../terms/scopes.ts";
import { localUserId, User } from "../terms/user.ts";

/** What a grant holds, encrypted under its tokens by the OAuth provider. */
export const GrantProps = z.object({
  user: User,
  clientName: z.string(),
  /** API name → the user's own accounts there. */
  accounts: z.record(z.string(), z.array(SealedAccount)).optional(),
  /** The client named no resource (before revision 2025-06), so it cannot know that a token is for one path. */
  anyPath: z.literal(true).optional(),
});
export type GrantProps = z.infer<typeof GrantProps>;

/** What a token stands for: its grant, and the key that exists until the grant is revoked. */
export type ConnectionProps = GrantProps & Required<Pick<Caller, "connectionKey">>;

/**
 * The caller of one request, limited to the token's scopes (which may be fewer than the grant's) and to `apis`.
 * @param apis names of the APIs that this path serves now
 */
export function callerOf(context: OAuthResourceContext<ConnectionProps>, apis: readonly string[]): Caller {
  const { user, clientName, accounts, connectionKey } = context.props;
  return {
    userId: user.id,
    clientId: context.auth.clientId ?? "",
    clientName,
    connectionKey,
    user,
    ...grantOf(context.auth.scope, apis),
    ...(accounts && {
      accounts: Object.fromEntries(apis.flatMap((api) => (accounts[api] ? [[api, accounts[api]]] : []))),
    }),
  };
}

/**
 * May do everything: the endpoint uses it only on loopback, after the check of Origin.
 * @param session the MCP session that a program says it is in
 */
export function openCaller(apis: readonly string[], session: string): Caller {
  return {
    userId: localUserId,
    clientId: openClientId(session),
    clientName: "open",
    access: Object.fromEntries(apis.map((api) => [api, [...Access.options]])),
  };
}
