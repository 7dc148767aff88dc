/** No planted secret comes through in any of the spellings of docs/security.md, whole or in chunks; all else does. */
import * as fc from "fast-check";
import { redactionBy, redactorFor } from "../../../src/gateway/send/redact.ts";

const secret = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abcdefghijkLMNOPQ0123456789"), minLength: 8, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."aB3+/=&%<>\"'\\:;~é."), minLength: 8, maxLength: 30 }),
  fc.string({ unit: "grapheme-ascii", minLength: 8, maxLength: 30 }),
);

const hex = (text: string) => Buffer.from(text).toString("hex");
const units = (text: string) =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0"));
const pick = (text: string, seed: number, one: (char: string) => string) =>
  [...text].map((char, at) => ((seed >> (at % 30)) & 1 ? one(char) : char)).join("");

/** Spellings that servers use when they say a text again. `seed` chooses which characters are written otherwise. */
const encodings: Record<string, (text: string, seed: number) => string> = {
  plain: (text) => text,
  json: (text) => JSON.stringify(text).slice(1, -1),
  "json in json": (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  "json with escaped slashes": (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  "json in ASCII": (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^ -~]/g, (char) => `\\u${units(char)[0]}`),
  "unicode escapes": (text) =>
    units(text)
      .map((code) => `\\u${code}`)
      .join(""),
  "some unicode escapes": (text, seed) =>
    /["\\]/.test(text)
      ? "x"
      : pick(text, seed, (char) =>
          units(char)
            .map((code) => `\\u${code.toUpperCase()}`)
            .join(""),
        ),
  percent: (text) => encodeURIComponent(text),
  "percent in lower case": (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  "percent twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "all percent": (text) => hex(text).replace(/../g, "%$&"),
  "some percent": (text, seed) =>
    text.includes("%") ? "x" : pick(text, seed, (char) => hex(char).replace(/../g, "%$&")),
  form: (text) => new URLSearchParams({ x: text }).toString().slice(2),
  html: (text) =>
    text.replace(
      /[&<>"']/g,
      (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? "&#39;",
    ),
  "html numbers": (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(""),
  "html hex": (text) => [...text].map((char) => `&#x${char.codePointAt(0)?.toString(16)};`).join(""),
  Markdown: (text) => text.replace(/[ -/:-@[-`{-~]/g, "\\$&"),
  "some signs with a backslash": (text, seed) =>
    text.includes("\\") ? "x" : pick(text, seed, (char) => char.replace(/[ -/:-@[-`{-~]/, "\\$&")),
  "Markdown in JSON": (text) => JSON.stringify(text.replace(/[ -/:-@[-`{-~]/g, "\\$&")).slice(1, -1),
  numbers: (text) => Buffer.from(text).join(","),
  "numbers with blanks": (text) => Buffer.from(text).join(", "),
  hex: (text) => hex(text),
  HEX: (text) => hex(text).toUpperCase(),
  "hex with colons": (text) => (hex(text).match(/../g) ?? []).join(":"),
  "\\x": (text) => hex(text).replace(/../g, "\\x$&"),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 of percent": (text) => Buffer.from(`?${encodeURIComponent(text)}?`).toString("base64"),
  "base64, shifted": (text) => Buffer.from(`x${text}yz`).toString("base64"),
  "base64, shifted twice": (text) => Buffer.from(`xy${text}z`).toString("base64"),
  base64url: (text) => Buffer.from(`{"k":"${text}"}`).toString("base64url"),
  "base64 in lines": (text) =>
    (
      Buffer.from(`authorization: ${text}`)
        .toString("base64")
        .match(/.{1,19}/g) ?? []
    ).join("\r\n"),
  "base64 in lines in json": (text) =>
    (
      Buffer.from(`authorization: ${text}`)
        .toString("base64")
        .match(/.{1,19}/g) ?? []
    ).join("\\n"),
  "base64, percent": (text) => encodeURIComponent(Buffer.from(`?${text}?`).toString("base64")),
  "UTF-16": (text) => Buffer.from(text, "utf16le").toString("latin1"),
};

const ascii = (text: string) => text.replace(/[^ -~]/g, (char) => `\\u${units(char)[0]}`);
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
const html5: Record<string, string> = {
  ..."_lowbar =equals /sol +plus .period @commat -- :colon ;semi {lcub }rcub #num %percnt (lpar )rpar *ast !excl ?quest"
    .split(" ")
    .reduce((all, entry) => ({ ...all, [entry[0] ?? ""]: `&${entry.slice(1)};` }), {}),
  "-": "-",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  é: "&eacute;",
};
const byTable = (table: Record<string, string>) => (text: string) =>
  [...text].map((char) => table[char] ?? char).join("");
const basic = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** What programs do with a whole text, and then others with what they wrote. */
const wholes: Record<string, (text: string) => string> = {
  JSON: escaped,
  "PHP's JSON": (text) => ascii(escaped(text)).replaceAll("/", "\\/"),
  "Python's JSON": (text) => ascii(escaped(text)),
  "Go's JSON": (text) => escaped(text).replace(/[&<>]/g, (char) => `\\u${units(char)[0]}`),
  URL: encodeURIComponent,
  "a small URL": (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  "PHP's URL": (text) =>
    encodeURIComponent(text).replace(/[!'()*~]/g, (char) => `%${hex(char).toUpperCase()}`),
  form: (text) => new URLSearchParams({ x: text }).toString().slice(2),
  HTML: byTable(basic),
  "PHP's HTML": byTable({ ...basic, "'": "&#039;" }),
  "Mustache's HTML": byTable({ ...basic, "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;" }),
  "all of HTML5": byTable(html5),
};
for (const [outer, write] of Object.entries(wholes))
  for (const [inner, first] of Object.entries(wholes))
    encodings[`${inner} in ${outer}`] = (text) => write(first(text));

/** What cannot begin or continue a spelling by accident. */
const around = fc.string({ unit: fc.constantFrom(..." \n{}[],_|"), maxLength: 20 });
const planted = fc.record({
  text: secret,
  encoding: fc.constantFrom(...Object.keys(encodings)),
  seed: fc.nat(),
  before: around,
  after: around,
  cuts: fc.array(fc.nat(400), { maxLength: 6 }),
});

const bytesOf = (encoding: string, text: string) =>
  Buffer.from(text, encoding === "UTF-16" ? "latin1" : "utf8");

/** The base64 texts share their first and last characters with what stands around: those may stay. */
const isAligned = (encoding: string) => !encoding.startsWith("base64");

export const noSecretComesThrough = fc.property(planted, ({ text, encoding, seed, before, after, cuts }) => {
  const redactor = redactorFor([text]);
  if (!redactor) throw new Error("no redactor");
  const form = (encodings[encoding] as (text: string, seed: number) => string)(text, seed);
  if (form === "x" || form === "") return;
  const body = Buffer.concat([Buffer.from(before), bytesOf(encoding, form), Buffer.from(after)]);
  const clean = Buffer.from(redactor.bytes(body)).toString("latin1");
  const want = `${before}[redacted]${after}`;
  if (isAligned(encoding) ? clean !== want : !clean.includes("[redacted]") || clean.length > want.length + 60)
    throw new Error(`${encoding}: ${form} became ${clean}`);
  same(streamed(redactor, body, cuts), clean, "in chunks");
  if (encoding === "plain" && /^[ -~]*$/.test(text)) {
    const header = redactor.text(`${before}${form}${after}`.replaceAll("\n", " "));
    if (header.includes(text)) throw new Error("in a header");
  }
});

export const chunksMakeNoDifference = fc.property(
  fc.array(secret, { minLength: 1, maxLength: 3 }),
  fc.array(fc.tuple(fc.nat(2), fc.nat(40), fc.constantFrom(...Object.keys(encodings)), around), {
    maxLength: 6,
  }),
  fc.array(fc.nat(600), { maxLength: 8 }),
  (secrets, parts, cuts) => {
    // One secret that begins as another does, as `user:password` and its base64 text do.
    const all = [...secrets, `${secrets[0]}tail-of-it`];
    const redactor = redactorFor(all);
    if (!redactor) throw new Error("no redactor");
    const body = Buffer.concat(
      parts.flatMap(([which, length, encoding, between]) => {
        const text = all[which % all.length] ?? "";
        const form = (encodings[encoding] as (text: string, seed: number) => string)(text, 1);
        return [Buffer.from(between), bytesOf(encoding, form.slice(0, length % 2 ? form.length : length))];
      }),
    );
    const clean = Buffer.from(redactor.bytes(body)).toString("latin1");
    same(streamed(redactor, body, cuts), clean, "in chunks");
  },
);

/** Two secrets of which neither stands in an answer, though much of either may. */
export const whatIsHeldBackTellsNothing = fc.property(
  secret,
  secret,
  fc.array(
    fc.tuple(fc.nat(2), fc.constantFrom(...Object.keys(encodings)), fc.nat(60), around, fc.nat(70_000)),
    { minLength: 1, maxLength: 8 },
  ),
  fc.array(fc.nat(200_000), { maxLength: 8 }),
  (one, other, parts, cuts) => {
    const body = Buffer.concat(
      parts.flatMap(([which, encoding, length, between, filling]) => {
        const text = [one, other, `x${one}`][which] ?? "";
        const form = (encodings[encoding] as (text: string, seed: number) => string)(text, 1);
        return [Buffer.from(between), Buffer.alloc(filling, "."), bytesOf(encoding, form.slice(0, length))];
      }),
    );
    const redactors = [one, other].map((text) => redactorFor([text])!);
    if (redactors.some((redactor) => !body.equals(redactor.bytes(body)))) return;
    const [ends, others] = redactors.map((redactor) => {
      const stream = redactionBy(() => redactor);
      return [...pieces(body, cuts).map((piece) => stream.push(piece).length), stream.end().length].join();
    });
    same(ends ?? "", others ?? "", "the ends of the chunks");
  },
);

export const whatIsNoSecretIsUnchanged = fc.property(
  secret,
  fc.uint8Array({ maxLength: 2_000 }),
  fc.array(fc.nat(2_000), { maxLength: 6 }),
  (text, bytes, cuts) => {
    const body = Buffer.from(bytes);
    const redactor = redactorFor([text]);
    if (!redactor || body.includes(text)) return;
    same(Buffer.from(redactor.bytes(body)).toString("latin1"), body.toString("latin1"), "whole");
    same(streamed(redactor, body, cuts), body.toString("latin1"), "in chunks");
  },
);

const word = fc.constantFrom(
  "token",
  "api_key",
  "secret",
  "Bearer",
  "\\u0061",
  "%20",
  "&amp;",
  "\\n",
  "aGVsbG8=",
  "00ff",
  "{",
  '"',
  ":",
  ",",
  " ",
);

export const ordinaryTextIsUnchanged = fc.property(
  fc.string({ unit: fc.constantFrom(..."ghijklmnopqrstuvwxyzGHIJ_-"), minLength: 16, maxLength: 40 }),
  fc.array(word, { maxLength: 60 }),
  (text, words) => {
    const body = words.join("");
    same(redactorFor([text])?.text(body) ?? "", body, "as a header");
    same(Buffer.from(redactorFor([text])?.bytes(Buffer.from(body)) ?? []).toString(), body, "as a body");
  },
);

function streamed(
  redactor: NonNullable<ReturnType<typeof redactorFor>>,
  body: Buffer,
  cuts: number[],
): string {
  const stream = redactionBy(() => redactor);
  const parts = pieces(body, cuts).map((piece) => stream.push(piece));
  return Buffer.concat([...parts, stream.end()]).toString("latin1");
}

function pieces(body: Buffer, cuts: number[]): Buffer[] {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (body.length + 1)), body.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => body.subarray(at[index], end));
}

function same(got: string, want: string, where: string): void {
  if (got !== want) throw new Error(`${where}: ${JSON.stringify(got)}, should be ${JSON.stringify(want)}`);
}
