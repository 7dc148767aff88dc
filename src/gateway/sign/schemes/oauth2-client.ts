/** What the two OAuth grants that fetch tokens share. */
import { misconfigured, type Result } from "../../../terms/result.ts";
import { tokenFor, type TokenRequest } from "../tokens.ts";
import { authorization } from "../../../request/security.ts";
import { tokenUrlOf } from "../../../request/token-source.ts";
import type { Signed, SigningContext } from "./scheme.ts";

/**
 * Makes a credential of a token that it fetches, or still holds.
 * @param parameters of the grant; the file's `tokenParameters` override them
 */
export async function signWithToken(
  { name, declared, base, send }: SigningContext,
  client: { id: string; secret: string },
  parameters: Record<string, string>,
): Promise<Result<Signed>> {
  const url = tokenUrlOf(declared, base);
  if (url === undefined) {
    return misconfigured(
      `The security scheme ${name} does not have a token endpoint.`,
      `Tell the operator to set "auth.schemes.${name}.tokenUrl" in the API file.`,
    );
  }
  const request: TokenRequest = {
    scheme: name,
    tokenUrl: url,
    clientId: client.id,
    clientSecret: client.secret,
    clientAuth: declared.clientAuth ?? "basic",
    parameters: { ...parameters, ...declared.tokenParameters },
  };
  const result = await tokenFor(request, send);
  if (!result.ok) return result;
  const { token, fetched, expiresAt, renew } = result;
  const credential = { ...authorization, value: `Bearer ${token}` };
  return { ok: true, credential, secrets: fetched, expiresAt, renew };
}
