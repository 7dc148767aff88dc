/**
 * What code in a lasting run has instead of time, chance and an order of its own. It runs again from its beginning in each
 * slice, so everything that reaches it from outside reaches it in the same order: by the place that the ledger gave it,
 * one at a time. Between two of them the clock stands still. What is not answered in this slice never is, and when only
 * that is left, the slice ends: there is nothing that code could catch.
 */
import { later, momentHeader, stepHeader } from "../../request/refusal.ts";
import { lastingLimits } from "../../terms/lasting.ts";
import { once } from "../../terms/once.ts";
import type { GuestLasting } from "./contract.ts";
import { letGo } from "./guard.ts";
import * as own from "./primordials.ts";
import { random } from "./random.ts";

/** A binding of the isolate: the sleeps of its own run. */
export interface Sleeper {
  sleep(step: number, untilMs: number): Promise<{ seq: number; at: number } | "later" | { refused: string }>;
}

/** How long nothing has to happen before a slice counts as idle. */
const idleMs = 50;

/** The same, before what comes next in the order is passed over: code may be at work meanwhile, at a digest for example. */
const elsewhereMs = 1_000;

/**
 * After so many questions, or so long, others get their turn: the host answers from the journal, and sleeps that are over,
 * without waiting for anything outside. Each takes it some milliseconds.
 */
const askedOfTurn = 8;
const turnMs = 20;

/** Sleeps that are not over, at the same time. No run has more of both, and each is a row. */
const maxOpenSleeps = lastingLimits.maxEntries;

const tooManySleeps = `A run in the background has at most ${own.formatNumber(maxOpenSleeps, "en")} sleeps and timers at a time, and this would be one more. Await those that it has begun before it begins others.`;

export interface Lasting {
  fetch: typeof fetch;
  sleep(time: unknown): Promise<void>;
  until(time: unknown): Promise<void>;
  /** Called once, when the slice has nothing left to do. `cut`: it had. */
  onIdle(done: (cut: boolean) => void): void;
}

/** @param send the isolate's own `fetch` */
export function openLasting(run: GuestLasting, sleeper: Sleeper | undefined, send: typeof fetch): Lasting {
  const { startedAtMs, seed, endsAtMs, sliceMs, sleepsPass } = run;
  let clock = startedAtMs;
  let steps = 0;
  /** Asked and not yet answered; never answered in this slice. */
  let open = 0;
  let left = 0;
  let isCut = false;
  let delivered = 0;
  /** Answered, and not yet delivered. */
  let waiting = 0;
  let pumping = false;
  let openSleeps = 0;
  let tooMany: Error | undefined;
  let askedInTurn = 0;
  let turnBeganMs = own.now();
  /** The last of the turns of others that what is asked next waits for. */
  let turn: Promise<void> | undefined;
  const arrived = own.newMap<number, () => void>();
  let done: (cut: boolean) => void = () => {};
  own.setTimer(() => {
    isCut = true;
    idle();
  }, sliceMs);

  /** Lets the code have what is next, one thing at a time, so that it has done with one before the next. */
  function pump(): void {
    pumping = false;
    const next = own.mapGet(arrived, delivered + 1) as (() => void) | undefined;
    if (next) {
      delivered += 1;
      own.mapDelete(arrived, delivered);
      waiting -= 1;
      open -= 1;
      next();
      if (own.mapHas(arrived, delivered + 1)) {
        pumping = true;
        own.setTimer(pump, 0);
      }
    }
    if (!pumping) passOver();
    idle();
  }

  /**
   * What comes next in the order has not been asked for, and when all that was asked is answered it never will be: the code
   * has gone another way than before. It gets what it did ask for; that it writes nothing twice is the gateway's to see to.
   */
  function passOver(): void {
    const [asked, got] = [steps, delivered];
    if (waiting === 0 || waiting < open) return;
    own.setTimer(() => {
      if (pumping || waiting === 0 || waiting < open || asked !== steps || got !== delivered) return;
      while (!own.mapHas(arrived, delivered + 1)) delivered += 1;
      pump();
    }, elsewhereMs);
  }

  function idle(): void {
    const [asked, got] = [steps, delivered];
    if (open > 0 || left === 0) return;
    own.setTimer(() => {
      if (open === 0 && asked === steps && got === delivered) done(isCut);
    }, idleMs);
  }

  /** @returns a promise of what `ask` was answered, in its place of the order */
  async function inOrder<T>(ask: (step: number) => Promise<Answered<T>>): Promise<T> {
    if (isCut) return never();
    open += 1;
    const step = ++steps;
    await inTurn();
    const answered = isCut ? "later" : await ask(step).catch((): Answered<T> => "later");
    if (answered === "later") {
      open -= 1;
      return never();
    }
    const { seq, at, value } = answered;
    if (seq === undefined) {
      open -= 1;
      passOver();
      return value();
    }
    letGo();
    return new own.NativePromise<T>((resolve, reject) => {
      waiting += 1;
      own.mapSet(arrived, seq, () => {
        clock = at as number;
        try {
          resolve(value());
        } catch (error) {
          reject(error);
        }
      });
      if (!pumping) pump();
    });
  }

  /** What is asked leaves in its order, with the turns of others in between. */
  function inTurn(): Promise<void> | undefined {
    askedInTurn += 1;
    if (askedInTurn > askedOfTurn || own.now() - turnBeganMs > turnMs) {
      askedInTurn = 1;
      turnBeganMs = own.now();
      turn = othersTurnAfter(turn);
    }
    return turn;
  }

  async function othersTurnAfter(before: Promise<void> | undefined): Promise<void> {
    await before;
    // What has not left when the slice is cut does not leave.
    if (!isCut) await own.othersTurn();
    turnBeganMs = own.now();
  }

  function never(): Promise<never> {
    left += 1;
    passOver();
    idle();
    return new own.NativePromise<never>(() => {});
  }

  const slept = async (untilMs: number): Promise<void> =>
    inOrder(async (step) => {
      const over = () => void (openSleeps -= 1);
      if (sleepsPass) {
        // What is under way gets its turn between two sleeps.
        await own.othersTurn();
        return { value: () => (over(), void (clock = max(clock, untilMs))) };
      }
      if (!sleeper) return "later";
      const answer = await sleeper.sleep(step, untilMs);
      if (answer === "later") return answer;
      if ("refused" in answer)
        return {
          value: () => {
            over();
            throw new own.NativeError(answer.refused);
          },
        };
      return { seq: answer.seq, at: answer.at, value: over };
    });

  /** @throws Error for one too many */
  function sleepUntil(untilMs: number): Promise<void> {
    // One for all: code that makes many does not await them either.
    if (openSleeps >= maxOpenSleeps) throw (tooMany ??= new own.NativeError(tooManySleeps));
    openSleeps += 1;
    return slept(untilMs);
  }

  const within = (untilMs: number): number => {
    if (untilMs > endsAtMs)
      throw new RangeError(
        `A run in the background ends after ${days(endsAtMs - startedAtMs)} days, on ${new RealDate(endsAtMs).toISOString()}, and this would sleep until ${shownTime(untilMs)}.`,
      );
    return untilMs;
  };
  const sleep = async (time: unknown): Promise<void> => sleepUntil(within(clock + durationOf(time)));
  const until = async (time: unknown): Promise<void> => sleepUntil(within(momentOf(time)));

  installClock(() => clock);
  installChance(random(seed));
  const sleepFor = (delayMs: number) => sleepUntil(min(clock + delayMs, endsAtMs));
  installTimers(sleepFor);
  installTimeouts(sleepFor);
  return {
    fetch: async (input, init) => {
      // What is no request is no step.
      const asked = new Request(input as RequestInfo, init as RequestInit);
      const { signal } = asked;
      signal.throwIfAborted();
      // It is answered in its place whether the code still waits for it or not: otherwise the next slice would differ.
      const request = new Request(asked, { signal: null });
      const answer = inOrder(async (step) => {
        request.headers.set(stepHeader, `${step}`);
        const response = await send(request).catch(() => undefined);
        if (!response) return "later";
        const moment = response.headers.get(momentHeader);
        if (moment === later) return "later";
        const bytes = new Uint8Array(await response.arrayBuffer());
        const [seq, at] = (moment ?? "").split(" ");
        const value = () => inMemory(response, bytes);
        return moment === null ? { value } : { seq: Number(seq), at: Number(at), value };
      });
      return new own.NativePromise<Response>((resolve, reject) => {
        answer.then(resolve, reject);
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    },
    sleep,
    until,
    onIdle: (callback) => void (done = callback),
  };
}

type Answered<T> = "later" | { seq?: number; at?: number; value(): T };

const { min, max, floor } = Math;
const RealDate = Date;

const units: Record<string, number> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

const durationForms = 'sleep takes a time such as "90 seconds", "2 hours" or "1 day", or milliseconds';

/** @throws TypeError for what is no length of time. One that is negative is over at once */
export function durationOf(time: unknown): number {
  if (typeof time === "number" && time === time) return max(0, time);
  const [, number, unit = ""] =
    (typeof time === "string" && /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(time)) || [];
  const name = unit.toLowerCase();
  const ms = own.hasOwn(units, name) ? units[name] : units[name.replace(/s$/, "")];
  if (number === undefined || ms === undefined) throw new TypeError(`${durationForms}, not ${shown(time)}.`);
  return Number(number) * ms;
}

/** @throws TypeError for what is no point in time */
export function momentOf(time: unknown): number {
  const ms =
    typeof time === "number"
      ? time
      : typeof time === "string" || time instanceof RealDate
        ? new RealDate(time).getTime()
        : Number.NaN;
  if (ms === ms) return ms;
  throw new TypeError(
    `until takes a Date, a text such as "2026-12-24T08:00:00Z", or milliseconds since 1970, not ${shown(time)}.`,
  );
}

const shown = (value: unknown) =>
  own.sliceText(typeof value === "string" ? own.quote(value) : String(value), 0, 60);
const days = (ms: number) => floor(ms / 86_400_000);
const shownTime = (ms: number) => (ms < 8.64e15 ? new RealDate(ms).toISOString() : "the end of time");

function replace(holder: object, name: string, value: unknown): void {
  own.defineProperty(holder, name, { value, writable: true, configurable: true });
}

function installClock(now: () => number): void {
  const OwnDate: DateConstructor = new Proxy(RealDate, {
    construct: (target, given: unknown[], newTarget): Date =>
      Reflect.construct(
        target,
        given.length === 0 ? [now()] : given,
        newTarget === OwnDate ? target : newTarget,
      ) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
  });
  replace(RealDate.prototype, "constructor", OwnDate);
  replace(globalThis, "Date", OwnDate);
  replace(performance, "now", () => now() - performance.timeOrigin);
}

function installChance(bytes: (count: number) => Uint8Array): void {
  // 53 bits, as V8 has it.
  replace(Math, "random", () => {
    const view = new DataView(bytes(8).buffer);
    return ((view.getUint32(0) >>> 6) * 2 ** 27 + (view.getUint32(4) >>> 5)) / 2 ** 53;
  });
  replace(crypto, "getRandomValues", (array: ArrayBufferView) => {
    const { buffer, byteOffset, byteLength } = array;
    new Uint8Array(buffer, byteOffset, byteLength).set(bytes(byteLength));
    return array;
  });
  replace(crypto, "randomUUID", () => {
    const id = bytes(16);
    id[6] = (id[6]! & 0x0f) | 0x40;
    id[8] = (id[8]! & 0x3f) | 0x80;
    const hex = [...id].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  });
}

/** Timers are sleeps: they are over in the same order in each slice. */
function installTimers(sleep: (delayMs: number) => Promise<void>): void {
  let ids = 0;
  const ended = new Set<unknown>();
  const begin = (callback: unknown, delayMs: unknown, given: unknown[], again: boolean): number => {
    const id = ++ids;
    const begun = () => sleep(max(0, Number(delayMs) || 0));
    const round = async (slept: Promise<void>): Promise<void> => {
      await slept;
      if (ended.has(id)) return;
      if (typeof callback === "function") callback(...given);
      if (again) void round(begun());
    };
    void round(begun());
    return id;
  };
  const end = (id: unknown) => void ended.add(id);
  replace(globalThis, "setTimeout", (callback: unknown, delayMs: unknown, ...given: unknown[]) =>
    begin(callback, delayMs, given, false),
  );
  replace(globalThis, "setInterval", (callback: unknown, delayMs: unknown, ...given: unknown[]) =>
    begin(callback, delayMs, given, true),
  );
  replace(globalThis, "clearTimeout", end);
  replace(globalThis, "clearInterval", end);
  if ("scheduler" in globalThis)
    replace((globalThis as unknown as { scheduler: object }).scheduler, "wait", (ms: unknown) =>
      sleep(durationOf(ms)),
    );
}

/** So are the timeouts of requests: they end at the same place in each slice. */
function installTimeouts(sleep: (delayMs: number) => Promise<void>): void {
  replace(AbortSignal, "timeout", (delayMs: unknown) => {
    const controller = new AbortController();
    const over = new DOMException("The operation was aborted due to timeout", "TimeoutError");
    void sleep(max(0, Number(delayMs) || 0)).then(() => controller.abort(over));
    return controller.signal;
  });
}

/** The same answer with its body here: reading it waits for nothing outside, so that nothing comes in between. */
function inMemory(response: Response, bytes: Uint8Array<ArrayBuffer>): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.delete(momentHeader);
  const hasBody = response.body !== null;
  const made = new Response(hasBody ? bytes : null, { status, statusText, headers });
  const text = () => new TextDecoder().decode(bytes);
  const methods: Record<string, () => unknown> = {
    arrayBuffer: () => bytes.slice().buffer,
    bytes: () => bytes.slice(),
    text,
    json: () => JSON.parse(text()) as unknown,
    blob: () => new Blob([bytes], { type: headers.get("content-type") ?? "" }),
  };
  let used = false;
  for (const [name, read] of Object.entries(methods))
    replace(made, name, async () => {
      if (used) throw new TypeError("Body has already been used.");
      used = hasBody;
      return read();
    });
  replace(made, "clone", () => inMemory(response, bytes));
  const body = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
  own.defineProperty(made, "body", { get: once(() => (hasBody ? body() : null)), configurable: true });
  own.defineProperty(made, "bodyUsed", { get: () => used, configurable: true });
  return made;
}
