/**
 * Removes a credential from an upstream's answer before the sandbox sees it: in every spelling of `spellings.ts`, in
 * headers and in the streaming body, however it is cut into chunks.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import { anchored, Automaton, idle } from "./automaton.ts";
import { Lag } from "./lag.ts";
import { mirrored, spellingsOf, type Spelling } from "./spellings.ts";

const replacement = Buffer.from("[redacted]");

export interface Redactor {
  text(text: string): string;
  /** Values by name. */
  headers(given: Record<string, string>): Record<string, string>;
  /** A complete body. */
  bytes(body: Uint8Array): Uint8Array;
  /** One per body. How much it holds back tells nothing of the secret (lag.ts). */
  stream(): { push(chunk: Uint8Array): Uint8Array; end(): Uint8Array };
}

/**
 * Making a redactor costs more than a small answer, and few secrets are in use at a time. By the secrets themselves: a
 * redactor is made of them, and a digest costs each request more than everything else here.
 */
const known = new BoundedMap<string, { redactor: Redactor | undefined }>(16);

/** @param secrets values that must not pass, in clear text @returns undefined if there is nothing to redact */
export function redactorFor(secrets: readonly string[]): Redactor | undefined {
  if (secrets.length === 0) return undefined;
  const different = secrets.length === 1 ? secrets : [...new Set(secrets)];
  return known.take(JSON.stringify(different), () => {
    const spellings = different.flatMap(spellingsOf);
    if (spellings.length === 0) return { redactor: undefined };
    const names = different.flatMap((secret) => spellingsOf(secret.toLowerCase()));
    return { redactor: redactorOf(new Finder(spellings), new Finder(names)) };
  }).redactor;
}

/** @param names finds the secrets in lower case, as they stand in names */
function redactorOf(finder: Finder, names: Finder): Redactor {
  const isNamed = (name: string) => names.redact(Buffer.from(name, "utf8"), true).changed;
  const text = (given: string) => {
    if (!finder.mayHold(given)) return given;
    const { clean, changed } = finder.redact(Buffer.from(given, "utf8"), true);
    return changed ? bufferOf(clean).toString("utf8") : given;
  };
  return {
    headers(given) {
      const all = Object.entries(given);
      if (!all.some(([name, value]) => names.mayHold(name) || finder.mayHold(value))) return given;
      // A name that holds one would not be a name without it. Names come in lower case.
      return Object.fromEntries(
        all.filter(([name]) => !isNamed(name)).map(([name, value]) => [name, text(value)]),
      );
    },
    text,
    bytes: (body) => finder.redact(body, true).clean,
    stream() {
      /** What may be the beginning of a secret, as it came. */
      let held: Uint8Array = nothing;
      /** What is clean and waits for more to come. */
      let waiting: Uint8Array = nothing;
      const lag = new Lag();
      return {
        push(chunk) {
          const passable = lag.after(chunk);
          const { clean, open } = finder.redact(together(held, chunk), false);
          const all = together(waiting, clean);
          const later = Math.max(0, lag.seen - open.length - passable);
          const now = Math.max(0, all.length - later);
          // Copies: the caller owns the chunk.
          held = open.length === 0 ? nothing : new Uint8Array(open);
          waiting = now === all.length ? nothing : new Uint8Array(all.subarray(now));
          return all.subarray(0, now);
        },
        end: () => together(waiting, finder.redact(held, true).clean),
      };
    },
  };
}

const nothing = new Uint8Array(0);

const together = (one: Uint8Array, other: Uint8Array) =>
  one.length === 0 ? other : other.length === 0 ? one : Buffer.concat([one, other]);

/**
 * Finds the spellings in a text: the leftmost first, and the longest of several at one place. One pass tells where a
 * spelling ends, another one backwards from there where it began.
 */
class Finder {
  readonly #forward: Automaton;
  readonly #backward: Automaton;

  constructor(spellings: readonly Spelling[]) {
    this.#forward = new Automaton(spellings);
    this.#backward = new Automaton(spellings.map(mirrored));
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
    let state = anchored;
    let begin = end;
    for (let at = end; at > from && !this.#backward.isOver(state);) {
      at -= 1;
      state = this.#backward.step(state, bytes[at]!);
      if (this.#backward.isEnd(state)) begin = at;
    }
    return begin;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
