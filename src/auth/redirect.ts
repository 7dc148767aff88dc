/** Redirects the browser, uncached: the answer carries cookies, states and codes. @param headers become the answer's */
export function redirect(location: string, headers = new Headers(), ...cookies: string[]): Response {
  headers.set("Location", location);
  headers.set("Cache-Control", "no-store");
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 302, headers });
}
