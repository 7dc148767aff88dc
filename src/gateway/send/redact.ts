/**
 * Removes a credential from an upstream's answer before the sandbox sees it: in every spelling of `spellings.ts`, in
 * headers and in the streaming body, however it is cut into chunks.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import { digest } from "../../terms/digest.ts";
import { spellingsOf, type Spelling } from "./spellings.ts";

const replacement = Buffer.from("[redacted]");

export interface Redactor {
  text(text: string): string;
  /** Values by name. */
  headers(given: Record<string, string>): Record<string, string>;
  /** A complete body. */
  bytes(body: Uint8Array): Uint8Array;
  /** One per body: holds back only what could be the beginning of a secret. */
  stream(): { push(chunk: Uint8Array): Uint8Array; end(): Uint8Array };
}

/** Making a redactor costs more than a small answer, and few secrets are in use at a time. */
const known = new BoundedMap<string, { redactor: Redactor | undefined }>(32);

/** @param secrets values that must not pass, in clear text @returns undefined if there is nothing to redact */
export function redactorFor(secrets: readonly string[]): Redactor | undefined {
  if (secrets.length === 0) return undefined;
  const different = secrets.length === 1 ? secrets : [...new Set(secrets)];
  return known.take(digest(JSON.stringify(different)), () => {
    const spellings = different.flatMap(spellingsOf);
    return { redactor: spellings.length === 0 ? undefined : redactorOf(new Finder(spellings)) };
  }).redactor;
}

function redactorOf(finder: Finder): Redactor {
  const text = (given: string) => {
    if (!finder.mayHold(given)) return given;
    const { clean, changed } = finder.redact(Buffer.from(given, "utf8"), true);
    return changed ? bufferOf(clean).toString("utf8") : given;
  };
  return {
    headers(given) {
      if (!Object.values(given).some((value) => finder.mayHold(value))) return given;
      return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, text(value)]));
    },
    text,
    bytes: (body) => finder.redact(body, true).clean,
    stream() {
      let held: Uint8Array = nothing;
      const pass = (chunk: Uint8Array, isLast: boolean) => {
        const { clean, open } = finder.redact(
          held.length === 0 ? chunk : Buffer.concat([held, chunk]),
          isLast,
        );
        // A copy: the caller owns the chunk.
        held = open.length === 0 ? nothing : new Uint8Array(open);
        return clean;
      };
      return { push: (chunk) => pass(chunk, false), end: () => pass(nothing, true) };
    },
  };
}

const nothing = new Uint8Array(0);

interface Found {
  /** Where the longest spelling ends, or -1. */
  end: number;
  /** The text ends where another or a longer spelling might continue. */
  open: boolean;
}

/**
 * Finds the spellings in a text: the leftmost first, and the longest of several at one place. Nearly every answer has
 * none, so the search needs neither a copy nor a conversion.
 */
class Finder {
  readonly #spellings: readonly Spelling[];
  /** What a spelling may begin with: 1 for each first byte, 1 for each first two bytes, and all first four bytes. */
  readonly #firsts = new Uint8Array(1 << 8);
  readonly #pairs = new Uint8Array(1 << 16);
  readonly #heads = new Set<number>();

  constructor(spellings: readonly Spelling[]) {
    this.#spellings = spellings;
    for (const head of spellings.flatMap(headsOf)) {
      const bytes = Buffer.from(head, "latin1");
      this.#firsts[bytes.readUInt8()] = 1;
      this.#pairs[bytes.readUInt16BE()] = 1;
      this.#heads.add(bytes.readUInt32BE());
    }
  }

  /** Whether a whole text may hold a spelling; always true beyond ASCII. */
  mayHold(text: string): boolean {
    const firsts = this.#firsts;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return true;
      if (firsts[code] === 0) continue;
      if (this.#isHead(code, text.charCodeAt(at + 1), text.charCodeAt(at + 2), text.charCodeAt(at + 3)))
        return true;
    }
    return false;
  }

  /** @param isLast nothing follows; else `open` holds back, outside of `clean`, what may be the beginning of a secret */
  redact(bytes: Uint8Array, isLast: boolean): { clean: Uint8Array; open: Uint8Array; changed: boolean } {
    let at = this.#next(bytes, 0);
    if (at === bytes.length) return { clean: bytes, open: nothing, changed: false };
    const text = bufferOf(bytes).toString("latin1");
    const parts: Uint8Array[] = [];
    let from = 0;
    let until = bytes.length;
    for (; at < bytes.length; at = this.#next(bytes, at)) {
      const { end, open } = this.#compare(text, at);
      if (open && !isLast) {
        until = at;
        break;
      }
      if (end < 0) at += 1;
      else {
        parts.push(bytes.subarray(from, at), replacement);
        from = at = end;
      }
    }
    const changed = parts.length > 0;
    const rest = bytes.subarray(from, until);
    return { clean: changed ? Buffer.concat([...parts, rest]) : rest, open: bytes.subarray(until), changed };
  }

  /** The next place where a spelling may begin, or the length of the text. Sees every byte, so it stays small. */
  #next(bytes: Uint8Array, from: number): number {
    const firsts = this.#firsts;
    const end = bytes.length;
    for (let at = from; at < end; at += 1) {
      if (firsts[bytes[at] as number] === 0) continue;
      // The rest of a spelling at the very end may follow.
      if (at > end - 4 || this.#isHead(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!)) return at;
    }
    return end;
  }

  #isHead(first: number, second: number, third: number, fourth: number): boolean {
    const pair = (first << 8) | second;
    return this.#pairs[pair] === 1 && this.#heads.has(((pair << 16) | (third << 8) | fourth) >>> 0);
  }

  #compare(text: string, at: number): Found {
    const all: Found = { end: -1, open: false };
    for (const spelling of this.#spellings) {
      const { end, open } = compare(spelling, text, at);
      if (end > all.end) all.end = end;
      if (open) all.open = true;
    }
    return all;
  }
}

/** Everything that the first four bytes of a spelling may be. No spelling is shorter. */
function headsOf({ units, between }: Spelling): string[] {
  let heads = new Set([""]);
  for (const [index, ways] of units.slice(0, 4).entries()) {
    const longer = new Set<string>();
    for (const head of heads) {
      if (head.length === 4) longer.add(head);
      else {
        for (const gap of index === 0 ? [""] : ["", ...between])
          for (const way of ways) longer.add((head + gap + way).slice(0, 4));
      }
    }
    heads = longer;
  }
  return [...heads];
}

/** Whether a spelling begins at a place. Follows all ways, because a character may also begin an escape. */
function compare({ units, between }: Spelling, text: string, at: number): Found {
  let ends = [at];
  let open = false;
  for (const [index, ways] of units.entries()) {
    const next = new Set<number>();
    const follow = (from: number) => {
      for (const way of ways) {
        if (text.startsWith(way, from)) next.add(from + way.length);
        else open ||= isCutOff(text, from, way);
      }
    };
    for (const from of ends) {
      follow(from);
      if (index === 0) continue;
      for (const gap of between) {
        if (text.startsWith(gap, from)) follow(from + gap.length);
        else open ||= isCutOff(text, from, gap);
      }
    }
    if (next.size === 0) return { end: -1, open };
    ends = [...next];
  }
  return { end: Math.max(...ends), open };
}

/** Whether the text ends within `wanted`. */
function isCutOff(text: string, from: number, wanted: string): boolean {
  return text.length - from < wanted.length && wanted.startsWith(text.slice(from));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
