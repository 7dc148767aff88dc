/**
 * For which origin this server speaks, and who may speak to it. The issuer and every token are bound to that origin,
 * so it is never taken from a Host header that somebody else could have chosen: it is the configured one, a loopback
 * one, or the deployment's own workers.dev name. Pure.
 */
import { isLoopbackHost } from "../terms/loopback.ts";
import type { Settings } from "./settings.ts";

export type OriginResult = { ok: true; origin: string; loopback: boolean } | { ok: false; problem: string };

/** The origin that the client used, if this server answers for it. */
export function ownOrigin(url: URL, settings: Pick<Settings, "publicOrigin">): OriginResult {
  const { publicOrigin } = settings;
  if (publicOrigin) {
    // A proxy in front may speak http to us: the host decides, the configured origin has the scheme.
    const own = new URL(publicOrigin);
    if (url.host === own.host || url.origin === publicOrigin)
      return { ok: true, origin: publicOrigin, loopback: isLoopbackHost(own.hostname) };
    return { ok: false, problem: `This server answers at ${publicOrigin} only.` };
  }
  if (isLoopbackHost(url.hostname)) return { ok: true, origin: url.origin, loopback: true };
  if (url.protocol === "https:" && url.hostname.endsWith(".workers.dev"))
    return { ok: true, origin: url.origin, loopback: false };
  return {
    ok: false,
    problem: "This server does not know its own name: set the variable PUBLIC_URL to its origin.",
  };
}

/**
 * Whether a browser page at `origin` may call the MCP endpoint. No Origin header means no browser page.
 * Holds off DNS rebinding and cross-site requests (MCP, Streamable HTTP, "Security").
 */
export function originAllowed(
  origin: string | null,
  own: string,
  settings: Pick<Settings, "allowedOrigins">,
): boolean {
  if (origin === null) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.protocol !== "http:" && url.protocol !== "https:") return false;
  if (url.origin === own) return true;
  if (isLoopbackHost(url.hostname)) return isLoopbackHost(new URL(own).hostname);
  return settings.allowedOrigins.includes(url.origin);
}

/**
 * Whether the other end of the connection is this machine, as far as the runtime says. The header is set by the
 * platform; a server that listens on loopback only is the protection, this is the second lock.
 */
export function fromThisMachine(headers: Headers): boolean {
  const address = headers.get("CF-Connecting-IP");
  return address === null || isLoopbackHost(address.replace(/^::ffff:/, ""));
}
