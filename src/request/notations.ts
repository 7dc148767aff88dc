/**
 * The notations in which servers take a text for a number, a UUID or an address. Texts that have a key in common may be one value to
 * one of them. `scripts/fuzz/properties/values.ts` compares with models of whole parsers. Pure.
 */
import { addressesIn, wantedAddress } from "./addresses.ts";
import { trimEndOf } from "../terms/trim-end.ts";

interface NumberParser {
  who: string;
  /** A text in lower case has to begin like this; where it has to end too, the pattern says so. */
  form: RegExp;
  numbers(digits: string, fraction: string, exponent: string): (number | string)[];
}

const numberParsers: NumberParser[] = [
  {
    who: "the digits at its start: parseInt, PHP, Perl, C, Python and Go as a whole; Ruby's to_i, behind 0d too",
    form: /^(?:0d)?0*(\d+)/,
    numbers: (digits) => [digits],
  },
  {
    who: "with an exponent: the casts of MySQL, and of PHP, which cuts the fraction off",
    form: /^((?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/,
    numbers: (text) => [Number(text), Math.trunc(Number(text))],
  },
  {
    who: "Visual Basic",
    form: /^((?:\d+(?:\.\d*)?|\.\d+)d[+-]?\d+)$/,
    numbers: (text) => [Number(text.replace("d", "e"))],
  },
  {
    who: "parseInt, C's strtol; as a whole: Number, Go, Java's decode, Ruby's Integer",
    form: /^0x([\da-f]+)/,
    numbers: (digits) => [parseInt(digits, 16)],
  },
  {
    who: "Spring's NumberUtils, Java's decode and .NET (#), .NET and Visual Basic (&h), .NET with 0x behind either",
    form: /^(?:#|&h|0x)(?:0x)?([\da-f]+)&?$/,
    numbers: (digits) => [parseInt(digits, 16)],
  },
  {
    who: "Go, Ruby's Integer, Java's decode (0); JavaScript, Python, PostgreSQL (0o); Visual Basic (&o)",
    form: /^(?:0o?|&o)([0-7]+)&?$/,
    numbers: (digits) => [parseInt(digits, 8)],
  },
  {
    who: "JavaScript, Go, Ruby's Integer, Python, PostgreSQL",
    form: /^0b([01]+)$/,
    numbers: (digits) => [parseInt(digits, 2)],
  },
  {
    who: "hexadecimal with an exponent of 2: Java's Double, Go's ParseFloat, C's strtod",
    form: /^0x([\da-f]*)(?:\.([\da-f]*))?p([+-]?\d+)/,
    numbers: (digits, fraction, exponent) => [
      parseInt(digits + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length),
    ],
  },
];

/** Signs between the digits that one or the other passes over: Ruby, Python and Go `1_000`, .NET `1,000`. */
const separators = ["_", ","];

interface UuidParser {
  who: string;
  /** @returns its 32 digits, if it is one */
  digits(text: string): string | undefined;
}

const uuidParsers: UuidParser[] = [
  {
    who: "RFC 9562 section 4, PostgreSQL; PHP and Python, without urn: and uuid: anywhere, Python's rest as int() reads it",
    digits(text) {
      const rest = text.replaceAll("urn:", "").replaceAll("uuid:", "").replace(/[{}-]/g, "");
      // Python takes blanks at the ends for digits, which folding has cut off.
      return rest.length > 16 && rest.length <= 32 ? inGroups([rest.trim()], [32]) : undefined;
    },
  },
  {
    who: "Java's fromString, which reads five numbers; .NET's format D, whose groups may have a sign or 0x",
    digits: (text) => inGroups(text.split("-"), groupsOf36),
  },
  {
    who: ".NET's format X: {0x…,0x…,0x…,{0x…,…}}",
    digits: (text) => inGroups(text.replace(/[{}\s]/g, "").split(","), [8, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2]),
  },
  {
    who: "google/uuid for Go, to which the first and the last of 38 signs are braces, whatever they are",
    digits: (text) => (text.length === 38 ? inGroups(text.slice(1, -1).split("-"), groupsOf36) : undefined),
  },
];

const groupsOf36 = [8, 4, 4, 4, 12];

/** Numbers in hexadecimal of which the last digits count. */
function inGroups(groups: readonly string[], widths: readonly number[]): string | undefined {
  if (groups.length !== widths.length) return undefined;
  const read = groups.map((group, index) => {
    const [, digits] = /^\+?(?:0x)?([\da-f_]+)$/.exec(group) ?? [];
    const width = widths[index] ?? 0;
    return digits?.replaceAll("_", "").slice(-width).padStart(width, "0");
  });
  return read.every((group) => group !== undefined) ? read.join("") : undefined;
}

const numberKey = (number: number | string) => `number ${number}`;
const uuidKey = (digits: string) => `UUID ${digits}`;

/** OData writes texts in quotes. */
export const unquoted = (text: string): string => (/^'.+'$/s.test(text) ? text.slice(1, -1) : text);

/** Keys of a value as a rule has it, folded. */
export function wantedKeys(value: string): string[] {
  if (/^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/.test(value)) {
    const digits = value.replaceAll("-", "");
    return [value, uuidKey(digits), ...symfonyAlphabets.map((one) => inAlphabet(digits, one).toLowerCase())];
  }
  if (!/^\d+(?:\.\d+)?$/.test(value)) return [value, ...wantedAddress(value)];
  return [
    value,
    ...wantedAddress(value),
    numberKey(value.replace(/^0+(?=\d)/, "")),
    numberKey(Number(value)),
  ];
}

/** Of base 32 and 58, in which Symfony's `Uuid::fromString` takes a UUID too. */
const symfonyAlphabets = [
  "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
  "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
];

function inAlphabet(digits: string, alphabet: string): string {
  const base = BigInt(alphabet.length);
  const width = Math.ceil(128 / Math.log2(alphabet.length));
  let rest = BigInt(`0x${digits}`);
  const text = Array.from({ length: width }, () => {
    const sign = alphabet[Number(rest % base)];
    rest /= base;
    return sign;
  });
  return text.toReversed().join("");
}

/** Keys of all that a server may read a text as, folded. */
export function keysOf(text: string): string[] {
  const keys = [text, unquoted(text)];
  // Java, .NET and Python take the digits of any script, others end at them.
  const plain = text.replace(/\p{Nd}/gu, digitOf);
  for (const one of new Set([text, plain].flatMap((read) => [read, withoutBrackets(read)]))) {
    keys.push(...uuidParsers.flatMap(({ digits }) => digits(one) ?? []).map(uuidKey));
    keys.push(...addressesIn(one));
    if (/\d|#|&h/.test(one)) keys.push(...numbersIn(one).map(numberKey));
  }
  return keys;
}

function numbersIn(text: string): (number | string)[] {
  const unsigned = text.replace(/^[\s+]+/, "");
  const spelled = new Set([unsigned, ...separators.map((one) => unsigned.replaceAll(one, ""))]);
  // Spring takes blanks out from between the digits; a text of several words is no number to it.
  const dense = unsigned.replace(/\s/g, "");
  if (dense !== unsigned && isWhole(dense)) spelled.add(dense);
  return [...spelled]
    .flatMap((one) => numberParsers.flatMap((parser) => readBy(parser, one)))
    .filter((number) => typeof number === "string" || Number.isFinite(number));
}

function readBy({ form, numbers }: NumberParser, text: string): (number | string)[] {
  const [, digits, fraction = "", exponent = ""] = form.exec(text) ?? [];
  return digits === undefined ? [] : numbers(digits, fraction, exponent);
}

const isWhole = (text: string) =>
  numberParsers.some(({ form }) => form.exec(text)?.[0].length === text.length);

/** Without quotes and brackets around it: .NET's `(uuid)`, OData's `'5'` and `guid'…'`, lists. */
function withoutBrackets(text: string): string {
  return trimEndOf(text.replace(/^(?:guid(?='))?[\s"'([{+]*/, ""), /[\s"')\]}]/);
}

/** Decimal digits of a script follow each other. */
function digitOf(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 128) return char;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
