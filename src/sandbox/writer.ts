/**
 * The host's writer of requests: what an isolate hands over of a call becomes its request here, where the document is open
 * and the code is warm. It sends nothing and holds no secret. Whatever the isolate makes of the request, the gateway reads
 * and decides on what it is sent.
 */
import type { OpenedCatalog } from "../spec/catalog.ts";
import { signatureIn } from "../spec/read/signature.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { budgets, budgetsOf, type BudgetOverrides } from "../terms/budgets.ts";
import type { ClientConfig } from "../terms/client-config.ts";
import { onceFor } from "../terms/once.ts";
import { inTurns, othersTurn } from "../terms/in-turns.ts";
import { calledBy } from "./guest/api.ts";
import type { Packed } from "./guest/client/packed.ts";
import type { Asked } from "./guest/client/writer.ts";
import { writerOf } from "./guest/client/writing.ts";
import type { HostWriting, HostWritten } from "./guest/contract.ts";
import { unpacking } from "./unpacking.ts";

/** Characters of a call after which others get their turn. */
const longChars = 256 * 1024;

/** Of all calls of a run together, in characters and bytes: more than it may send. */
const maxCarried = 4 * budgets.bytesUp.value;

/** An API as far as its requests go. */
export interface CalledApi {
  name: string;
  /** See `clientConfigOf`. */
  client?: ClientConfig | undefined;
  /** Those that its file sets. */
  budgets?: BudgetOverrides | undefined;
  /** Opens its document on the host's side. Without it, the isolate makes the requests. */
  open?: (() => Promise<OpenedCatalog>) | undefined;
}

type WritableApi = CalledApi & { open: () => Promise<OpenedCatalog> };

/** Whether the host can make every request of a run: it has the documents, and what one of them may send fits. */
export function writesAtHost(apis: readonly CalledApi[]): apis is WritableApi[] {
  return apis.every(
    ({ open, budgets: own }) => open !== undefined && budgetsOf(own).bytesUp <= budgets.bytesUp.value,
  );
}

/** What is made of one document is kept with it: for each configuration, of which users with accounts have their own. */
const maxConfigs = 50;
const writersOf = onceFor(
  (_catalog: OpenedCatalog) => new BoundedMap<string, ReturnType<typeof writerOf>>(maxConfigs),
);

/**
 * @param maxCalls more the run does not make
 * @param insisted asked before a call is refused for what may be a fault of the document
 * @returns functions for the isolate: whatever it hands to them is text and bytes, or is refused
 */
export function hostWriting(
  apis: readonly WritableApi[],
  maxCalls: number,
  insisted: (() => Promise<boolean>) | undefined,
): HostWriting {
  let calls = 0;
  let carried = 0;
  let last: Promise<unknown> = Promise.resolve();
  const writerFor = async (name: unknown) => {
    const api = apis.find((one) => one.name === name);
    if (!api) throw new TypeError("There is no such API.");
    const config: ClientConfig = { api: api.name, signed: [], ...api.client };
    const catalog = await api.open();
    const client = calledBy(api, apis);
    const { signed } = config;
    return writersOf(catalog).take(JSON.stringify([client, config]), () =>
      writerOf(catalog, config, {
        signature: (operation, members) => signatureIn(operation, catalog, { signed, client }, members),
      }),
    );
  };
  return {
    async write(api, given) {
      if (++calls > maxCalls) return tooMany(maxCalls);
      const packed = textAndBytes(given);
      carried += packed.bytes.reduce((sum, bytes) => sum + bytes.byteLength, packed.text.length);
      if (carried > maxCarried) return tooMuch;
      const written = inOrder(api, packed, last);
      last = written;
      return written;
    },
    collectionOf: async (api, path) => (await writerFor(api)).collectionOf(String(path)),
  };

  /** One after the other: hundreds that come at once must not keep everybody else waiting. */
  async function inOrder(api: string, packed: Packed, before: Promise<unknown>): Promise<HostWritten> {
    await before.catch(() => undefined);
    if (packed.text.length > longChars) await othersTurn();
    const writer = await writerFor(api);
    const { value, whole } = await inTurns(unpacking(packed));
    const written = await handed(await writer.write(askedIn(value), insisted), whole);
    // What helps was looked for in the whole document.
    if (written.failure) await othersTurn();
    return written;
  }
}

const tooMany = (value: number): HostWritten => ({
  failure: { kind: "limit-reached", limit: "requests", value, unit: "calls of the API" },
});

const tooMuch: HostWritten = {
  failure: { kind: "limit-reached", limit: "bytesUp", value: budgets.bytesUp.value, unit: "bytes sent" },
};

/** An isolate may hand over functions and objects that answer from it: none of them is looked at. */
function textAndBytes(given: Packed): Packed {
  const { text, bytes } = given;
  if (typeof text === "string" && Array.isArray(bytes) && bytes.every((one) => one instanceof ArrayBuffer))
    return { text, bytes };
  throw new TypeError("This is no call.");
}

/** What is wrong with the arguments is told by the writer; the rest is the client's own, or forged. */
function askedIn(value: unknown): Asked {
  const { method, account, problem, ...asked } = value as Asked;
  for (const text of [method, account, problem])
    if (text !== undefined && typeof text !== "string") throw new TypeError("This is no call.");
  return { ...asked, method, account, ...(problem !== undefined && { problem }) };
}

async function handed(
  written: Awaited<ReturnType<ReturnType<typeof writerOf>["write"]>>,
  whole: unknown,
): Promise<HostWritten> {
  if (written.failure) return written;
  const { url, init, operation } = written;
  const { method, headers, body } = init;
  const request = { url, method: method as string, headers: [...new Headers(headers)], operation };
  if (body === undefined || body === null) return request;
  if (body === whole) return { ...request, body: "whole" };
  const isText = typeof body === "string";
  return {
    ...request,
    body: { body: isText ? body : new Uint8Array(await new Response(body).arrayBuffer()) },
  };
}
