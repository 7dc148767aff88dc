/**
 * Where an oauth2 scheme gets its token: the scheme in the API file says it, or the flows of the document
 * (OpenAPI 3.1 section 4.8.28). The gateway fetches by it, and a refresh compares it. Pure.
 */
import type { SecurityScheme } from "../terms/api-file.ts";

type Grant = NonNullable<SecurityScheme["grant"]>;

/** @returns undefined for a scheme that is not oauth2 */
export function grantOf({ type, grant, flows }: SecurityScheme): Grant | undefined {
  if (type !== "oauth2") return undefined;
  if (grant !== undefined) return grant;
  // If the document also offers a user's login, the secret is a token that the operator stored.
  const offered = Object.keys((flows as object | null | undefined) ?? {});
  return offered.length === 1 && offered[0] === "clientCredentials" ? "clientCredentials" : "token";
}

/**
 * @param base URL of the API, to which a document's URLs are relative (OpenAPI 3.1 section 4.6); it is a folder, as
 *   paths are below it
 * @returns the endpoint, or undefined if there is none or no token is fetched
 */
export function tokenUrlOf(declared: SecurityScheme, base: string | undefined): string | undefined {
  const url = declared.tokenUrl ?? tokenUrlInFlows(declared);
  return url === undefined ? undefined : (URL.parse(url, base && `${base}/`)?.href ?? undefined);
}

function tokenUrlInFlows(declared: SecurityScheme): string | undefined {
  type Flows = Record<string, { tokenUrl?: string; refreshUrl?: string } | undefined>;
  const flows = declared["flows"] as Flows | null | undefined;
  switch (grantOf(declared)) {
    case "clientCredentials":
      return flows?.["clientCredentials"]?.tokenUrl;
    case "refreshToken":
      return flows?.["authorizationCode"]?.refreshUrl ?? flows?.["authorizationCode"]?.tokenUrl;
    case "token":
    case undefined:
      return undefined;
  }
}
