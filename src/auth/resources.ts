/** Where the authorization server and the MCP endpoint are, and which APIs each path of that serves. Pure. */

export const paths = {
  mcp: "/mcp",
  authorize: "/authorize",
  token: "/oauth/token",
  register: "/oauth/register",
} as const;

/** An API of the deployment. */
export type Named = { name: string };

/** The resource that a token for this MCP path is bound to (RFC 8707): the URL that clients use. */
export function resourceOf(origin: string, api: string | undefined): string {
  return api === undefined ? `${origin}${paths.mcp}` : `${origin}${paths.mcp}/${api}`;
}

/** Those of the deployment's APIs that a resource serves. */
export function servedAt<Api extends Named>(resource: string, origin: string, apis: readonly Api[]): Api[] {
  const all = resource === resourceOf(origin, undefined);
  return apis.filter(({ name }) => all || resource === resourceOf(origin, name));
}

export const namesOf = (apis: readonly Named[]): string[] => apis.map(({ name }) => name);
