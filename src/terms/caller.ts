/** Who is calling and what they were granted. The rest of the road sees this and nothing else of the login. */
import { z } from "zod";
import type { Access } from "./api-file.ts";

/** What a grant and a `Caller` hold of one account at an API. */
export const SealedAccount = z.object({
  /** Name that the person gave it; `""` for the first, nameless one. */
  label: z.string(),
  sealed: z.string(),
});
export type SealedAccount = z.infer<typeof SealedAccount>;

export interface Caller {
  /** Stable id of the user; holds no `:` (it is part of the OAuth provider's token format). */
  userId: string;
  /** Id of the client: random for a registered one, a URL for one with a metadata document. */
  clientId: string;
  /** Name of the client as it calls itself; shown, never trusted. */
  clientName?: string;
  /** What this connection may do, per API name. An API that is not listed may not be used at all. */
  access: Record<string, Access[]>;
  /**
   * Where an access was given for some tags only: API name → access → tags. An access that is listed in `access`
   * and not here covers the whole API. Ask `allows` of `scopes.ts` rather than reading both.
   */
  tags?: Record<string, Partial<Record<Access, string[]>>>;
  /** Key in KV that is there until the connection is revoked; none where there is nothing to revoke. */
  connectionKey?: string;
  /** The user's own credentials, sealed, for APIs whose file wants them; API name → accounts. Opened by the gateway. */
  accounts?: Record<string, SealedAccount[]>;
}

/** The client of a connection, as runs and approvals name it. */
export function clientOf({ clientId, clientName }: Caller): { id: string; name?: string } {
  return { id: clientId, ...(clientName !== undefined && { name: clientName }) };
}
