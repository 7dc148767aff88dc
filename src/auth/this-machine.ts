/**
 * Whether a request was made on this machine, as local sign-in and `--open` want it. A server on loopback is reached by
 * everybody for whom a proxy or a tunnel on this machine fetches pages, so three things must hold: the address is
 * loopback, nothing shows a proxy on the way, and the browser has been at the supervisor's door, a second port that no
 * proxy leads to. Pure.
 */
import { isLoopbackHost } from "../terms/loopback.ts";

/** The supervisor tells the Worker by it what only the connection shows; a client cannot set it. */
export const placeHeader = "isogate-place";

/**
 * `unproven`: nothing speaks against it, but a proxy that adds nothing looks the same; `door` is the port that proves it.
 * `elsewhere`: `why` completes the sentence "This server trusts only its own machine, and …".
 */
export type Place = { is: "here" } | { is: "unproven"; door: number } | { is: "elsewhere"; why: string };

/** Headers that no browser and no client sends by itself: proxies, tunnels and content networks add them. */
const proxyHeaders = new Set(
  (
    "cdn-loop client-ip fastly-client-ip forwarded forwarded-for front-end-https http-client-ip incap-client-ip " +
    "max-forwards ngrok-skip-browser-warning proxy-authorization proxy-client-ip proxy-connection remote-addr remote-user " +
    "surrogate-capability true-client-ip via wl-proxy-client-ip x-amzn-trace-id x-arr-log-id x-arr-ssl x-auth-request-email x-auth-request-user " +
    "x-backend-host x-client-cert x-client-ip x-client-verify x-cloud-trace-context x-cluster-client-ip " +
    "x-coming-from x-forward-for x-forwarded x-forwarded-for x-host x-http-host-override x-https " +
    "x-middleton-ip x-nginx-proxy x-originating-ip x-proxied x-proxyuser-ip x-real-ip x-real-port x-remote-addr " +
    "x-remote-ip x-remote-user x-request-start x-rewrite-url x-scheme x-script-name x-server-name x-site-deployment-id " +
    "x-ssl x-true-client-ip x-url-scheme x-varnish x-waws-unencoded-url"
  ).split(" "),
);
const proxyPrefixes = (
  "akamai- cf- cloudfront- fastly- fly- ssl-client- tailscale- x-accel- x-akamai- x-amz-cf- x-amzn-mtls- x-amzn-oidc- x-appengine- " +
  "x-authentik- x-azure- x-cdn- x-cloudflare- x-consumer- x-envoy- x-forwarded- x-goog-authenticated-user- x-goog-iap- x-haproxy- x-kong- x-nf- " +
  "x-ngrok- x-original- x-pomerium- x-proxy- x-sucuri- x-tailscale- x-traefik- x-tunnel- x-vercel-"
).split(" ");

/**
 * What shows that a request came through a proxy or tunnel; undefined if nothing does.
 * @param names of its headers, whatever their values: an empty one was set too
 * @param httpVersion of the connection where it is known: proxies such as nginx speak 1.0, browsers and MCP clients do not
 */
export function proxyTrace(names: Iterable<string>, httpVersion = "1.1"): string | undefined {
  for (const name of names) {
    // Servers that pass headers on as variables take `_` for `-`, so some proxies write it.
    const plain = name.toLowerCase().replaceAll("_", "-");
    if (proxyHeaders.has(plain) || proxyPrefixes.some((prefix) => plain.startsWith(prefix))) return name;
  }
  return Number(httpVersion) < 1.1 ? `HTTP/${httpVersion}` : undefined;
}

export const throughProxy = (trace: string): Place => ({
  is: "elsewhere",
  why: `your request came through a proxy or a tunnel (${trace})`,
});

/** @returns the header's value, which `placeOf` reads */
export const writePlace = (place: Place): string => JSON.stringify(place);

/**
 * @param headers as the Worker sees them; the platform sets CF-Connecting-IP
 * @param loopback whether the client used a loopback origin
 * @param supervised whether a supervisor stands in front, which alone can tell more
 */
export function placeOf(headers: Headers, loopback: boolean, supervised: boolean): Place {
  const address = headers.get("CF-Connecting-IP");
  if (!loopback || (address !== null && !isLoopbackHost(address.replace(/^::ffff:/, ""))))
    return { is: "elsewhere", why: "your request comes from elsewhere" };
  const trace = proxyTrace([...headers.keys()].filter((name) => name !== "cf-connecting-ip"));
  if (trace !== undefined) return throughProxy(trace);
  if (!supervised) return { is: "here" };
  const told = headers.get(placeHeader);
  return told === null
    ? { is: "elsewhere", why: "your request went round its supervisor" }
    : (JSON.parse(told) as Place);
}

/** What an operator sets to serve people who are elsewhere. */
export const serveOthers =
  "To serve people elsewhere, its operator sets how they sign in (SIGN_IN) and the address that they use (PUBLIC_URL).";
