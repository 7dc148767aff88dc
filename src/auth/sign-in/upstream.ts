/**
 * The API's own login is the sign-in. For a client consent comes first, as it must where one login serves every client
 * (MCP security best practices, "Confused deputy"), then the person logs in at the API, which says who it is. For our
 * own pages the same login begins a session; it gives no client anything.
 */
import { readSession } from "../sign-in-cookie.ts";
import { signInAt } from "../upstream-login.ts";
import type { SignIn } from "./sign-in.ts";

export const upstream: SignIn = {
  async identify(request, context) {
    const { secret = "", signInApi = "" } = context.settings;
    const user = await readSession(request, secret);
    return user ? { user } : { respond: await signInAt(signInApi, request, context) };
  },

  async identifyAtConsent() {
    return { later: "you log in at the API on the next page" };
  },
};
