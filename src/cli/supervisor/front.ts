/**
 * What listens on the port that clients use, in front of the server: it stays when the server goes. Requests that come
 * while the server is away wait; every one is answered, by the server or by the supervisor.
 */
import { createServer, type Server } from "node:http";
import type { TraceLine } from "../../gateway/run/trace.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";

/** A run may go on for this long after its client has hung up; until then it may be the cause of something. */
const forgetAfterMs = 60_000;

export class Front {
  readonly #server: Server;
  readonly #exchanges = new Map<string, Exchange>();
  #open: Promise<void> = Promise.resolve();
  #release = () => {};
  #turns = 0;

  constructor(options: ExchangeOptions) {
    this.#server = createServer((request, response) => {
      Exchange.take(request, response, options).then(
        (exchange) => this.#admit(exchange, response.once.bind(response)),
        () => response.destroy(),
      );
    });
  }

  /** @throws the error of `listen` */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** From now on requests wait. */
  hold(): void {
    this.#open = new Promise((resolve) => (this.#release = resolve));
  }

  /** Those that waited are handed to the server. */
  release(): void {
    this.#release();
  }

  /** Everything that the server may be at work for, whether or not its client still waits. */
  get underWay(): Exchange[] {
    return [...this.#exchanges.values()].filter(({ attempts }) => attempts > 0);
  }

  /** Takes a line of the server's trace. */
  note(line: TraceLine): void {
    this.#exchanges.get(line.call)?.note(line, ++this.#turns);
  }

  /** Hands it to the server as soon as there is one. */
  async dispatch(exchange: Exchange): Promise<void> {
    await this.#open;
    if (!exchange.ended) await exchange.send();
  }

  forget(exchange: Exchange): void {
    this.#exchanges.delete(exchange.call);
  }

  #admit(exchange: Exchange, once: (event: "close", listener: () => void) => unknown): void {
    this.#exchanges.set(exchange.call, exchange);
    once("close", () => {
      if (exchange.answered || !exchange.run) this.forget(exchange);
      else setTimeout(() => this.forget(exchange), forgetAfterMs).unref();
    });
    void this.dispatch(exchange);
  }
}
