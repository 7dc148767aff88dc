/**
 * Listens on the port that clients use, in front of the server, and stays when the server goes. Requests wait while the
 * server is away; each is answered, by the server or by the supervisor.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { TraceLine } from "../../gateway/run/trace.ts";
import type { Door } from "./door.ts";
import { Exchange, readBody, type ExchangeOptions } from "./exchange.ts";

/** A run may continue for this long after its client has hung up, and so be the cause of something. */
const forgetAfterMs = 60_000;

/** How long a client may take to read its last answer. */
const drainMs = 1_000;

/**
 * How long an idle connection of a client is kept. A client that sends on one just as we close it gets "connection reset", so
 * closing is left to the client: nginx keeps one for 60 s, Traefik 90 s, Caddy 2 min, Google's balancers 10 min.
 */
const keepIdleMs = 620_000;

/** How often a stop looks whether all is answered. */
const drainPollMs = 20;

/** What stands before the server for people elsewhere, who come through a proxy. */
export interface Edge {
  /** Sees every request. @returns whether it has answered it, or will */
  answers(request: IncomingMessage, response: ServerResponse): boolean;
  /** The client's address. */
  addressOf(request: IncomingMessage): string;
}

export class Front {
  readonly #server: Server;
  readonly #exchanges = new Map<string, Exchange>();
  #opened: Promise<void> = Promise.resolve();
  #release = () => {};
  #turns = 0;
  #isDraining = false;
  #isHeld = false;

  /** @param door tells where a request was made; without it the server must not ask */
  constructor(options: ExchangeOptions, { door, edge }: { door?: Door; edge?: Edge | undefined } = {}) {
    this.#server = createServer({ keepAliveTimeout: keepIdleMs }, (request, response) => {
      if (isForPlatform(request.url ?? "")) return void response.writeHead(404).end("Not found.\n");
      // The local runtime puts the host and the path together, and reads both from the result.
      if (!isHost(request.headers.host ?? "localhost"))
        return void response.writeHead(400).end("The Host header is not the name of a host.\n");
      if (!isTarget(request.url ?? ""))
        return void response.writeHead(400).end("The request names no path.\n");
      if (edge?.answers(request, response)) return;
      if (this.#isDraining)
        return void response
          .writeHead(503, { "retry-after": "5", connection: "close", "content-type": "text/plain" })
          .end("The server is being stopped. Try it again in a moment.\n");
      const place = door?.placeOf(request);
      readBody(request)
        .then((body) => this.#admit(new Exchange(request, response, body, options, place), response))
        .catch(() => response.destroy());
    });
  }

  /** @throws the error of `listen` */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
  }

  /** Takes no more requests, and waits until all are answered, or for so long. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const deadline = performance.now() + graceMs;
    while (this.open.some(({ ends }) => ends) && performance.now() < deadline) await sleep(drainPollMs);
  }

  /** Takes no more connections, and lets go of the others once what was answered is through. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const timer = setTimeout(() => this.#server.closeAllConnections(), drainMs);
    await closed;
    clearTimeout(timer);
  }

  /** From now on requests wait. */
  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#opened = new Promise((resolve) => (this.#release = resolve));
  }

  /** Sends the waiting requests to the server. */
  release(): void {
    this.#isHeld = false;
    this.#release();
  }

  /** Everything that the server may be working on, whether or not its client still waits. */
  get underWay(): Exchange[] {
    return [...this.#exchanges.values()].filter(({ attempts }) => attempts > 0);
  }

  /** Whether something is under way that will end: a stream on which nothing may ever come keeps nobody busy. */
  get isBusy(): boolean {
    return this.underWay.some(({ ends }) => ends);
  }

  /** Of all that is open, what the server has not got yet, because it is away. */
  get waiting(): Exchange[] {
    return this.open.filter(({ attempts }) => attempts === 0);
  }

  /** Everything that waits for an answer, whether or not the server has got it. */
  get open(): Exchange[] {
    return [...this.#exchanges.values()].filter(({ ended }) => !ended);
  }

  /** Takes a line of the server's trace. */
  note(line: TraceLine): void {
    this.#exchanges.get(line.call)?.note(line, ++this.#turns);
  }

  /** Sends it to the server as soon as there is one. */
  async dispatch(exchange: Exchange): Promise<void> {
    await this.#opened;
    if (!exchange.ended) await exchange.send();
  }

  forget(exchange: Exchange): void {
    this.#exchanges.delete(exchange.call);
  }

  #admit(exchange: Exchange, response: ServerResponse): void {
    this.#exchanges.set(exchange.call, exchange);
    response.once("close", () => {
      if (exchange.answered || !exchange.run) this.forget(exchange);
      else setTimeout(() => this.forget(exchange), forgetAfterMs).unref();
    });
    void this.dispatch(exchange);
  }
}

/** A name or an address, with or without a port (RFC 9110 section 7.2): nothing that ends it in a URL. */
const hostForm = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** What has the form and is no address all the same (`1.2.3.256`, port 99999), the runtime takes for a fault of its own. */
const isHost = (host: string) => hostForm.test(host) && URL.canParse(`http://${host}`);

/** A path or a whole URL. The other forms are for proxies, and `OPTIONS *` for a server as a whole (RFC 9112 section 3.2). */
const isTarget = (target: string) => target.startsWith("/") || URL.canParse(target);

/**
 * Whether it is for the platform that Workers run on, which answers below `/cdn-cgi/` itself: tools for local development run
 * the schedule there, for anybody who asks. Any segment of that name counts, however the path is written.
 */
function isForPlatform(target: string): boolean {
  const [path = ""] = target.split(/[?#]/);
  const plain = path.replaceAll(/%[0-9a-f]{2}/gi, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
  return plain.toLowerCase().split(/[/\\]/).includes("cdn-cgi");
}
