/**
 * The typed client of one API, as the model's code sees it: `api.get(path, args)` and friends, `api.call(id, args)`.
 * It has each call judged and written as a request (writer.ts), sends that, and turns the answer into data or into an
 * error that can be caught and says what to do. It decides nothing: the gateway does.
 */
import type { ClientConfig } from "../../../terms/client-config.ts";
import { nameless } from "../../../request/account-labels.ts";
import { unknownAccount } from "../../../request/accounts.ts";
import { tooMuchIn } from "./call-size.ts";
import { maxJsonValues, readData, type Answer, type Data } from "./answer.ts";
import { messageOf } from "../message-of.ts";
import { shipped } from "../shipped.ts";
import { counted } from "../unawaited.ts";
import type { CallArguments } from "./arguments.ts";
import { tellOfCut } from "./cut-lists.ts";
import { ApiError, type CallFailure } from "./errors.ts";
import { endRun, guardedFetch, hasSent } from "./guarded-fetch.ts";
import { brokenOff } from "../../../terms/failure.ts";
import { hintFor, telling } from "../../../request/hints.ts";
import { calledHeader } from "../../../request/refusal.ts";
import { remember } from "./last-answers.ts";
import type * as pagesPart from "./pages.ts";
import type { Pages, PagesArguments } from "./pages.ts";
import type { Fetched } from "./paging/walk.ts";
import type { Asked, Called, CalledMore, Operation, Writer, Written } from "./writer.ts";
import type { LocalWriter } from "./writing.ts";

export { Bytes } from "./answer.ts";
export type { CallArguments } from "./arguments.ts";
export { ApiError } from "./errors.ts";
export { hostWriter } from "./host-writer.ts";
export { limitMet, plainFetch, whenEnded } from "./guarded-fetch.ts";
export { cutLists } from "./cut-lists.ts";
export { answersWithout, lastAnswers } from "./last-answers.ts";

export type Call = (path: string, args?: CallArguments) => Promise<Answer>;

export interface Client extends Record<(typeof methods)[number], Call> {
  call(operationId: string, args?: CallArguments): Promise<Answer>;
  /** The pages of a list, by its path (or operation id). */
  pages(path: string, args?: PagesArguments): Pages;
  /** The same client with another of the user's accounts; by default the first is used. */
  as(label: string): Client;
}

/** Of the body that an error quotes, in characters; all of it is in `data`. */
const maxErrorChars = 2_000;

const methods = ["get", "put", "post", "delete", "patch", "head", "options"] as const;

interface ClientOptions extends Pick<ClientConfig, "accounts"> {
  /** Name of the API in the deployment. */
  api: string;
  /** The isolate's own: all it can reach is the gateway. */
  fetch: typeof fetch;
  /** Undefined for a program that was not seen to use it. */
  pages?: typeof pagesPart | undefined;
  /** What the code calls this client by, where its messages show a call. */
  called: string;
  /** Asked before a call is refused for what may be a fault of the document. */
  insisted?: (() => Promise<boolean>) | undefined;
}

/** @param writer makes a request of each call; the pages of a list need one in the isolate */
export function createClient(writer: Writer | LocalWriter, options: ClientOptions): Client {
  const { api, accounts: labels = [], fetch: own, pages, called, insisted } = options;
  const guarded = guardedFetch(own);
  const missing = new Set<string>();
  let hasFound = false;
  return clientFor(undefined);

  function known(label: string): string {
    if (label !== nameless && labels.includes(label)) return label;
    throw new ApiError(unknownAccount(api, label, labels));
  }

  /** @returns the address of a request that found nothing, while none has found anything: see `Answered.lostAt` */
  function searching(status: number, more: CalledMore | undefined): string | undefined {
    if (status !== 404) hasFound = true;
    else if (more) missing.add(more.address);
    return more && !hasFound && (missing.size > 1 || !more.path.includes("{")) ? more.address : undefined;
  }

  /** What the host tells of a call, of one that was written here. */
  function calledHere(
    { status, headers }: Response,
    url: string,
    init: RequestInit,
    operation: Operation,
  ): Called {
    const local = writer as LocalWriter;
    const body = local.bodyKindOf(headers.get("content-type") ?? "");
    if (status < 400) return { ...operation, body };
    const [address = url] = url.split("?", 1);
    const { path } = operation;
    const collection = local.collectionOf(path);
    return { ...operation, body, more: { method: init.method as string, path, address, collection } };
  }

  /** @param account the one to sign with; undefined for the first */
  function clientFor(account: string | undefined): Client {
    /** @param reads whether the call only reads, as far as that is known before the answer */
    async function send({ url, init, operation }: Sendable, reads: boolean): Promise<Fetched> {
      const response = await guarded(url, init).catch((error: unknown) => {
        if (error instanceof ApiError) throw error;
        throw new ApiError(lost(operation ?? { access: reads ? "read" : "write" }, messageOf(error)));
      });
      const { [calledHeader]: told, ...headers } = Object.fromEntries(response.headers);
      const { status } = response;
      const of = operation
        ? calledHere(response, url, init, operation)
        : (JSON.parse(told as string) as Called);
      const lostAt = searching(status, of.more);
      return { answer: await answerOf(response, headers, { of, lostAt, called }), url };
    }

    async function run(
      method: string | undefined,
      target: unknown,
      args: CallArguments | undefined,
    ): Promise<Fetched> {
      const asked = { method, target, args, account, hasSent: hasSent() };
      const problem = tooMuchIn(target, args);
      const judged = problem === undefined ? asked : { ...asked, args: undefined, problem };
      try {
        return await writeAndSend(judged);
      } catch (error) {
        if (!isPassable(error) || !(await insisted?.())) throw error;
        return writeAndSend({ ...judged, passes: true });
      }
    }

    async function writeAndSend(asked: Asked): Promise<Fetched> {
      const written = await writer.write(asked);
      const { failure } = written;
      if (failure?.kind === "limit-reached") return endRun(failure);
      if (failure) throw new ApiError(failure as CallFailure);
      return send(written, asked.method === "get" || asked.method === "head");
    }

    const call = async (method: string | undefined, target: unknown, args?: CallArguments) =>
      (await run(method, target, args)).answer;
    const byMethod = methods.map((method): [string, Call] => [
      method,
      (path, args) => toAwait(`${called}.${method}`, async () => call(method, path, args)),
    ]);
    return withAdvice(called, {
      ...(Object.fromEntries(byMethod) as Record<(typeof methods)[number], Call>),
      call: (id, args) => toAwait(`${called}.call`, async () => call(undefined, id, args)),
      pages: (path, args = {}) => {
        const { pagesOf } = shipped(pages);
        const { resolve, settled, following } = writer as LocalWriter;
        const isId = typeof path === "string" && !path.includes("/");
        const list = { method: isId ? undefined : "get", target: path };
        const source = {
          called,
          resolve: () => resolve(list),
          settled,
          first: async (given: CallArguments) => run(list.method, path, given),
          follow: async (url: string, given: CallArguments) => {
            const resolved = resolve(list);
            const { operation } = resolved;
            return send({ url, init: await following(resolved, given, account), operation }, true);
          },
          warn: tellOfCut,
        };
        return pagesOf(source, args);
      },
      as: (label) => clientFor(known(label)),
    });
  }
}

/** The client, which says of a name that it does not have how an operation is called. */
function withAdvice(called: string, client: Client): Client {
  return new Proxy(client, {
    get: (target, name) => {
      if (typeof name === "symbol" || name in target || name === "then" || name === "toJSON")
        return Reflect.get(target, name) as unknown;
      const all = Object.keys(target).join(", ");
      throw new ReferenceError(
        `${called}.${name} does not exist, there are only ${all}. Call an operation by its path or its id: ${called}.get("/path"), ${called}.call("id")`,
      );
    },
  });
}

/** The promise of an answer. It says so to code that takes it for the answer, which else would find `undefined`. */
function toAwait(method: string, answering: () => Promise<Answer>): Promise<Answer> {
  const promise = counted("call", answering);
  for (const name of ["status", "headers", "data"])
    Object.defineProperty(promise, name, {
      get() {
        throw new TypeError(
          `${method}(…) returns a promise: await it before reading .${name}, as in (await ${method}(…)).${name}`,
        );
      },
    });
  return promise;
}

type Sendable = Extract<Written, { url: string }>;

const isPassable = (error: unknown) =>
  error instanceof ApiError && error.failure.kind === "bad-arguments" && error.failure.passable === true;

interface Sent {
  of: Called;
  lostAt: string | undefined;
  called: string;
}

async function answerOf(
  response: Response,
  headers: Record<string, string>,
  { of: { id, access, body, more }, lostAt, called }: Sent,
): Promise<Answer> {
  const { status } = response;
  let read: Data;
  try {
    read = await readData(response, body);
  } catch {
    throw new ApiError(lost({ id, access }, brokenOff(status)));
  }
  const { data, complete, unparsed, unknownCharset } = read;
  if (unparsed) console.warn(unparsedWarning(id));
  if (unknownCharset !== undefined)
    console.warn(
      // Its name is not repeated: taken out of quotes and escapes, it might be what the gateway has hidden.
      `The answer of ${id} is text in a charset that nothing here reads (see its content-type): data is its bytes.`,
    );
  if (status < 400) {
    remember(id, data);
    return { status, headers, data, ...(complete ? {} : { complete: false as const }) };
  }
  const text = data === null ? "(an empty body)" : beginningOf(data, maxErrorChars);
  const { method = "", collection } = more ?? {};
  const told: Record<string, string> = {};
  for (const name of telling) if (headers[name] !== undefined) told[name] = headers[name];
  const answered = { status, headers: told, method, reads: access === "read", collection, lostAt, called };
  // The host makes the words for the reply itself, from what they are made of.
  const failure = {
    kind: "upstream-error",
    operation: id,
    status,
    body: text,
    hint: hintFor(answered),
    answered,
  } as const;
  throw new ApiError(failure, { status, headers, data });
}

/** A request without an answer: a write may have taken effect. */
function lost({ id, access }: Partial<Operation>, message: string) {
  const kind = access === "read" ? "upstream-unreachable" : "outcome-unknown";
  return { kind, ...(id !== undefined && { operation: id }), message } as const;
}

function unparsedWarning(operation: string): string {
  return `The answer of ${operation} is JSON of more than ${maxJsonValues.toLocaleString("en")} names and values and was not parsed: data is its text. Ask for fewer items.`;
}

/** The beginning of a text, or of the JSON text of data, however large and deep it is. */
function beginningOf(data: unknown, maxChars: number): string {
  if (typeof data === "string") return data.slice(0, maxChars);
  let text = "";
  const write = (value: unknown): void => {
    if (typeof value === "string") text += JSON.stringify(value.slice(0, maxChars));
    else if (Array.isArray(value)) writeAll("[", value.keys(), (index) => write(value[index]), "]");
    else if (
      typeof value !== "object" ||
      value === null ||
      value instanceof Date ||
      ArrayBuffer.isView(value)
    )
      text += JSON.stringify(value);
    else {
      const member = (name: string) => {
        write(name);
        text += ":";
        write((value as Record<string, unknown>)[name]);
      };
      writeAll("{", Object.keys(value), member, "}");
    }
  };
  function writeAll<Key>(open: string, keys: Iterable<Key>, put: (key: Key) => void, close: string): void {
    let before = open;
    for (const key of keys) {
      // Each level of nesting writes something, so this bounds the depth too.
      if (text.length >= maxChars) return;
      text += before;
      before = ",";
      put(key);
    }
    text += before === open ? open + close : close;
  }
  write(data);
  return text.slice(0, maxChars);
}
