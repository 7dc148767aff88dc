/**
 * How parsers of common languages and frameworks read a number or a UUID in a path, after their sources. They share
 * nothing with `src/`.
 */

/** Arabic, Devanagari and full-width digits, as Java, .NET's and Python's parsers take them. */
const ascii = (text: string) =>
  text.replace(/[\u0660-\u0669\u0966-\u096f\uff10-\uff19]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - [0xff10, 0x966, 0x660].find((zero) => code >= zero)!);
  });

function found(pattern: RegExp, text: string, read: (match: string) => number): number | undefined {
  const match = pattern.exec(text)?.[1];
  return match === undefined ? undefined : read(match);
}

const hex = (text: string) => Number.parseInt(text, 16);
const octal = (text: string) => Number.parseInt(text, 8);
const without = (pattern: RegExp) => (text: string) => Number(text.replace(pattern, ""));

/** Undefined: no number. */
export const numberParsers: Record<string, (text: string) => number | undefined> = {
  parseInt: (text) => Number.parseInt(text),
  Number: (text) => (text.trim() === "" ? undefined : Number(text)),
  /** `rb_int_parse_cstr` with base 10, which passes over 0d; underscores stand between digits. */
  "Ruby's to_i": (text) => found(/^\s*\+?(?:0d)?(\d+(?:_\d+)*)/i, text, without(/_/g)),
  /** The same with base 0, of a whole text. */
  "Ruby's Integer": (text) =>
    found(/^\s*\+?0x([\da-f]+(?:_[\da-f]+)*)\s*$/i, text, (one) => hex(one.replaceAll("_", ""))) ??
    found(/^\s*\+?0o?_?([0-7]+(?:_[0-7]+)*)\s*$/i, text, (one) => octal(one.replaceAll("_", ""))) ??
    found(/^\s*\+?(?:0d)?(\d+(?:_\d+)*)\s*$/i, text, without(/_/g)),
  /** `ZEND_STRTOL` of what `_is_numeric_string_ex` takes, which may be a float. */
  "PHP's (int)": (text) =>
    found(/^[ \t]*(\+?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/i, text, (one) => Math.trunc(Number(one))),
  /** A text is compared with an integer as a double. */
  "MySQL's comparison": (text) => found(/^\s*(\+?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/i, text, Number),
  /** `trimAllWhitespace`, then `Long.decode` of what `isHexNumber` takes, else `Long.valueOf`. */
  "Spring's NumberUtils": (text) => {
    const dense = text.replace(/\s/g, "");
    return /^(?:0x|#)/i.test(dense)
      ? found(/^(?:0x|#)([\da-f]+)$/i, ascii(dense), hex)
      : found(/^(\+?\d+)$/, ascii(dense), Number);
  },
  "Java's Long.decode": (text) =>
    found(/^\+?(?:0x|#)([\da-f]+)$/i, text, hex) ??
    found(/^\+?0([0-7]+)$/, text, octal) ??
    found(/^(\+?[1-9]\d*)$/, text, Number),
  "Java's Double": (text) => found(/^\s*(\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)[df]?\s*$/i, text, Number),
  /** `BaseNumberConverter.ConvertFrom`; `Convert.ToInt64` with base 16 passes over 0x. */
  ".NET's Int64Converter": (text) =>
    found(/^(?:#|0x|&h)(?:0x)?([\da-f]+)$/i, text.trim(), hex) ?? found(/^(\+?\d+)$/, text.trim(), Number),
  ".NET with NumberStyles.Any": (text) =>
    found(/^\s*(\+?\d[\d,]*(?:\.\d*)?(?:e[+-]?\d+)?)\s*$/i, text, without(/,/g)),
  "Visual Basic's CLng": (text) =>
    found(/^\s*&h([\da-f]+)&?\s*$/i, text, hex) ??
    found(/^\s*&o([0-7]+)&?\s*$/i, text, octal) ??
    found(/^\s*(\+?(?:\d+\.?\d*|\.\d+)(?:[ed][+-]?\d+)?)\s*$/i, text, (one) =>
      Number(one.replace(/d/i, "e")),
    ),
  "Python's int": (text) => found(/^\s*(\+?\d+(?:_\d+)*)\s*$/, ascii(text), without(/_/g)),
  "Python's float": (text) =>
    found(
      /^\s*(\+?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?)\s*$/i,
      ascii(text),
      without(/_/g),
    ),
  "Go's ParseInt": (text) =>
    found(/^\+?0x_?([\da-f]+(?:_[\da-f]+)*)$/i, text, (one) => hex(one.replaceAll("_", ""))) ??
    found(/^\+?0[o_]?([0-7]+(?:_[0-7]+)*)$/i, text, (one) => octal(one.replaceAll("_", ""))) ??
    found(/^\+?(?:0b_?)([01]+(?:_[01]+)*)$/i, text, (one) => Number.parseInt(one.replaceAll("_", ""), 2)) ??
    found(/^(\+?[1-9]\d*(?:_\d+)*)$/, text, without(/_/g)),
  "Go's ParseFloat": (text) => {
    const [, whole, fraction = "", exponent] =
      /^\+?0x([\da-f]+)(?:\.([\da-f]*))?p([+-]?\d+)$/i.exec(text) ?? [];
    return whole === undefined
      ? undefined
      : hex(whole + fraction) * 2 ** (Number(exponent) - 4 * fraction.length);
  },
};

const dashed = (digits: string) =>
  digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** Numbers in hexadecimal, each cut to its last digits. */
const masked = (groups: readonly string[], widths: readonly number[]) =>
  dashed(
    groups
      .map((group, index) => {
        const bits = BigInt(4 * widths[index]!);
        return BigInt.asUintN(Number(bits), BigInt(`0x${group}`))
          .toString(16)
          .padStart(widths[index]!, "0");
      })
      .join(""),
  );

const widths = [8, 4, 4, 4, 12];
const plainUuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

function ofAlphabet(text: string, alphabet: string): string {
  let value = 0n;
  for (const sign of text) value = value * BigInt(alphabet.length) + BigInt(alphabet.indexOf(sign));
  return value >> 128n === 0n ? dashed(value.toString(16).padStart(32, "0")) : "";
}

/** Each gives the UUID in lower case with its hyphens. Undefined: none. */
export const uuidParsers: Record<string, (text: string) => string | undefined> = {
  /** uuid.py: `replace("urn:", "").replace("uuid:", "")`, `strip("{}").replace("-", "")`, then `int(hex, 16)`. */
  Python(text) {
    const bare = text
      .replaceAll("urn:", "")
      .replaceAll("uuid:", "")
      .replace(/^[{}]+|[{}]+$/g, "");
    const digits = ascii(bare.replaceAll("-", ""));
    if (digits.length !== 32) return undefined;
    const [, number] = /^\s*\+?(?:0x_?)?([\da-f]+(?:_[\da-f]+)*)\s*$/i.exec(digits) ?? [];
    return number && dashed(number.replaceAll("_", "").padStart(32, "0"));
  },
  /** `UUID.fromString`: five numbers by `Long.parseLong` with base 16, shifted and masked. */
  Java(text) {
    const groups = ascii(text)
      .split("-")
      .map((group) => group.replace(/^\+/, ""));
    const isRead = groups.length === 5 && groups.every((group) => /^[\da-f]{1,15}$/i.test(group));
    return isRead ? masked(groups, widths) : undefined;
  },
  /** `Guid.Parse`: N, D, B, P and X. */
  ".NET"(text) {
    const trimmed = text.trim();
    const [, inner = trimmed] = /^\{([^{}]*)\}$|^$/.exec(trimmed) ?? /^\(([^()]*)\)$/.exec(trimmed) ?? [];
    if (plainUuid.test(inner) || /^[\da-f]{32}$/i.test(trimmed)) return dashed(inner.replaceAll("-", ""));
    const numbers = trimmed.replace(/\s/g, "").match(/0x[\da-f]+/gi) ?? [];
    if (!/^\{(?:0x[\da-f]+,){3}\{0x[\da-f]+(?:,0x[\da-f]+){7}\}\}$/i.test(trimmed.replace(/\s/g, "")))
      return undefined;
    return masked(
      numbers.map((one) => one.slice(2)),
      [8, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2],
    );
  },
  /** `Parse` of google/uuid: by its length only. */
  Go(text) {
    const inner = { 36: text, 38: text.slice(1, -1), 45: text.replace(/^urn:uuid:/i, "") }[text.length];
    if (inner !== undefined && plainUuid.test(inner)) return inner.toLowerCase();
    return /^[\da-f]{32}$/i.test(text) ? dashed(text) : undefined;
  },
  /** `uuid_in`: a hyphen may follow each four digits. */
  PostgreSQL: (text) =>
    /^(?:\{(?:[\da-f]{4}-?){7}[\da-f]{4}\}|(?:[\da-f]{4}-?){7}[\da-f]{4})$/i.test(text)
      ? dashed(text.replace(/[{}-]/g, ""))
      : undefined,
  "OData 3": (text) => {
    const inner = /^guid'(.*)'$/.exec(text)?.[1] ?? "";
    return plainUuid.test(inner) ? inner.toLowerCase() : undefined;
  },
  /** `Uuid::fromString`: base 58 in 22 signs, base 32 in 26, else as usual. */
  Symfony(text) {
    if (/^[1-9A-HJ-NP-Za-km-z]{22}$/.test(text))
      return ofAlphabet(text, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz") || undefined;
    if (/^[0-7][\da-hjkmnp-tv-z]{25}$/i.test(text))
      return ofAlphabet(text.toUpperCase(), "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    return plainUuid.test(text) ? text.toLowerCase() : undefined;
  },
};
