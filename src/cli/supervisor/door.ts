/**
 * The door: a second port on loopback, another one at each start. Who reaches it is on this machine: a proxy or tunnel
 * that hands on the server's port hands on no other. A browser is sent here once, gets a cookie, and is sent back. A
 * cookie is for all ports of a host, so the server's port sees it.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { proxyTrace, throughProxy, type Place } from "../../auth/this-machine.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";

export class Door {
  readonly #key = randomBytes(32).toString("base64url");
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #clientPort: number;

  /** @param clientPort where clients connect, and where browsers are sent back to */
  constructor(clientPort: number) {
    this.#clientPort = clientPort;
  }

  /** @param host loopback */
  async listen(host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, host, resolve);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Where a request at the server's port was made. Looks at what the client sent, before anything is taken out. */
  placeOf(request: IncomingMessage): Place {
    const trace = proxyTrace(Object.keys(request.headers), request.httpVersion);
    if (trace !== undefined) return throughProxy(trace);
    return this.#hasKey(request) ? { is: "here" } : { is: "unproven", door: this.#port };
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Other servers on this machine may have a door too. */
  get #cookie(): string {
    return `isogate-here-${this.#clientPort}`;
  }

  #hasKey({ headers }: IncomingMessage): boolean {
    const key = Buffer.from(this.#key);
    return (headers.cookie ?? "")
      .split(/;\s*/)
      .filter((pair) => pair.startsWith(`${this.#cookie}=`))
      .map((pair) => Buffer.from(pair.slice(this.#cookie.length + 1)))
      .some((given) => given.length === key.length && timingSafeEqual(given, key));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("Cache-Control", "no-store");
    const at = URL.parse(`http://${request.headers.host}`);
    const trace = proxyTrace(Object.keys(request.headers), request.httpVersion);
    // A name of its own only: a page elsewhere could have its name resolved to this machine (DNS rebinding).
    const isOwn = at !== null && isLoopbackHost(at.hostname) && Number(at.port) === this.#port;
    const to = new URLSearchParams(request.url?.split("?")[1]).get("to") ?? "/";
    if (!isOwn || trace !== undefined || request.method !== "GET" || !to.startsWith("/"))
      return void response.writeHead(403).end("This address serves browsers on this machine only.\n");
    response.writeHead(302, {
      Location: new URL(`http://${at.hostname}:${this.#clientPort}${to}`).href,
      "Set-Cookie": `${this.#cookie}=${this.#key}; Path=/; HttpOnly; SameSite=Lax`,
      "Referrer-Policy": "no-referrer",
    });
    response.end();
  }
}
