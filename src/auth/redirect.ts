/**
 * Sends the browser on. Nobody keeps the answer: it carries cookies, states and codes.
 * @param headers sent along; becomes part of the answer
 */
export function redirect(location: string, headers = new Headers(), ...cookies: string[]): Response {
  headers.set("Location", location);
  headers.set("Cache-Control", "no-store");
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 302, headers });
}
