/** The authorization code flow of a login elsewhere: PKCE, and a `state` that is bound to the browser. */
import * as oauth from "oauth4webapi";
import { redirect } from "./redirect.ts";
import { beginTransaction } from "./transactions.ts";

/**
 * Sends the browser to the login.
 * @param url the authorization endpoint; `parameters` are added to it
 * @param kept returned by `finishTransaction`, together with the `verifier`
 * @param headers sent along (cookies)
 */
export async function sendToLogin(
  url: URL,
  parameters: Record<string, string>,
  kept: object,
  kv: KVNamespace,
  headers = new Headers(),
): Promise<Response> {
  const verifier = oauth.generateRandomCodeVerifier();
  const { state, cookie } = await beginTransaction(kv, { ...kept, verifier });
  const all = {
    ...parameters,
    response_type: "code",
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return redirect(url.href, headers, cookie);
}
