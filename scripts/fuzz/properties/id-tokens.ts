/** An ID token is believed only if nothing is wrong with it, whatever the provider says of itself. */
import * as fc from "fast-check";
import { jwksCache } from "oauth4webapi";
import { providerOptions, readIdToken } from "../../../src/auth/sign-in/id-token.ts";
import { jwts, keys } from "../../../test/setup/jwts.ts";

const issuer = "https://login.example.com";
const client = { client_id: "isogate" };
const nonce = "n-0S6_WzA2Mj";

const tokens = jwts({
  claims: () => {
    const now = Math.floor(Date.now() / 1_000);
    return { iss: issuer, sub: "ann", aud: client.client_id, nonce, iat: now, exp: now + 300 };
  },
  bound: ["iss", "aud", "nonce"],
  secret: "the client's secret",
});

/** Providers list what they can do, with what nobody should use. */
const algorithms = fc.constantFrom<string[]>(["ES256", "RS256"], ["none", "HS256", "ES256", "RS256"]);
/** Longer than this is no time that reading takes. */
const maxMs = 1_000;

export const noBadIdTokenIsBelieved = fc.asyncProperty(
  tokens,
  algorithms,
  async ({ token, wrong }, listed) => {
    const server = {
      issuer,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: listed,
    };
    const cached = { jwks: { keys }, uat: Math.floor(Date.now() / 1_000) };
    const options = { ...providerOptions(false), [jwksCache]: cached };
    const answer = Response.json({ access_token: "a", token_type: "Bearer", id_token: token });
    const began = performance.now();
    const claims = await readIdToken({ server, client, options }, answer, nonce).then(
      (read) => read.claims,
      () => undefined,
    );
    const spent = performance.now() - began;
    if (spent > maxMs) throw new Error(`it took ${spent} ms`);
    if (wrong === undefined ? claims?.sub !== "ann" : claims !== undefined)
      throw new Error(`${wrong ?? "nothing"} is wrong with it, and it is ${claims ? "believed" : "refused"}`);
  },
);
