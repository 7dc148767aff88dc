/**
 * The ways in which a server may repeat a secret: verbatim, escaped for JSON, JavaScript, URLs, forms, HTML and Markdown (as a
 * whole or character by character, also one after the other), as UTF-16, in hex, as a list of numbers, and in base64 at each of
 * its three alignments, also broken into lines. Pure. All texts are latin1: one character per byte.
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
  // In base64 it may stand as it stood in a document, or as it was sent in a query or to a token endpoint.
  const written = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  return [
    ...inEveryWidth({
      units: [...secret].map((char) => escapes.take(char, () => escapesOf(char))),
      between: [],
    }),
    { units: [...bytes].map((byte) => inHex[byte]!), between: betweenHex },
    { units: [...bytes].map((byte) => inDecimal[byte]!), between: betweenNumbers },
    ...[...new Set(written)]
      .flatMap((text) => base64Cores(Buffer.from(text, "utf8")))
      .map(base64Spelling)
      .flatMap(inEveryWidth),
  ];
}

const hexOf = (number: number, digits = 2) => number.toString(16).padStart(digits, "0");

/** The ways to write each byte: shared, so that they are compiled once. */
const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
const inHex = everyByte.map((byte) => [hexOf(byte), hexOf(byte).toUpperCase()]);
const inDecimal = everyByte.map((byte) => [`${byte}`]);

/** What programs write between bytes in hex, also line by line, as `xxd -p` does, and as a list of numbers. */
const betweenHex = [":", " ", "-", ",", ", ", "\n", "\r\n", "\\n", ",0x", ", 0x", " 0x", "0x"];

/** As deep as JSON with indentation may stand. */
const maxIndent = 16;
const lineEnds = ["\n", "\r\n"].flatMap((end) => [
  ...Array.from({ length: maxIndent + 1 }, (_, depth) => end + " ".repeat(depth)),
  ...Array.from({ length: maxIndent / 2 }, (_, depth) => end + "\t".repeat(depth + 1)),
]);

/** Between bytes in decimal: a Buffer of Node in JSON, a byte slice that Go prints; also each on a line of its own. */
const betweenNumbers = [",", ", ", " ", "\t", ...lineEnds, ...lineEnds.map((end) => `,${end}`)];

/** As it is, and in UTF-16 of both orders. */
function inEveryWidth({ units, between }: Spelling): Spelling[] {
  const orders = [wide, wideSwapped];
  return [
    { units, between },
    ...orders.map((order) => ({
      units: units.map((ways) => ofAll(ways, order)),
      between: ofAll(between, order),
    })),
  ];
}

const wide = (bytes: Buffer) => bytes;
const wideSwapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const widened = new WeakMap<readonly string[], Map<typeof wide, string[]>>();

/** Shared for equal units, so that they are compiled once. */
function ofAll(ways: readonly string[], order: typeof wide): string[] {
  let known = widened.get(ways);
  if (!known) widened.set(ways, (known = new Map()));
  let found = known.get(order);
  if (!found) {
    const texts = ways.map((way) => Buffer.from(way, "latin1").toString("utf8"));
    found = texts
      .filter((text) => !text.includes("\ufffd"))
      .map((text) => order(Buffer.from(text, "utf16le")).toString("latin1"));
    known.set(order, found);
  }
  return found;
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

/** Backslashes before an escape: doubled each time that the text was put into a string literal. */
const backslashes = ["\\", "\\\\", "\\\\\\\\"];
const percents = ["%", "%25", "%2525"];

/** HTML Standard, named character references of one character of ASCII or Latin-1. */
const htmlNames = new Map(
  (
    '!excl "quot "QUOT #num $dollar %percnt &amp &AMP \'apos (lpar )rpar *ast *midast +plus ,comma .period /sol :colon ' +
    ";semi <lt <LT =equals >gt >GT ?quest @commat [lbrack [lsqb \\bsol ]rbrack ]rsqb ^Hat _lowbar _UnderBar `grave " +
    "`DiacriticalGrave {lcub {lbrace |vert |verbar |VerticalLine }rcub }rbrace"
  )
    .split(" ")
    .map((entry) => [entry.slice(1), entry.slice(0, 1)] as const),
);
for (const [index, name] of (
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
  "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
  "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
  "thorn yuml"
)
  .split(" ")
  .entries())
  htmlNames.set(name, String.fromCharCode(0xa0 + index));
const htmlNamesOf = (char: string) =>
  [...htmlNames].filter(([, one]) => one === char).map(([name]) => `&${name};`);

type Escape = (text: string) => string;

const json: Escape = (text) => JSON.stringify(text).slice(1, -1);
const unicode: Escape = (text) =>
  Array.from({ length: text.length }, (_, at) => `\\u${hexOf(text.charCodeAt(at), 4)}`).join("");
const replacing =
  (pattern: RegExp, write: Escape): Escape =>
  (text) =>
    text.replace(pattern, write);
const named = (names: Record<string, string>): Escape => replacing(/./gsu, (char) => names[char] ?? char);
const basicHtml = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What programs do with a whole text, one of them with what another one wrote. */
const wholeEscapes: Escape[] = [
  json,
  // PHP, json_encode.
  (text) => replacing(/[^ -~]/g, unicode)(json(text)).replaceAll("/", "\\/"),
  // Python, json.dumps.
  (text) => replacing(/[^ -~]/g, unicode)(json(text)),
  // Go, and Rails.
  (text) => replacing(/[&<>\u2028\u2029]/g, unicode)(json(text)),
  // PHP with JSON_HEX_TAG and the others; System.Text.Json, in capitals.
  (text) =>
    replacing(/[&<>'+`]|[^ -~]/g, (char) => unicode(char).toUpperCase().replace("\\U", "\\u"))(json(text)),
  encodeURIComponent,
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  // PHP, Java and Python escape more than JavaScript.
  (text) =>
    encodeURIComponent(text).replace(/[!'()*~]/g, (char) => `%${hexOf(char.charCodeAt(0)).toUpperCase()}`),
  (text) => new URLSearchParams({ x: text }).toString().slice(2),
  named({ ...basicHtml, "'": "&#39;" }),
  named({ ...basicHtml, "'": "&#039;" }),
  named({ ...basicHtml, "'": "&#x27;", "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;" }),
  // Mustache, Handlebars, lodash.
  named({ ...basicHtml, "'": "&#39;", "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;" }),
  named({ "&": "&#38;", "<": "&#60;", ">": "&#62;", '"': "&#34;", "'": "&#39;", "+": "&#43;" }),
  replacing(/./gsu, (char) => htmlNamesOf(char)[0] ?? char),
];

/** A text after one whole escape, and after two. */
function escapedTwice(text: string): string[] {
  const once = new Set([text, ...wholeEscapes.map((escape) => escape(text))]);
  const twice = [...once].flatMap((one) => [
    one,
    ...wholeEscapes.map((escape) => escape(one)),
    ...inHtml(one),
  ]);
  return [...new Set(twice)].map(latin1);
}

/** Programs differ in which signs they escape for HTML: each of them, or not. */
function inHtml(text: string): string[] {
  let all = [""];
  for (const char of text) {
    const ways = /[a-z\d]/i.test(char)
      ? [char]
      : [char, ...htmlNamesOf(char).slice(0, 1), `&#${char.codePointAt(0)};`];
    all = all.flatMap((one) => ways.map((way) => one + way));
  }
  return all;
}

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

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
  // Markdown, regular expressions and shells put one before every sign.
  if (/[ -/:-@[-`{-~]/.test(char)) for (const slash of backslashes) found.add(slash + char);
  // Three times into a string: seven of them before what was escaped at first.
  if (/[/'"`<\\]/.test(char))
    for (let count = 1; count <= 8; count += 1) found.add("\\".repeat(count) + char);
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
    // ECMAScript section 12.9.4, and octal as C, Python and shells write it.
    for (const hex of cased(hexOf(code, 1))) found.add(`${slash}u{${hex}}`);
    for (const width of [1, 3])
      found.add([...bytes].map((byte) => slash + byte.toString(8).padStart(width, "0")).join(""));
  }
  // `isWellFormed`: half a character cannot be written in a URL.
  if (char.isWellFormed()) for (const text of escapedTwice(char)) found.add(text);
  for (const name of htmlNamesOf(char)) for (const text of [name, `&amp;${name.slice(1)}`]) found.add(text);
  for (const width of [1, 2, 3, 4, 5]) {
    const hex = hexOf(code, width);
    const upper = hex.toUpperCase();
    const numbers = [`${code}`.padStart(width, "0"), `x${hex}`, `X${upper}`, `x${upper}`];
    // HTML Standard, section 13.2.5.84: a reference without its semicolon is one all the same.
    for (const text of numbers)
      for (const amp of ["&", "&amp;"]) for (const end of [";", ""]) found.add(`${amp}#${text}${end}`);
  }
  return [...found];
}

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

/** RFC 2045 section 6.8 breaks lines; JSON and URLs escape the break. */
const lineBreaks = [" ", ...["\n", "\r\n"].flatMap(escapedTwice)];

/** Shared, as there are only so many signs. */
const signWays = new Map<string, string[]>();

function waysOf(sign: string): string[] {
  let ways = signWays.get(sign);
  if (!ways) {
    const url = { "+": "-", "/": "_" }[sign];
    signWays.set(
      sign,
      (ways = url === undefined ? [sign] : [...escapes.take(sign, () => escapesOf(sign)), url]),
    );
  }
  return ways;
}

function base64Spelling(core: string): Spelling {
  return { units: [...core].map(waysOf), between: lineBreaks };
}
