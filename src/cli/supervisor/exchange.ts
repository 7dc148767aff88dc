/**
 * One request on its way through the front: taken from the client, handed to the server, answered once. It can be taken
 * back from the server at any time, to be sent again or to be answered here.
 */
import { randomBytes } from "node:crypto";
import {
  Agent,
  request as send,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { callHeader, type TraceLine } from "../../gateway/run/trace.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { messageOf } from "../../terms/log.ts";
import type { Answer, LostRun } from "./lost.ts";
import { type McpCall, readMcpCall } from "./mcp-call.ts";

/** Bodies up to this size are kept, so that they can be sent again: the longest code that is accepted, escaped. */
const maxKeptBytes = 1024 * 1024;

/** Of one connection (RFC 9110, 7.6.1): not handed on. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  callHeader,
]);

/** The server closes a connection that nobody uses after 5 s; ours have to be given up before. */
const agent = new Agent({ keepAlive: true, timeout: 2_000, maxSockets: Infinity });

export interface ExchangeOptions {
  /** Port of the server on loopback. */
  port: number;
  /** Asked when the server's answer looks as if it had ended: whether this request was lost with it. */
  wasLost(): Promise<boolean>;
}

export class Exchange {
  /** By which the server names this request in its trace. */
  readonly call = randomBytes(16).toString("hex");
  readonly mcp: McpCall | undefined;
  /** The run that it has become, with what its trace says of its requests; unset as long as no code has run. */
  run: LostRun | undefined;
  /** When code of the run was last given control, as a place in the order of all such events. */
  turn = 0;
  /** How often it was handed to the server. */
  attempts = 0;

  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #body: Buffer | undefined;
  readonly #options: ExchangeOptions;
  #upstream: ClientRequest | undefined;

  /** Reads the body, if it is not too long to be kept. */
  static async take(
    request: IncomingMessage,
    response: ServerResponse,
    options: ExchangeOptions,
  ): Promise<Exchange> {
    return new Exchange(request, response, await readBody(request), options);
  }

  private constructor(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | undefined,
    options: ExchangeOptions,
  ) {
    this.#request = request;
    this.#response = response;
    this.#body = body;
    this.#options = options;
    this.mcp = readMcpCall(request.method ?? "", request.url ?? "", body);
    // A client that hangs up takes its request back, as it would without us between.
    response.once("close", () => this.takeBack());
  }

  /** The client has all of its answer. */
  get answered(): boolean {
    return this.#response.writableEnded;
  }

  get ended(): boolean {
    return this.answered || this.#response.destroyed;
  }

  /** Nothing that could change anything was begun, and the client has seen nothing yet. */
  get mayBeSentAgain(): boolean {
    if (this.#response.headersSent || this.#body === undefined) return false;
    const { method } = this.#request;
    return this.mcp ? this.run === undefined : method === "GET" || method === "HEAD";
  }

  /** Hands it to the server. Resolves when the answer is through, or when it was taken back. */
  async send(): Promise<void> {
    this.attempts += 1;
    const { port, wasLost } = this.#options;
    const outgoing = send({
      host: "127.0.0.1",
      port,
      agent,
      method: this.#request.method,
      path: this.#request.url,
      headers: this.#headers(),
      setHost: false,
    });
    this.#upstream = outgoing;
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.on("error", reject);
    });
    if (this.#body) outgoing.end(this.#body);
    else this.#request.pipe(outgoing);
    try {
      const incoming = await answered;
      if (incoming.statusCode! >= 500 && (await wasLost())) return;
      if (this.#upstream === outgoing) await this.#relay(incoming);
    } catch (error) {
      if (this.#upstream !== outgoing || (await wasLost()) || this.#upstream !== outgoing) return;
      this.answer({
        status: 502,
        headers: { "content-type": "text/plain; charset=utf-8" },
        body: `The server did not answer: ${messageOf(error)}. Try it again.\n`,
      });
    }
  }

  /** Nothing that the server still says to it counts. */
  takeBack(): void {
    const outgoing = this.#upstream;
    this.#upstream = undefined;
    outgoing?.destroy();
  }

  /** Whether the answer has begun as a stream of events, which can be given a last one. */
  get streaming(): boolean {
    return (
      this.#response.headersSent &&
      String(this.#response.getHeader("content-type") ?? "").startsWith("text/event-stream")
    );
  }

  /** Answers from here. An answer that has begun goes on only as a stream of events; else the connection is cut. */
  answer({ status, headers, body }: Answer): void {
    this.takeBack();
    if (this.ended) return;
    if (!this.#response.headersSent) this.#response.writeHead(status, headers).end(body);
    else if (this.streaming) this.#response.end(body);
    else this.#response.destroy();
  }

  /** Notes a line of the server's trace about this request. */
  note({ runId, event, request }: TraceLine, turn: number): void {
    this.run ??= { runId, requests: [] };
    if (event !== "sent") this.turn = turn;
    if (!request) return;
    const { requests } = this.run;
    if (event === "sent") requests.push(recordOf(request));
    const open = requests.find(
      (record) => record.status === undefined && record.operation === request.operation,
    );
    if (event !== "answered" || !open) return;
    open.outcome = "answered";
    open.durationMs = Date.now() - (open.startedAtMs ?? Date.now());
    if (request.status !== undefined) open.status = request.status;
  }

  #headers(): Record<string, string | string[]> {
    const { rawHeaders, socket } = this.#request;
    const headers: Record<string, string | string[]> = {};
    const named = String(this.#request.headers.connection ?? "").toLowerCase();
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index]!.toLowerCase();
      if (hopByHop.has(name) || named.split(/\s*,\s*/).includes(name)) continue;
      const value = rawHeaders[index + 1]!;
      const before = headers[name];
      headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
    }
    if (this.#body && this.#body.length > 0) headers["content-length"] = String(this.#body.length);
    // The server sees a connection from this machine: who is calling is known here.
    headers["cf-connecting-ip"] = socket.remoteAddress ?? "";
    headers[callHeader] = this.call;
    return headers;
  }

  #relay(incoming: IncomingMessage): Promise<void> {
    const headers: string[] = [];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
      const name = incoming.rawHeaders[index]!;
      if (!hopByHop.has(name.toLowerCase())) headers.push(name, incoming.rawHeaders[index + 1]!);
    }
    for (let index = 0; index < headers.length; index += 2)
      this.#response.appendHeader(headers[index]!, headers[index + 1]!);
    this.#response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage);
    // Events are to be seen at once, the first of them too.
    this.#response.flushHeaders();
    incoming.pipe(this.#response, { end: false });
    return new Promise((resolve, reject) => {
      incoming.once("end", () => {
        this.#upstream = undefined;
        this.#response.end();
        resolve();
      });
      incoming.once("error", reject);
    });
  }
}

function recordOf({ api, method, operation }: NonNullable<TraceLine["request"]>): RequestRecord {
  return {
    api,
    method,
    url: "",
    ...(operation !== undefined && { operation }),
    outcome: "unknown",
    startedAtMs: Date.now(),
    durationMs: 0,
    bytesUp: 0,
    bytesDown: 0,
  };
}

/** @returns undefined for a body that is too long to be kept: it is still to be read */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxKeptBytes) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxKeptBytes) return;
      stop();
      request.pause();
      request.unshift(Buffer.concat(chunks));
      resolve(undefined);
    };
    const onEnd = () => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const onGone = () => {
      stop();
      reject(new Error("The client went away before its request was complete."));
    };
    const stop = () => {
      request.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
    };
    request.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
  });
}
