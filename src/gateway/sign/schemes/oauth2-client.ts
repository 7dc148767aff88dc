/** What the two OAuth grants that fetch tokens share. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { misconfigured, type Result } from "../../../terms/result.ts";
import { tokenFor, type TokenRequest } from "../tokens.ts";
import { authorization } from "../../../request/security.ts";
import type { Signed, SigningContext } from "./scheme.ts";

/** @param name a key of OpenAPI's OAuth Flows Object */
export function flowOf(declared: SecurityScheme, name: string) {
  type Flows = Record<string, { tokenUrl?: string; refreshUrl?: string }>;
  return (declared["flows"] as Flows | undefined)?.[name];
}

/** URLs of a document are relative to its server (OpenAPI 3.1 section 4.6), which is a folder, as paths are below it. */
function absolute(url: string | undefined, base: string | undefined): string | undefined {
  return url === undefined ? undefined : (URL.parse(url, base && `${base}/`)?.href ?? undefined);
}

/**
 * Makes a credential of a token that it fetches, or still holds.
 * @param tokenUrl the document's token endpoint; the API file overrides it
 * @param parameters of the grant; the file's `tokenParameters` override them
 */
export async function signWithToken(
  { name, declared, base, send }: SigningContext,
  tokenUrl: string | undefined,
  client: { id: string; secret: string },
  parameters: Record<string, string>,
): Promise<Result<Signed>> {
  const url = absolute(declared.tokenUrl ?? tokenUrl, base);
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
  const { token, renew } = result;
  const credential = { ...authorization, value: `Bearer ${token}` };
  return { ok: true, credential, secrets: [token, client.secret], renew };
}
