/**
 * The host's writer of requests: what an isolate hands over of a call becomes its request here, where the document is open
 * and the code is warm. It sends nothing and holds no secret. Whatever the isolate makes of the request, the gateway reads
 * and decides on what it is sent.
 */
import type { OutboundRequest } from "../gateway/read/incoming.ts";
import { Semaphore } from "../gateway/run/waiting.ts";
import { apiHeader, askedHeader } from "../request/refusal.ts";
import type { OpenedCatalog } from "../spec/catalog.ts";
import { signatureIn } from "../spec/read/signature.ts";
import { readBounded } from "../terms/bounded-body.ts";
import { bodyKindOf } from "../terms/body-kind.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { budgetsOf, type BudgetOverrides } from "../terms/budgets.ts";
import type { ClientConfig } from "../terms/client-config.ts";
import type { Failure } from "../terms/failure.ts";
import { onceFor } from "../terms/once.ts";
import { inTurns, longChars, othersTurn } from "../terms/in-turns.ts";
import { holdsMore } from "../terms/json-size.ts";
import { calledBy } from "./guest/api.ts";
import { maxHeaderChars, maxJsonValues, tooMuchIn } from "./guest/client/call-size.ts";
import type { Asked, Called } from "./guest/client/writer.ts";
import { writerOf } from "./guest/client/writing.ts";
import { runLimits } from "./limits.ts";
import { unpacking } from "./unpacking.ts";

/** Calls of a run that are written at the same time. */
const atOnce = 16;
/** Long calls, whose every step takes others' time. */
const onlyOne = new Semaphore(1);
const noTurn = async () => {};

/** An API as far as its requests go. */
export interface CalledApi {
  name: string;
  /** See `clientConfigOf`. */
  client: ClientConfig;
  /** Those that its file sets. */
  budgets?: BudgetOverrides | undefined;
  open(): Promise<OpenedCatalog>;
}

/** The request that a call becomes, and what the isolate hears of the call once it is answered; or why nothing is sent. */
export type HostWritten =
  | { request: OutboundRequest; called(response: Response): Called; failure?: undefined }
  | { failure: Failure };

type Writer = ReturnType<typeof writerOf>;

/** What is made of one document is kept with it: for each configuration, of which users with accounts have their own. */
const maxConfigs = 50;
const writersOf = onceFor((_catalog: OpenedCatalog) => new BoundedMap<string, Writer>(maxConfigs));

/**
 * For one run.
 * @param maxCalls more it does not make
 */
export function hostWriting(apis: readonly CalledApi[], maxCalls: number) {
  const writers = new Map<string, Writer>();
  const { bytesUp } = apis
    .map(({ budgets }) => budgetsOf(budgets))
    .reduce((one, other) => (one.bytesUp < other.bytesUp ? other : one), budgetsOf(undefined));
  /** Of all calls together, in characters and bytes: more than the run may send. */
  const maxCarried = 4 * bytesUp;
  const places = new Semaphore(atOnce);
  let calls = 0;
  let carried = 0;

  return {
    /**
     * @param given hands over a call
     * @param hasSent whether the run has sent anything yet
     * @throws Error for what no client of ours hands over
     */
    async write(given: HandedOver, hasSent: boolean): Promise<HostWritten> {
      if (++calls > maxCalls) return { failure: limitReached("requests", maxCalls, "calls of the API") };
      const name = given.headers.get(apiHeader) ?? "";
      let writer = writers.get(name);
      if (!writer) writers.set(name, (writer = await opened(name)));
      const handed = await handedIn(given, maxCarried - carried);
      if (!handed) return { failure: limitReached("bytesUp", bytesUp, "bytes sent") };
      const size = handed.bytes.reduce((sum, { byteLength }) => sum + byteLength, handed.text.length);
      carried += size;
      if (carried > maxCarried) return { failure: limitReached("bytesUp", bytesUp, "bytes sent") };
      const isLong = size > longChars;
      const write = async () => {
        const turn = isLong ? othersTurn : noTurn;
        const text = await textOf(handed);
        await turn();
        const { value, whole } = await inTurns(unpacking({ text, bytes: handed.bytes }));
        await turn();
        const written = await writer.write({ ...askedIn(value), hasSent, turn });
        // What helps is looked for in the whole document: however many calls fail at once, others come in between.
        await (written.failure ? othersTurn() : turn());
        return written.failure
          ? written
          : { ...written, body: await bodyOf(written.init.body, whole, given.body) };
      };
      // One long call of all runs at a time.
      const made = await (isLong ? onlyOne : places).within(write);
      if (made.failure) return made;
      const { url, init, operation, body } = made;
      const { id, access, path } = operation;
      const method = init.method as string;
      const collectionOf = () => writer.collectionOf(path);
      return {
        request: { url: plain(url), method, headers: new Map(init.headers as Headers), body },
        called({ status, headers }) {
          const kind = bodyKindOf(headers.get("content-type") ?? "");
          if (status < 400) return { id, access, body: kind };
          const [address = url] = url.split("?", 1);
          return { id, access, body: kind, more: { method, path, address, collection: collectionOf() } };
        },
      };
    },
  };

  async function opened(name: string): Promise<Writer> {
    const api = apis.find((one) => one.name === name);
    if (!api) throw new TypeError("There is no such API.");
    const { client: config } = api;
    const catalog = await api.open();
    const client = calledBy(api, apis);
    const { signed } = config;
    return writersOf(catalog).take(JSON.stringify([client, config]), () =>
      writerOf(catalog, config, {
        signature: (operation, members) => signatureIn(operation, catalog, { signed, client }, members),
      }),
    );
  }
}

/** Requests that may leave the isolate of a run: of each API as many as its budget has, besides the others. */
export function subRequestsOf(
  tool: "search" | "execute",
  apis: readonly { budgets?: BudgetOverrides | undefined }[],
): number {
  const { subRequests } = runLimits[tool];
  if (tool === "search") return subRequests;
  const all = apis.length > 0 ? apis : [{ budgets: {} }];
  return all.reduce((sum, { budgets }) => sum + budgetsOf(budgets).requests, subRequests);
}

/** A request that hands over a call. */
export type HandedOver = Pick<Request, "headers" | "body">;

const limitReached = (limit: "requests" | "bytesUp", value: number, unit: string): Failure => ({
  kind: "limit-reached",
  limit,
  value,
  unit,
});

/** As a runtime writes an address on its way to the gateway. */
function plain(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return url;
  parsed.hash = "";
  return parsed.href;
}

/** A call before it is read. */
interface Handed {
  /** Its JSON, or the UTF-8 of it. */
  text: string | Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer[];
}

/**
 * @param most bytes that are read
 * @returns undefined if there are more
 */
async function handedIn(given: HandedOver, most: number): Promise<Handed | undefined> {
  const head = given.headers.get(askedHeader) ?? "";
  if (head.startsWith("{")) {
    // Each character may be written as six.
    if (head.length > 6 * maxHeaderChars) throw noCall();
    return { text: head, bytes: [] };
  }
  const all = await readBounded(given, most);
  if (!all) return undefined;
  let at = 0;
  const parts = head.split(",").map((length) => {
    if (!/^\d{1,10}$/.test(length)) throw noCall();
    return all.subarray(at, (at += Number(length)));
  });
  const [text, ...bytes] = parts;
  if (at !== all.byteLength || !text) throw noCall();
  return { text, bytes: bytes.map((one) => one.slice().buffer) };
}

/** @throws Error for more than any client of ours hands over */
async function textOf({ text }: Handed): Promise<string> {
  if (typeof text === "string") return text;
  if (await inTurns(holdsMore(text, maxJsonValues))) throw noCall();
  // Faster than a TextDecoder for what is not ASCII, and in a tenth of the memory.
  return Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString();
}

const noCall = () => new TypeError("This is no call.");

/** What is wrong with the arguments is told by the writer; the rest is the client's own, or forged. */
function askedIn(value: unknown): Omit<Asked, "hasSent" | "turn"> {
  const { method, target, args, account, problem, passes } = value as Asked;
  for (const text of [method, account, problem])
    if (text !== undefined && typeof text !== "string") throw noCall();
  const wrong = problem ?? tooMuchIn(target, args);
  return {
    method,
    target,
    args: wrong === undefined ? args : undefined,
    account,
    ...(wrong !== undefined && { problem: wrong }),
    passes: passes === true,
  };
}

/**
 * @param whole what stands in the arguments for the body that was left where it is
 * @param left that body
 */
async function bodyOf(
  body: RequestInit["body"],
  whole: unknown,
  left: HandedOver["body"],
): Promise<OutboundRequest["body"]> {
  if (body === undefined || body === null) return null;
  if (body === whole) return left;
  if (typeof body === "string") return new TextEncoder().encode(body);
  return new Uint8Array(await new Response(body).arrayBuffer());
}
