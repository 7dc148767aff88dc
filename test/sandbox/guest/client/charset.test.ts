/** Text in the charset of its media type: what leaves is read by a server as what was written, or is refused. */
import { expect, it } from "vitest";
import { inCharset } from "../../../../src/sandbox/guest/client/charset.ts";

it.each([
  ["text/plain", "Zürich €", undefined],
  ["text/plain; charset=UTF-8", "Zürich €", undefined],
  ["text/plain; charset=utf8", "ü", undefined],
  ["text/plain; charset=iso-8859-1", "Zürich", "latin1"],
  ["text/csv; Charset=\"ISO-8859-1\"; header=present", "é;ÿ", "latin1"],
  ["text/plain; charset=windows-1252", "10 €", "windows-1252"],
  ["text/plain; charset=iso-8859-15", "10 €", "iso-8859-15"],
  ["text/plain; charset=koi8-r", "Привет", "koi8-r"],
  ["text/plain; charset=us-ascii", "plain", "utf-8"],
  ["text/plain; charset=utf-16", "ü€😀", "utf-16be"],
  ["text/plain; charset=utf-16be", "ü€😀", "utf-16be"],
  ["text/plain; charset=UTF-16LE", "ü€😀", "utf-16le"],
  ["text/xml; charset=iso-8859-1", '<?xml version="1.0" encoding="utf-8"?><a>ü</a>', "latin1"],
  ["application/soap+xml", '<?xml version="1.0" encoding="windows-1251"?><a>Ж</a>', "windows-1251"],
])("writes for %s what reads as %j", (mediaType, text, reading) => {
  const written = inCharset(text, mediaType);
  if (reading === undefined) expect(written).toBe(text);
  else expect(new TextDecoder(reading).decode(written as Uint8Array)).toBe(text);
}); // prettier-ignore

it.each([
  ["application/json; charset=iso-8859-1", '{"a":"ü😀"}', String.raw`{"a":"\u00fc\ud83d\ude00"}`],
  ["application/x-ndjson; charset=latin1", '"ü"\n', '"\\u00fc"\n'],
  ["application/x-www-form-urlencoded; charset=iso-8859-1", "a=%C3%BC%26&%C3%A9=1", "a=%FC%26&%E9=1"],
])("writes for %s in ASCII", (mediaType, text, want) => {
  const written = inCharset(text, mediaType);
  expect(written).toBe(want);
});

it.each([
  ["text/plain; charset=iso-8859-1", "10 €", 'body: "€" cannot be written in the charset "iso-8859-1"; give bytes, or'],
  ["text/plain; charset=us-ascii", "ü", 'body: "ü" cannot be written'],
  ["text/plain; charset=shift_jis", "日本", 'body: "日" cannot be written'],
  ["text/plain; charset=x-no-such", "a", 'body: text cannot be written in the charset "x-no-such"; give bytes'],
  ["application/x-www-form-urlencoded; charset=latin1", "a=%E2%82%AC", 'body: "€" cannot be written'],
])("refuses for %s %j", (mediaType, text, message) => {
  expect(() => inCharset(text, mediaType)).toThrow(message);
}); // prettier-ignore
