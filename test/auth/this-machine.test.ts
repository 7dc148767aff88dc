import { describe, expect, it } from "vitest";
import { placeHeader, placeOf, proxyTrace, writePlace, type Place } from "../../src/auth/this-machine.ts";

/** What each adds to a request when it is set up as its own documentation says. */
const added = {
  "nginx, X-Real-IP": ["X-Real-IP"],
  "nginx, X-Forwarded-*": ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"],
  "a header that was set to nothing": ["X-Forwarded-For"],
  "another spelling": ["x-FORWARDED-prefix"],
  underscores: ["X_Forwarded_For"],
  Apache: ["X-Forwarded-Server"],
  "RFC 7239": ["Forwarded"],
  "RFC 9110": ["Via"],
  Caddy: ["X-Forwarded-For", "Via"],
  Traefik: ["X-Forwarded-Server", "X-Real-Ip"],
  cloudflared: ["CF-Connecting-IP", "CF-Ray", "CF-Visitor", "CDN-Loop"],
  "cloudflared, of those only one": ["CF-Ray"],
  "Cloudflare Access": ["Cf-Access-Jwt-Assertion"],
  "tailscale serve": ["Tailscale-User-Login", "Tailscale-User-Name"],
  "tailscale, no user": ["Tailscale-Headers-Info"],
  ngrok: ["X-Forwarded-For"],
  "a client of ngrok": ["ngrok-skip-browser-warning"],
  Envoy: ["X-Envoy-External-Address", "X-Request-Id"],
  "Envoy, of its own path only": ["x-envoy-original-path"],
  "AWS load balancer": ["X-Amzn-Trace-Id"],
  CloudFront: ["CloudFront-Viewer-Country"],
  "Azure Front Door": ["X-Azure-ClientIP"],
  "Azure, ingress": ["X-Original-Forwarded-For"],
  IIS: ["X-Original-URL", "X-ARR-LOG-ID"],
  Akamai: ["True-Client-IP"],
  Fastly: ["Fastly-Client-IP"],
  "Fly.io": ["Fly-Client-IP"],
  Heroku: ["X-Request-Start"],
  Vercel: ["x-vercel-id"],
  Netlify: ["x-nf-client-connection-ip"],
  "Google Cloud": ["X-Cloud-Trace-Context"],
  "Google IAP": ["X-Goog-Authenticated-User-Email"],
  "oauth2-proxy": ["X-Auth-Request-User"],
  "Basic auth in front": ["Remote-User"],
  "client certificates in front": ["SSL-Client-Verify"],
  Kong: ["X-Consumer-Username"],
  Varnish: ["X-Varnish"],
  "an ESI cache": ["Surrogate-Capability"],
  "a forward proxy": ["Proxy-Connection"],
  "an old cluster": ["X-Cluster-Client-IP"],
  Imperva: ["Incap-Client-IP"],
};

/** What browsers and MCP clients send by themselves. */
const plain =
  "Accept Accept-Encoding Accept-Language Authorization Cache-Control Connection Content-Length Content-Type Cookie DNT Host " +
  "If-None-Match Keep-Alive Last-Event-ID MCP-Protocol-Version Mcp-Session-Id Mcp-Method Origin Pragma Priority Referer " +
  "Sec-CH-UA Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-GPC TE Traceparent Transfer-Encoding Upgrade-Insecure-Requests " +
  "User-Agent X-Goog-User-Project X-Requested-With X-Stainless-Lang";

describe("a proxy or tunnel is told by what it adds", () => {
  it.for(Object.entries(added))("%s", ([, names]) => {
    const [first] = names;
    expect(proxyTrace(["Host", ...names, "Accept"])).toBe(first);
    // Each counts wherever it stands in front of the server.
    expect(proxyTrace(names)).toBeDefined();
  });

  it.for(["1.0", "0.9"])("HTTP/%s, which nginx speaks unless it is told otherwise", (version) => {
    expect(proxyTrace(["Host", "Connection"], version)).toBe(`HTTP/${version}`);
  });

  it("by nothing that a browser or a client sends itself", () => {
    for (const version of ["1.1", "2.0"]) expect(proxyTrace(plain.split(" "), version)).toBeUndefined();
  });
});

describe("where a request was made", () => {
  const told = (place: Place) => ({ [placeHeader]: writePlace(place) });
  const unproven: Place = { is: "unproven", door: 1234 };
  it.for<{ headers?: Record<string, string>; loopback?: boolean; supervised?: boolean; is: Place["is"] }>([
    { is: "here" },
    { headers: { "CF-Connecting-IP": "127.0.0.1" }, is: "here" },
    { headers: { "CF-Connecting-IP": "::1" }, is: "here" },
    { headers: { "CF-Connecting-IP": "::ffff:127.0.0.1" }, is: "here" },
    { headers: { "CF-Connecting-IP": "192.168.1.7" }, is: "elsewhere" },
    { headers: { "CF-Connecting-IP": "127.0.0.1, 203.0.113.9" }, is: "elsewhere" },
    { headers: { "CF-Connecting-IP": "127.0.0.1", "X-Forwarded-For": "127.0.0.1" }, is: "elsewhere" },
    { loopback: false, is: "elsewhere" },
    // Nobody but a supervisor is believed what it says, and a supervised server wants to be told.
    { headers: told(unproven), is: "here" },
    { supervised: true, is: "elsewhere" },
    { supervised: true, headers: told({ is: "here" }), is: "here" },
    { supervised: true, headers: told(unproven), is: "unproven" },
    { supervised: true, headers: told({ is: "elsewhere", why: "x" }), is: "elsewhere" },
    { supervised: true, headers: { ...told({ is: "here" }), Via: "1.1 a" }, is: "elsewhere" },
    { supervised: true, headers: told({ is: "here" }), loopback: false, is: "elsewhere" },
  ])(
    "$is: $headers, loopback $loopback, supervised $supervised",
    ({ is, headers = {}, loopback = true, supervised = false }) => {
      expect(placeOf(new Headers(headers), loopback, supervised).is).toBe(is);
    },
  );
});
