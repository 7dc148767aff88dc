/**
 * Which origin this server has, and which web pages may call it. The issuer and every token are bound to that origin,
 * so it never comes from a Host header that somebody else could have chosen: it is the configured origin, a loopback
 * one, or the deployment's own workers.dev name. Pure.
 */
import { isLoopbackHost } from "../terms/loopback.ts";
import { failed, type Result } from "../terms/result.ts";
import type { Settings } from "./settings.ts";

/** The origin that the client used, if it is this server's own. */
export function ownOrigin(
  url: URL,
  { PUBLIC_URL: publicOrigin }: Pick<Settings, "PUBLIC_URL">,
): Result<{ origin: string; loopback: boolean }, string> {
  if (publicOrigin) {
    // A proxy in front may use http to reach us: compare the host, and take the scheme from the setting.
    const own = new URL(publicOrigin);
    if (url.host === own.host || url.origin === publicOrigin)
      return { ok: true, origin: publicOrigin, loopback: isLoopbackHost(own.hostname) };
    return failed(`Unknown host name ${url.hostname}. The address of this server is ${publicOrigin}.`);
  }
  // OAuth takes http for `localhost` and for addresses only (RFC 8252 section 7.3).
  if (url.hostname.endsWith(".localhost")) {
    const own = new URL(url.origin);
    own.hostname = "localhost";
    return failed(`Unknown host name ${url.hostname}. The address of this server is ${own.origin}.`);
  }
  if (isLoopbackHost(url.hostname)) return { ok: true, origin: url.origin, loopback: true };
  if (url.protocol === "https:" && url.hostname.endsWith(".workers.dev"))
    return { ok: true, origin: url.origin, loopback: false };
  return failed(
    `Unknown host name ${url.hostname}. Set PUBLIC_URL to this server's public origin, e.g. https://${url.hostname}.`,
  );
}

/**
 * Whether a browser page at `origin` may call the MCP endpoint. No Origin header means no browser page.
 * Blocks DNS rebinding and cross-site requests (MCP, Streamable HTTP, "Security").
 */
export function originAllowed(
  origin: string | null,
  own: string,
  settings: Pick<Settings, "ALLOWED_ORIGINS">,
): boolean {
  if (origin === null) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.protocol !== "http:" && url.protocol !== "https:") return false;
  if (url.origin === own) return true;
  if (isLoopbackHost(url.hostname)) return isLoopbackHost(new URL(own).hostname);
  return settings.ALLOWED_ORIGINS.includes(url.origin);
}
