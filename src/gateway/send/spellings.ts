/**
 * The ways in which a server may repeat a secret: verbatim, escaped for JSON, JavaScript, URLs, forms and HTML (as a
 * whole or character by character, also twice), as UTF-16, in hex, and in base64 at each of its three alignments, also
 * broken into lines. Pure. All texts are latin1: one character per byte.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import { trimEndOf } from "../../terms/trim-end.ts";

/** A text to look for, as units that can each be written in several ways. */
export interface Spelling {
  /** For each unit, the ways to write it, never empty. */
  units: string[][];
  /** What may separate two units; they may also follow directly. */
  between: string[];
}

/** Shorter strings occur by chance; removing them would garble answers. The documentation asks for longer secrets. */
const minSecretChars = 6;

/** Every spelling of a secret; an empty list if it is too short. */
export function spellingsOf(secret: string): Spelling[] {
  if (secret.length < minSecretChars) return [];
  const bytes = Buffer.from(secret, "utf8");
  const json = Buffer.from(JSON.stringify(secret).slice(1, -1), "utf8");
  return [
    { units: [...secret].map((char) => escapes.take(char, () => escapesOf(char))), between: [] },
    { units: pairsOf(Buffer.from(secret, "utf16le")), between: [] },
    { units: pairsOf(Buffer.from(secret, "utf16le").swap16()), between: [] },
    { units: [...bytes].map((byte) => [hexOf(byte), hexOf(byte).toUpperCase()]), between: [":", " ", "-"] },
    ...(json.equals(bytes) ? [bytes] : [bytes, json]).flatMap(base64Cores).map(base64Spelling),
  ];
}

/** The same read from its end. */
export function mirrored({ units, between }: Spelling): Spelling {
  return { units: units.toReversed().map(backwards), between: backwards(between) };
}

/** Units are shared, so that equal ones are compiled once. */
const mirrors = new WeakMap<readonly string[], string[]>();

function backwards(texts: readonly string[]): string[] {
  let mirror = mirrors.get(texts);
  if (!mirror) mirrors.set(texts, (mirror = texts.map((text) => [...text].toReversed().join(""))));
  return mirror;
}

const hexOf = (number: number, digits = 2) => number.toString(16).padStart(digits, "0");

/** Backslashes before an escape: doubled each time that the text was put into a string literal. */
const backslashes = ["\\", "\\\\", "\\\\\\\\"];
const percents = ["%", "%25", "%2525"];

const htmlNames: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/** Secrets are long and have few different characters. */
const escapes = new BoundedMap<string, string[]>(1_000);

/** The ways to write one character, including the character itself. */
function escapesOf(char: string): string[] {
  const bytes = Buffer.from(char, "utf8");
  const code = char.codePointAt(0) ?? 0;
  const found = new Set([bytes.toString("latin1")]);
  if (code > 0x7f && code < 0x100) found.add(char);
  if (char === " ") found.add("+");
  let quoted = char;
  for (let times = 0; times < 3; times += 1) {
    quoted = JSON.stringify(quoted).slice(1, -1);
    found.add(Buffer.from(quoted, "utf8").toString("latin1"));
  }
  if (/[/'`<]/.test(char)) for (const slash of backslashes) found.add(slash + char);
  const cased = (text: string) => [text, text.toUpperCase()];
  for (const percent of percents) {
    for (const hex of cased(bytes.toString("hex"))) found.add(hex.replace(/../g, `${percent}$&`));
  }
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  for (const slash of backslashes) {
    for (const way of [hexOf, (unit: number) => hexOf(unit).toUpperCase()]) {
      found.add(units.map((unit) => `${slash}u${way(unit).padStart(4, "0")}`).join(""));
      if (code < 0x100) found.add(`${slash}x${way(code)}`);
    }
    for (const hex of cased(bytes.toString("hex"))) found.add(hex.replace(/../g, `${slash}x$&`));
  }
  const name = htmlNames[char];
  if (name !== undefined) for (const amp of ["&", "&amp;"]) found.add(`${amp}${name};`);
  const hex = hexOf(code);
  const upper = hex.toUpperCase();
  for (const text of [`${code}`, `0${code}`, `x${hex}`, `X${upper}`, `x${upper}`]) found.add(`&#${text};`);
  return [...found];
}

const pairsOf = (bytes: Buffer): string[][] =>
  Array.from({ length: bytes.length / 2 }, (_, index) => [
    bytes.toString("latin1", 2 * index, 2 * index + 2),
  ]);

/**
 * The characters of a base64 text that depend only on the secret, for each alignment: the surrounding text decides
 * the first and last ones.
 */
function base64Cores(secret: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), secret]);
    const encoded = trimEndOf(padded.toString("base64"), /=/);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    return encoded.slice(from, to);
  });
}

const base64Signs: Record<string, string[]> = {
  "+": ["+", "-", "%2B", "%2b", "%252B", "\\u002b", "\\u002B", "&#43;"],
  "/": ["/", "_", "%2F", "%2f", "%252F", "\\/", "\\\\/", "\\u002f", "\\u002F", "&#47;"],
};

/** RFC 2045 section 6.8 breaks lines; JSON and URLs escape the break. */
const lineBreaks = [
  "\n",
  "\r\n",
  "\\n",
  "\\r\\n",
  "\\\\n",
  "\\\\r\\\\n",
  "%0A",
  "%0D%0A",
  "%0a",
  "%0d%0a",
  " ",
];

function base64Spelling(core: string): Spelling {
  return { units: [...core].map((sign) => base64Signs[sign] ?? [sign]), between: lineBreaks };
}
