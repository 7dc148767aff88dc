/** What the two OAuth grants that fetch tokens share: where the token endpoint is, and the parts of the secret. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { misconfigured, type Result } from "../../../terms/result.ts";
import { tokenFor, type TokenRequest } from "../tokens.ts";
import { authorization, type Signed, type SigningContext } from "./scheme.ts";

export interface Flow {
  tokenUrl?: string;
  refreshUrl?: string;
}

/** @param name a key of OpenAPI's OAuth Flows Object */
export function flowOf(declared: SecurityScheme, name: string): Flow | undefined {
  const flows = declared["flows"] as Record<string, Flow> | undefined;
  return flows?.[name];
}

/**
 * Fetches a token, or takes the one that is held, and makes the credential of it.
 * @param tokenUrl where the document says that tokens are to be had; the API's file comes before it
 * @param parameters of the grant; the file's `tokenParameters` come before them
 */
export async function signWithToken(
  { name, declared, send }: SigningContext,
  tokenUrl: string | undefined,
  client: { id: string; secret: string },
  parameters: Record<string, string>,
): Promise<Result<Signed>> {
  const url = declared.tokenUrl ?? tokenUrl;
  if (url === undefined || !URL.canParse(url)) {
    return misconfigured(
      `The security scheme ${name} does not say where its token endpoint is.`,
      `Tell the operator to set "auth.schemes.${name}.tokenUrl" in the API's file.`,
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
