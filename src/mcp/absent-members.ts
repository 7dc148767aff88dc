/**
 * A member that is not there, as clients write it whose language knows only null: `"params": null`, `"cursor": null`,
 * `"plan": null`. No member of the protocol or of a tool may be null, except the id of an answer, so each is left out.
 */

/** @returns the text of a message or of several, unchanged where nothing is null or it is not JSON */
export function withoutNulls(text: string): string {
  if (!/[:,[]\s*null\b/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), kept);
  } catch {
    return text;
  }
}

/** @param text its body, which was read @returns the request with the body that is meant */
export function withoutNullMembers(request: Request, text: string): Request {
  const meant = withoutNulls(text);
  const headers = new Headers(request.headers);
  if (meant !== text) headers.set("content-length", String(new TextEncoder().encode(meant).byteLength));
  return new Request(request.url, { method: "POST", headers, body: meant, signal: request.signal });
}

function kept(this: Record<string, unknown>, name: string, value: unknown): unknown {
  if (value !== null) return value;
  // A request without an id would be a notification, which gets no answer.
  const isNotification = String(this["method"]).startsWith("notifications/");
  return name === "id" && !isNotification ? value : undefined;
}
