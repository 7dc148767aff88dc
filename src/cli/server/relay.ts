/**
 * The way out of a network that only a proxy leads out of: the runtime knows no proxies, so the Worker sends its requests
 * here, and Node sends them on by HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Only programs that know the relay's secret path
 * are served. What is sent and answered passes as it is; nothing is decided, followed, unpacked or kept.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  Agent as HttpAgent,
  createServer,
  request as requestHttp,
  type IncomingHttpHeaders,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { relayTarget } from "../../terms/worker-variables.ts";
import { withoutOwnMachine, type Environment } from "./proxy.ts";

export interface Relay {
  /** Where the Worker sends to, as its variable RELAY. */
  url: string;
  close(): Promise<void>;
}

/** @param environment names the proxies and what goes past them */
export async function startRelay(environment: Environment): Promise<Relay> {
  const path = `/${randomBytes(24).toString("base64url")}`;
  const proxyEnv = withoutOwnMachine(environment);
  const agents = { http: new HttpAgent({ proxyEnv }), https: new HttpsAgent({ proxyEnv }) };
  const server = createServer((incoming, answer) => {
    const target = URL.parse(String(incoming.headers[relayTarget] ?? ""));
    if (incoming.url !== path || target === null) return void answer.writeHead(404).end();
    const secure = target.protocol === "https:";
    const options = {
      method: incoming.method,
      headers: endToEnd(incoming.headers),
      agent: secure ? agents.https : agents.http,
    };
    const outgoing = (secure ? requestHttps : requestHttp)(target.href, options, (response) => {
      try {
        answer.writeHead(response.statusCode ?? 502, response.statusMessage, endToEnd(response.headers));
      } catch {
        // Node reads more than it writes, such as a control character in the words of a status.
        response.destroy();
        return void answer.destroy();
      }
      response.pipe(answer);
      response.on("error", () => answer.destroy());
    });
    // The reason stays here: the Worker sees a connection that broke, as it would without a relay.
    outgoing.on("error", () => answer.destroy());
    // Nobody asked for another protocol.
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
      answer.destroy();
    });
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Of a connection, not of a message (RFC 9110 section 7.6.1). */
const ofConnection = new Set(
  `connection keep-alive proxy-connection transfer-encoding te trailer upgrade host ${relayTarget}`.split(
    " ",
  ),
);

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name)));
}
