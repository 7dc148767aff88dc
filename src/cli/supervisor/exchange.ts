/**
 * One request on its way through the front: taken from the client, handed to the server, answered once. It can be taken
 * back from the server at any time, to be sent again or to be answered here.
 */
import { randomBytes } from "node:crypto";
import { Agent, request as send } from "node:http";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { placeHeader, writePlace, type Place } from "../../auth/this-machine.ts";
import { callHeader, type TraceLine } from "../../gateway/run/trace.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { messageOf } from "../../terms/log.ts";
import type { Answer, LostRun } from "./lost.ts";
import { type McpCall, readMcpCall } from "./mcp-call.ts";

/** Bodies up to this size are kept, so that they can be sent again: the longest code that is accepted, escaped. */
const maxKeptBytes = 1024 * 1024;

/** Headers of one connection (RFC 9110, 7.6.1), which are not passed on. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  callHeader,
  placeHeader,
]);

/**
 * The local runtime takes its orders by such headers: which URL a request is for, which Worker answers it, what the
 * network says of it.
 */
const isOfRuntime = (name: string) => /^(?:x-)?(?:mf|miniflare)-/.test(name);

/** The server closes an idle connection after 5 s; give ours up before that. */
const agent = new Agent({ keepAlive: true, timeout: 2_000, maxSockets: Infinity });

export interface ExchangeOptions {
  /** Port of the server on loopback. */
  port: number;
  /** Asked when the server's answer looks as if it had ended: whether this request was lost with it. */
  wasLost(): Promise<boolean>;
  /** The client's address, if it is not that of the connection. */
  addressOf?(request: IncomingMessage): string;
}

export class Exchange {
  /** The server's trace names this request by it. */
  readonly call = randomBytes(16).toString("hex");
  readonly mcp: McpCall | undefined;
  /** The run that it has become, with its requests as the trace reports them; unset until code has run. */
  run: LostRun | undefined;
  /** When code of the run last got control, as a place in the order of all such events. */
  turn = 0;
  /** How often it was sent to the server. */
  attempts = 0;

  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #body: Buffer | undefined;
  readonly #options: ExchangeOptions;
  readonly #place: Place | undefined;
  #upstream: ClientRequest | undefined;

  /**
   * @param body as `readBody` gives it
   * @param place what the Worker is told of where the request was made
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | undefined,
    options: ExchangeOptions,
    place?: Place,
  ) {
    this.#request = request;
    this.#response = response;
    this.#body = body;
    this.#options = options;
    this.#place = place;
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

  /** Nothing has begun that could change anything, and the client has seen nothing yet. */
  get mayBeSentAgain(): boolean {
    if (this.#response.headersSent || this.#body === undefined) return false;
    const { method } = this.#request;
    return this.mcp ? this.run === undefined : method === "GET" || method === "HEAD";
  }

  /** Sends it to the server. Resolves when the answer is through, or when the request was taken back. */
  async send(): Promise<void> {
    this.attempts += 1;
    const { wasLost } = this.#options;
    let outgoing: ClientRequest;
    try {
      outgoing = this.#open();
    } catch (error) {
      return this.answer(plainAnswer(400, `The request cannot be passed on: ${messageOf(error)}.`));
    }
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
      this.answer(plainAnswer(502, `The server did not answer: ${messageOf(error)}. Try it again.`));
    }
  }

  /** @throws Error for a request that the parser let in, and Node does not send: with two Host headers, for example */
  #open(): ClientRequest {
    return send({
      host: "127.0.0.1",
      port: this.#options.port,
      agent,
      method: this.#request.method,
      path: this.#request.url,
      headers: {
        ...passedOn(this.#request, isOfRuntime),
        ...(this.#body?.length && { "content-length": this.#body.length }),
        // The server sees a connection from this machine; only we know who is calling.
        "cf-connecting-ip":
          this.#options.addressOf?.(this.#request) ?? this.#request.socket.remoteAddress ?? "",
        [callHeader]: this.call,
        ...(this.#place && { [placeHeader]: writePlace(this.#place) }),
      },
      setHost: false,
    });
  }

  /** From now on the server's answer to it is ignored. */
  takeBack(): void {
    const outgoing = this.#upstream;
    this.#upstream = undefined;
    outgoing?.destroy();
  }

  /** Its end is worth waiting for: it is no stream on which the server may speak some day. */
  get ends(): boolean {
    return !this.streaming || this.mcp?.method === "tools/call";
  }

  /** The answer has begun as a stream of events, so it can get a last one. */
  get streaming(): boolean {
    return (
      this.#response.headersSent &&
      String(this.#response.getHeader("content-type") ?? "").startsWith("text/event-stream")
    );
  }

  /** Answers from here. An answer that has begun can end only as a stream of events; otherwise the connection is cut. */
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

  #relay(incoming: IncomingMessage): Promise<void> {
    this.#response.setHeaders(new Map(Object.entries(passedOn(incoming))));
    this.#response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage);
    // The client must see each event at once, the first too.
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

function plainAnswer(status: number, text: string): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${text}\n` };
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

/** All headers but those of one connection; a name that came several times keeps all of its values. */
function passedOn(
  message: IncomingMessage,
  isRemoved = (_name: string) => false,
): Record<string, string | string[]> {
  const named = (message.headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const headers: Record<string, string | string[]> = {};
  for (const [name, values = []] of Object.entries(message.headersDistinct))
    if (!hopByHop.has(name) && !named.includes(name) && !isRemoved(name))
      headers[name] = values.length === 1 ? values[0]! : values;
  return headers;
}

/** @returns undefined for a body that is too long to keep: it is still unread */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
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
