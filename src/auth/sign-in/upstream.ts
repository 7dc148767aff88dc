/**
 * The API's own login is the sign-in. A client's consent page comes before it, because one login serves every client
 * (MCP security best practices, "Confused deputy"); the API then says who the user is. For our own pages the same
 * login starts a session, which gives no client anything.
 */
import { readSession } from "../sign-in-cookie.ts";
import { signInAt } from "../upstream-login.ts";
import type { SignIn } from "./sign-in.ts";

export const upstream: SignIn = {
  name: "upstream",

  admits: ({ id }, { SIGN_IN_API: signInApi }) => id.startsWith(`${signInApi}-`),

  async identify(request, context) {
    const { SIGN_IN_API: signInApi = "" } = context.settings;
    const user = await readSession(request, context);
    return user ? { user } : { respond: await signInAt(signInApi, request, context) };
  },

  async identifyAtConsent() {
    return { later: "you log in at the API on the next page" };
  },
};
