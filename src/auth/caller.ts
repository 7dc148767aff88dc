/** Who is calling and what they were granted. The rest of the road sees this and nothing else of the login. */
import type { Access } from "../deployment/api-file.ts";

export interface Caller {
  /** Stable id of the user; holds no `:` (it is part of the OAuth provider's token format). */
  userId: string;
  /** Name of the client as it registered itself; shown, never trusted. */
  clientId: string;
  /** What this connection may do, per API name. An API that is not listed may not be used at all. */
  access: Record<string, Access[]>;
}
