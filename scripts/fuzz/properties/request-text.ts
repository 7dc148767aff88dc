/** A request as a person reads it is the request: read back, the text gives the bytes that are sent. */
import * as fc from "fast-check";
import { readMultipart, withFixedBoundary } from "../../../src/request/multipart.ts";
import { duplicateKey, inexactNumber, likeKey } from "../../../src/request/shown/json-text.ts";
import { requestText } from "../../../src/request/shown/request-text.ts";
import type { ExactRequest } from "../../../src/terms/approvals.ts";
import { digest } from "../../../src/terms/digest.ts";

const nasty = fc.constantFrom(
  "\u202e",
  "\u2067",
  "⟨",
  "⟩",
  "\u3164",
  "\ufe0f",
  "א",
  "\t",
  "\n",
  "\r",
  '"',
  "\\",
  "⟨U+202E⟩",
  "⟨U+0020 × 99⟩",
  " ".repeat(79),
  "\n".repeat(80),
);
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("a", "1", " "),
    nasty,
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 40,
});
const space = fc.constantFrom("", " ", "\n", "\t", "\r\n  ");
const numbers = fc.oneof(
  fc.constantFrom(
    "-0",
    "1e400",
    "9007199254740993",
    "1.0",
    "1E+2",
    "0.1000000000000000055511151231257827",
    "1e-400",
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

/** JSON texts with white space anywhere, keys that come twice and numbers of every kind. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    numbers,
    text.map((value) => JSON.stringify(value)),
    fc.constantFrom("true", "false", "null", "{}", "[ ]"),
    fc
      .array(fc.tuple(space, tie("json"), space), { maxLength: 4 })
      .map((items) => `[${items.map((item) => item.join("")).join(",")}]`),
    fc
      .array(fc.tuple(space, fc.oneof(fc.constantFrom("to", "To", "a"), text), space, tie("json"), space), {
        maxLength: 5,
      })
      .map(
        (members) =>
          `{${members.map(([a, key, b, value, c]) => `${a}${JSON.stringify(key)}${b}:${value}${c}`).join(",")}}`,
      ),
  ),
}));

const headers = fc.uniqueArray(
  fc.tuple(
    fc.stringMatching(/^x-[a-z]{1,8}$/),
    fc.string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 20,
    }),
  ),
  { selector: ([name]) => name, maxLength: 4 },
);

function request(body: Uint8Array, type: string | undefined, more: string[][]): ExactRequest {
  return {
    api: "a",
    operation: "o",
    access: "write",
    method: "POST",
    url: "https://api.example/x?y=%20",
    headers: [...more, ...(type === undefined ? [] : [["content-type", type]])].toSorted(),
    body: { hash: digest(body, "hex"), bytes: body.byteLength, content: body },
  };
}

function readBack(shown: string): string {
  return shown
    .replace(/[\u2067\u2069]/g, "")
    .replace(/⟨U\+([0-9A-F]{4,6})(?: × (\d+))?⟩/g, (_mark, code: string, times = "1") =>
      String.fromCodePoint(Number.parseInt(code, 16)).repeat(Number(times)),
    );
}

/** The tokens of JSON, as they are written. */
const tokens = (written: string) => written.match(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g) ?? [];

const bytesOf = (written: string) => new TextEncoder().encode(written);

function same(a: unknown, b: unknown, what: string): void {
  if (JSON.stringify(a) !== JSON.stringify(b))
    throw new Error(`${what}: ${JSON.stringify(a)} ≠ ${JSON.stringify(b)}`);
}

export const textReadsBackAsTheRequest = fc.property(text, headers, (body, more) => {
  const exact = request(bytesOf(body), "text/plain", more);
  const { text: shown, isWhole } = requestText(exact);
  same(isWhole, true, "whole");
  const wanted = [
    `${exact.method} ${exact.url}`,
    ...exact.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const [head = "", ...rest] = shown.split("\n\n");
  same(head.split("\n").map(readBack), wanted, "head");
  same(
    readBack(rest.join("\n\n")),
    new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytesOf(body)),
    "body",
  );
});

export const jsonReadsBackAsItsTokens = fc.property(json, (body) => {
  const { text: shown } = requestText(request(bytesOf(body), "application/json", []));
  const marked = shown
    .split("\n\n")
    .slice(1)
    .join("\n\n")
    .replaceAll(` ${duplicateKey}`, "")
    .replaceAll(` ${likeKey}`, "")
    .replaceAll(` ${inexactNumber}`, "");
  same(
    tokens(readBack(marked)),
    tokens(new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytesOf(body))),
    "tokens",
  );
});

export const whatAParserLosesIsMarked = fc.property(json, (body) => {
  const { text: shown } = requestText(request(bytesOf(body), "application/json", []));
  const lossless = tokens(JSON.stringify(JSON.parse(body))).length === tokens(body).length;
  if (!lossless && !shown.includes(duplicateKey)) throw new Error("a key that is lost is not marked");
  if (
    body.includes("1e400") &&
    JSON.stringify(JSON.parse(body)).includes("null") &&
    !body.includes("null") &&
    !/[⟨]/.test(shown)
  )
    throw new Error("a number that is lost is not marked");
});

const part = fc
  .tuple(text, fc.uint8Array({ maxLength: 60 }))
  .map(([name, content]) =>
    Buffer.concat([
      Buffer.from(`Content-Disposition: form-data; name=${JSON.stringify(name)}\r\n\r\n`),
      content,
    ]),
  );
const boundary = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
  fc.constantFrom("name", "form-data", "a"),
);

function form(parts: readonly Uint8Array[], limit: string): Buffer {
  const delimited = parts.flatMap((one) => [Buffer.from(`--${limit}\r\n`), one, Buffer.from("\r\n")]);
  return Buffer.concat([...delimited, Buffer.from(`--${limit}--\r\n`)]);
}

export const aFixedBoundaryChangesNoPart = fc.property(
  fc.array(part, { minLength: 1, maxLength: 4 }),
  boundary,
  boundary,
  (parts, one, two) => {
    const [first, second] = [one, two].map((limit) =>
      withFixedBoundary(`multipart/form-data; boundary=${limit}`, form(parts, limit)),
    );
    if (!first) return;
    same(
      readMultipart(first.contentType, first.body)?.parts,
      parts.map((bytes) => bytes.toString("latin1")),
      "parts",
    );
    if (second)
      same(
        [first.contentType, digest(first.body)],
        [second.contentType, digest(second.body)],
        "the same form",
      );
  },
);

export const anotherFormIsAnotherRequest = fc.property(
  fc.array(part, { minLength: 1, maxLength: 3 }),
  fc.array(part, { minLength: 1, maxLength: 3 }),
  boundary,
  boundary,
  (parts, others, one, two) => {
    if (digest(JSON.stringify(parts)) === digest(JSON.stringify(others))) return;
    const first = withFixedBoundary(`multipart/form-data; boundary=${one}`, form(parts, one));
    const second = withFixedBoundary(`multipart/form-data; boundary=${two}`, form(others, two));
    if (first && second && digest(first.body) === digest(second.body))
      throw new Error("two forms became one");
  },
);
