/**
 * A client that logs in as a person would: the SDK's own OAuth (discovery, registration, PKCE), and a minimal
 * browser that follows redirects, keeps cookies and submits the forms it is shown.
 */
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from "@modelcontextprotocol/client";

/** Pages between the first redirect and the client's callback; more is a loop. */
const maxPages = 12;

/** Where the SDK sends the person back to. Nothing listens there: the browser below reads the address. */
export const callbackUrl = "http://localhost:33418/callback";

/** An OAuth client of the SDK whose state lives in memory. */
export class MemoryOAuthClient implements OAuthClientProvider {
  readonly redirectUrl = callbackUrl;
  /** What the person's browser was sent to; set by the SDK when login is needed. */
  authorizationUrl: URL | undefined;
  readonly clientMetadata: OAuthClientMetadata;
  #information: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = "";
  #discovery: OAuthDiscoveryState | undefined;

  constructor(name: string, scope?: string) {
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [callbackUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      ...(scope && { scope }),
    };
  }
  clientInformation = () => this.#information;
  saveClientInformation = (information: StoredOAuthClientInformation) =>
    void (this.#information = information);
  tokens = () => this.#tokens;
  saveTokens = (tokens: StoredOAuthTokens) => void (this.#tokens = tokens);
  redirectToAuthorization = (url: URL) => void (this.authorizationUrl = url);
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  codeVerifier = () => this.#verifier;
  saveDiscoveryState = (state: OAuthDiscoveryState) => void (this.#discovery = state);
  discoveryState = () => this.#discovery;
}

/** On the consent page, ticks these scopes in addition to those that are ticked already, as a person does. */
export const ticking = (scopes: readonly string[]) => (fields: URLSearchParams) => {
  for (const scope of scopes) if (!fields.getAll("scope").includes(scope)) fields.append("scope", scope);
};

/**
 * Walks from the authorization URL to the callback, submitting each form with what it came filled with.
 * @param choose changes the fields of a form before it is sent (ticks a scope, presses another button)
 * @param isCallback whether an address is that of the client, which is read and not opened
 * @returns the query of the callback: `code`, `state`, `iss`, or `error`
 */
export async function walkLogin(
  authorizationUrl: URL,
  choose: (fields: URLSearchParams) => void = () => {},
  isCallback = (url: URL) => url.href.startsWith(callbackUrl),
): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let next: { url: URL; body?: URLSearchParams } = { url: authorizationUrl };
  for (let page = 0; page < maxPages; page++) {
    if (isCallback(next.url)) return next.url.searchParams;
    const response = await fetch(next.url, {
      redirect: "manual",
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(next.body && { origin: next.url.origin }),
      },
      ...(next.body && { method: "POST", body: next.body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location) {
      next = { url: new URL(location, next.url) };
      continue;
    }
    const html = await response.text();
    const form = readForm(html, next.url);
    if (!form) throw new Error(`Login stopped at ${next.url.pathname} (${response.status}): ${textOf(html)}`);
    choose(form.fields);
    next = { url: form.action, body: form.fields };
  }
  throw new Error(`Login did not reach the client's callback within ${maxPages} pages.`);
}

/** The first form of a page as a browser would send it with its first button. */
function readForm(html: string, page: URL): { action: URL; fields: URLSearchParams } | undefined {
  const [, attributes, content] = /<form([^>]*)>([\s\S]*?)<\/form>/i.exec(html) ?? [];
  if (attributes === undefined || content === undefined) return undefined;
  const fields = new URLSearchParams();
  let pressed = false;
  for (const [, tag, inner] of content.matchAll(/<(input|button)\b([^>]*)>/gi)) {
    const read = (name: string) => unescape(new RegExp(`\\b${name}="([^"]*)"`, "i").exec(inner ?? "")?.[1]);
    const has = (name: string) => new RegExp(`\\b${name}\\b(?!=")`, "i").test(inner ?? "");
    const name = read("name");
    const type = read("type") ?? (tag === "button" ? "submit" : "text");
    if (!name || has("disabled")) continue;
    if ((type === "checkbox" || type === "radio") && !has("checked")) continue;
    if (type === "submit" && pressed) continue;
    if (type === "submit") pressed = true;
    fields.append(name, read("value") ?? (type === "checkbox" ? "on" : ""));
  }
  return { action: new URL(unescape(/action="([^"]*)"/i.exec(attributes)?.[1]) ?? "", page), fields };
}

function unescape(text: string | undefined): string | undefined {
  return text
    ?.replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

function textOf(html: string): string {
  return html
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
