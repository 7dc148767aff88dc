/**
 * Removes a credential from what an upstream answers, before the sandbox sees it: as it is, percent-encoded,
 * JSON-escaped, in hex, and in base64 at each of its three alignments, in headers and in the body as it streams.
 */
const replacementText = "[redacted]";
const replacement = Buffer.from(replacementText);

/** Shorter strings occur by chance; removing them would garble answers. The documentation asks for longer secrets. */
const minSecretChars = 6;

export interface Redactor {
  /** Values by name. */
  headers(given: Record<string, string>): Record<string, string>;
  /** A complete body. */
  bytes(body: Uint8Array): Uint8Array;
  /** One for each body: holds back only what could be the beginning of a secret. */
  stream(): { push(chunk: Uint8Array): Uint8Array; end(): Uint8Array };
}

/** A spelling that is looked for. Searching strings costs a fraction of searching buffers, so each has all forms. */
interface Needle {
  bytes: Buffer;
  text: string;
  /** The bytes, one character for each. */
  latin1: string;
}

/** Spellings of the secrets in use: working them out costs more than a small answer. Few secrets are in use at once. */
const known = new Map<string, Needle[]>();
const maxKnown = 32;

/** @param secrets values that must not pass, in clear text; undefined is returned if there is nothing to redact */
export function redactorFor(secrets: readonly string[]): Redactor | undefined {
  if (secrets.length === 0) return undefined;
  const key = secrets.length === 1 ? (secrets[0] as string) : [...new Set(secrets)].join("\0");
  let needles = known.get(key);
  if (!needles) {
    if (known.size >= maxKnown) known.clear();
    known.set(key, (needles = needlesOf(secrets).map(needleOf)));
  }
  return redactorOf(needles);
}

function needleOf(bytes: Buffer): Needle {
  return { bytes, text: bytes.toString("utf8"), latin1: bytes.toString("latin1") };
}

function redactorOf(needles: readonly Needle[]): Redactor | undefined {
  if (needles.length === 0) return undefined;
  return {
    headers(given) {
      // Looked for in all at once: nearly always there is nothing.
      const values = Object.values(given).join("\n");
      if (!needles.some(({ text }) => values.includes(text))) return given;
      const clean = (value: string) =>
        needles.reduce((text, needle) => text.replaceAll(needle.text, replacementText), value);
      return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, clean(value)]));
    },
    bytes: (body) => replaceAll(asBuffer(body), needles),
    stream() {
      let held: Buffer = Buffer.alloc(0);
      return {
        push(chunk) {
          const data = held.length === 0 ? asBuffer(chunk) : Buffer.concat([held, chunk]);
          const clean = replaceAll(data, needles);
          const keep = openEnd(clean, needles);
          held = Buffer.from(clean.subarray(clean.length - keep));
          return clean.subarray(0, clean.length - keep);
        },
        end: () => held,
      };
    },
  };
}

/** Every spelling of the secrets that is looked for, the longest first. */
export function needlesOf(secrets: readonly string[]): Buffer[] {
  const spellings = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < minSecretChars) continue;
    const bytes = Buffer.from(secret, "utf8");
    const json = JSON.stringify(secret).slice(1, -1);
    const percent = encodeURIComponent(secret);
    const forms = [secret, json, json.replaceAll("/", "\\/"), percent, lowerHex(percent), percentAll(secret)];
    forms.push(new URLSearchParams({ x: secret }).toString().slice(2), htmlEscape(secret));
    forms.push(bytes.toString("hex"), bytes.toString("hex").toUpperCase());
    for (const core of base64Cores(bytes)) {
      forms.push(core, core.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(core));
    }
    for (const form of forms) if (form.length >= minSecretChars) spellings.add(form);
  }
  return [...spellings]
    .sort((one, other) => other.length - one.length)
    .map((text) => Buffer.from(text, "utf8"));
}

/**
 * The characters of a base64 text that depend on the secret alone, for each position it may have in what was
 * encoded: the text around it decides the first and last ones.
 */
function base64Cores(secret: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), secret]);
    const encoded = padded.toString("base64").replace(/=+$/, "");
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    return encoded.slice(from, to);
  });
}

function replaceAll(data: Buffer, needles: readonly Needle[]): Buffer {
  const text = data.toString("latin1");
  if (!needles.some(({ latin1 }) => text.includes(latin1))) return data;
  let found = data;
  for (const { bytes } of needles) {
    if (found.indexOf(bytes) >= 0) found = replaceOne(found, bytes);
  }
  return found;
}

function replaceOne(data: Buffer, needle: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = data.indexOf(needle); at >= 0; at = data.indexOf(needle, from)) {
    parts.push(data.subarray(from, at), replacement);
    from = at + needle.length;
  }
  parts.push(data.subarray(from));
  return Buffer.concat(parts);
}

/** Length of the longest end of `data` that is the beginning of a needle. */
function openEnd(data: Buffer, needles: readonly Needle[]): number {
  const longest = Math.min((needles[0]?.bytes.length ?? 1) - 1, data.length);
  for (let length = longest; length > 0; length -= 1) {
    const first = data[data.length - length];
    for (const { bytes: needle } of needles) {
      if (needle.length <= length || needle[0] !== first) continue;
      if (data.compare(needle, 0, length, data.length - length) === 0) return length;
    }
  }
  return 0;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const lowerHex = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

const percentAll = (text: string) =>
  [...Buffer.from(text, "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");

const htmlEscape = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
