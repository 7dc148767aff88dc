/**
 * What an OpenID Connect provider answers is read up to a bound, and its ID token is believed only with issuer, audience,
 * nonce, times and signature as they have to be (OpenID Connect Core, 3.1.3.7; oauth4webapi checks).
 */
import * as oauth from "oauth4webapi";
import { readBounded } from "../../terms/bounded-body.ts";

/** Discovery documents and key sets have some thousand characters. */
const maxAnswerBytes = 256 * 1024;

export interface Provider {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  options: ReturnType<typeof providerOptions>;
}

/** @param isLoopback plain http is for a provider on this machine only */
export function providerOptions(isLoopback: boolean) {
  return {
    [oauth.allowInsecureRequests]: isLoopback,
    // A new one each time: requests for keys with the same one share a promise, and with it the end of a client's request.
    [oauth.customFetch]: async (url: string, init: object): Promise<Response> => {
      const response = await fetch(url, init);
      const body = await readBounded(response, maxAnswerBytes);
      if (!body) throw new TypeError(`${new URL(url).host} answered with more than ${maxAnswerBytes} bytes`);
      const { status, statusText, headers } = response;
      return new Response(body.length > 0 ? body : null, { status, statusText, headers });
    },
  };
}

/**
 * @param response of the token endpoint to a code
 * @param nonce the one that this sign-in was begun with
 * @throws an error of oauth4webapi if there is no ID token, or one that is not to be believed
 */
export async function readIdToken(
  { server, client, options }: Provider,
  response: Response,
  nonce: string,
): Promise<{ tokens: oauth.TokenEndpointResponse; claims: oauth.IDToken }> {
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  // TLS to the provider would be proof enough (OpenID Connect Core, 3.1.3.7, 6); the signature is checked anyway.
  await oauth.validateApplicationLevelSignature(server, response, options);
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens)! };
}
