/** Redirects the browser, uncached: the answer carries cookies, states and codes. @param headers become the answer's */
export function redirect(location: string, headers = new Headers(), ...cookies: string[]): Response {
  headers.set("Location", location);
  headers.set("Cache-Control", "no-store");
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 302, headers });
}

/**
 * MCP wants https or loopback. These desktop programs can only receive the code through a scheme of their own; PKCE
 * makes a code that another program intercepts worthless (RFC 8252, 7.1).
 */
const desktopPrograms = new Set(["cursor://anysphere.cursor-mcp/oauth/callback"]);

/** Whether a code may go there. The OAuth provider refuses plain http to other hosts besides. */
export function mayReceiveCode(redirectUri: string): boolean {
  return /^https?:/i.test(redirectUri) || desktopPrograms.has(redirectUri);
}
