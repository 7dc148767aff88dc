/**
 * The API's own login is the sign-in: consent comes first, as it must where one login serves every client (MCP
 * security best practices, "Confused deputy"), then the person logs in at the API, which says who it is.
 */
import type { SignIn } from "./sign-in.ts";

export const upstream: SignIn = {
  async identify() {
    return { later: "you log in at the API on the next page" };
  },
};
