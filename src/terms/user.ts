/** Who signed in. */
import { z } from "zod";

/** Everybody where nobody has to say who they are. */
export const localUserId = "local";

export const User = z.object({
  /** Stable, unique in this deployment, without `:`. */
  id: z.string().min(1),
  /** Shown to the user, so that they see which account it is. */
  label: z.string(),
  /** The e-mail address that the identity provider vouches for: what lists of people name. */
  address: z.string().optional(),
  /** Which identity provider, and which client at it, vouched for them; absent for the other ways to sign in. */
  provider: z.string().optional(),
  /** Whether the identity provider can be asked about this user later, without them. */
  askable: z.boolean().optional(),
});
export type User = z.infer<typeof User>;
