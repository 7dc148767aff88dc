/**
 * Removes a credential from an upstream's answer before the sandbox sees it: in every spelling of `spellings.ts`, in
 * headers and in the streaming body, however it is cut into chunks.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import { digest } from "../../terms/digest.ts";
import { once } from "../../terms/once.ts";
import { anchored, Automaton, compile, idle, type Compiled } from "./automaton.ts";
import { Lag } from "./lag.ts";
import { mirrored, spellingsOf } from "./spellings.ts";

const replacement = Buffer.from("[redacted]");

export interface Redactor {
  text(text: string): string;
  /** Values by name. */
  headers(given: Record<string, string>): Record<string, string>;
  /** A complete body. */
  bytes(body: Uint8Array): Uint8Array;
  /** A part of a body: `clean`, and what follows it and may be the beginning of a secret. */
  part(body: Uint8Array): { clean: Uint8Array; open: Uint8Array };
}

/** One per body. How much it holds back tells nothing of the secret (lag.ts). */
export interface Redaction {
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/**
 * Making a redactor costs more than a small answer, and few secrets are in use at a time. By the secrets themselves: a
 * redactor is made of them, and a digest costs each request more than everything else here.
 */
const known = new BoundedMap<string, { redactor: Redactor | undefined }>(16);

/** Those that a body still uses: where more than 16 are in use, bodies of the same secrets share one. By a digest of them. */
const inUse = new BoundedMap<string, WeakRef<Redactor>>(1_000);

/** @param secrets values that must not pass, in clear text @returns undefined if there is nothing to redact */
export function redactorFor(secrets: readonly string[]): Redactor | undefined {
  if (secrets.length === 0) return undefined;
  const different = secrets.length === 1 ? secrets : [...new Set(secrets)];
  const key = JSON.stringify(different);
  return known.take(key, () => {
    const id = digest(key);
    const redactor = inUse.get(id)?.deref() ?? redactorOf(different);
    if (redactor) inUse.set(id, new WeakRef(redactor));
    return { redactor };
  }).redactor;
}

/** For one exchange: it keeps its redactor until there are other secrets, however many are in use elsewhere. */
export function redactorOfLatest(latest: () => readonly string[]): () => Redactor | undefined {
  let secrets: readonly string[] = [];
  let redactor: Redactor | undefined;
  return () => {
    const now = latest();
    if (now.length !== secrets.length || now.some((secret, index) => secret !== secrets[index]))
      redactor = redactorFor((secrets = [...now]));
    return redactor;
  };
}

function redactorOf(secrets: readonly string[]): Redactor | undefined {
  const finder = new Finder(secrets);
  if (finder.findsNothing) return undefined;
  // Names come in lower case, and most are shorter than any secret in any spelling.
  const names = once(() => new Finder(secrets.map((secret) => secret.toLowerCase())));
  const shortest = Math.min(...secrets.map((secret) => [...secret].length));
  const mayBeNamed = (name: string) => name.length >= shortest && names().mayHold(name);
  const isNamed = (name: string) =>
    mayBeNamed(name) && names().redact(Buffer.from(name, "utf8"), true).changed;
  const text = (given: string) => {
    if (!finder.mayHold(given)) return given;
    const { clean, changed } = finder.redact(Buffer.from(given, "utf8"), true);
    return changed ? bufferOf(clean).toString("utf8") : given;
  };
  return {
    headers(given) {
      const all = Object.entries(given);
      if (!all.some(([name, value]) => mayBeNamed(name) || finder.mayHold(value))) return given;
      // A name that holds one would not be a name without it.
      return Object.fromEntries(
        all.filter(([name]) => !isNamed(name)).map(([name, value]) => [name, text(value)]),
      );
    },
    text,
    bytes: (body) => finder.redact(body, true).clean,
    part: (body) => finder.redact(body, false),
  };
}

/** @param latest asked at each chunk: a long answer may repeat what was issued after its beginning */
export function redactionBy(latest: () => Redactor | undefined): Redaction {
  let redactor = latest();
  /** What may be the beginning of a secret, as it came. */
  let held: Uint8Array = nothing;
  /** What is clean and waits for more to come. */
  let waiting: Uint8Array = nothing;
  const lag = new Lag();
  const renew = () => {
    const now = latest();
    if (now === redactor) return;
    // What waits may hold what only the new one finds.
    [held, waiting, redactor] = [together(waiting, held), nothing, now];
  };
  return {
    push(chunk) {
      renew();
      if (!redactor) return chunk;
      const passable = lag.after(chunk);
      const { clean, open } = redactor.part(together(held, chunk));
      const all = together(waiting, clean);
      const later = Math.max(0, lag.seen - open.length - passable);
      const now = Math.max(0, all.length - later);
      // Copies: the caller owns the chunk.
      held = open.length === 0 ? nothing : new Uint8Array(open);
      waiting = now === all.length ? nothing : new Uint8Array(all.subarray(now));
      return all.subarray(0, now);
    },
    end() {
      renew();
      return together(waiting, redactor?.bytes(held) ?? held);
    },
  };
}

const nothing = new Uint8Array(0);

const together = (one: Uint8Array, other: Uint8Array) =>
  one.length === 0 ? other : other.length === 0 ? one : Buffer.concat([one, other]);

/** A renewed token joins those before it, and only it has to be made ready. */
const ready = new BoundedMap<string, ReturnType<typeof makeReady>>(128);

function makeReady(secret: string): { forward: () => Compiled[]; backward: () => Compiled[] } {
  return {
    forward: once(() => spellingsOf(secret).map(compile)),
    backward: once(() => spellingsOf(secret).map(mirrored).map(compile)),
  };
}

/**
 * Finds the spellings in a text: the leftmost first, and the longest of several at one place. One pass tells where a
 * spelling ends, another one backwards from there where it began.
 */
class Finder {
  readonly #forward: Automaton;
  /** Only what is found needs it. */
  readonly #backward: () => Automaton;
  /** Whether all of them are too short. */
  readonly findsNothing: boolean;

  constructor(secrets: readonly string[]) {
    const compiled = secrets.map((secret) => ready.take(digest(secret), () => makeReady(secret)));
    const forward = compiled.flatMap((one) => one.forward());
    this.findsNothing = forward.length === 0;
    this.#forward = new Automaton(forward);
    this.#backward = once(() => new Automaton(compiled.flatMap((one) => one.backward())));
  }

  /** Whether a whole text may hold a spelling; always true beyond ASCII. */
  mayHold(text: string): boolean {
    let state = idle;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return true;
      state = this.#forward.step(state, code);
      if (this.#forward.isEnd(state)) return true;
    }
    return false;
  }

  /** @param isLast nothing follows; else `open` holds back, outside of `clean`, what may be the beginning of a secret */
  redact(bytes: Uint8Array, isLast: boolean): { clean: Uint8Array; open: Uint8Array; changed: boolean } {
    const parts: Uint8Array[] = [];
    let from = 0;
    let begin = 0;
    let state = idle;
    let end = -1;
    let at = 0;
    // oxlint-disable-next-line no-unmodified-loop-condition -- the other conditions change
    while (at < bytes.length || (isLast && end >= 0)) {
      // At the end of all, what has been found counts, even if it might have gone on.
      const isPast = at === bytes.length;
      if (!isPast) {
        state = this.#forward.step(state, bytes[at]!);
        at += 1;
        if (this.#forward.isEnd(state)) end = at;
      }
      if (state === idle) begin = at;
      else if (isPast || this.#forward.isOver(state)) {
        parts.push(bytes.subarray(from, this.#beginOf(bytes, from, end)), replacement);
        from = begin = at = end;
        state = idle;
        end = -1;
      }
    }
    const changed = parts.length > 0;
    const until =
      isLast || state === idle
        ? bytes.length
        : Math.max(begin, bytes.length - this.#forward.mostBegun(state));
    const rest = bytes.subarray(from, until);
    return { clean: changed ? Buffer.concat([...parts, rest]) : rest, open: bytes.subarray(until), changed };
  }

  /** Where the longest spelling begins that ends at `end`. */
  #beginOf(bytes: Uint8Array, from: number, end: number): number {
    const backward = this.#backward();
    let state = anchored;
    let begin = end;
    for (let at = end; at > from && !backward.isOver(state);) {
      at -= 1;
      state = backward.step(state, bytes[at]!);
      if (backward.isEnd(state)) begin = at;
    }
    return begin;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
