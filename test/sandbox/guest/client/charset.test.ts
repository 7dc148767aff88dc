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
  ["text/plain; charset=shift_jis", "日本語ｶﾅ①∪ \\ ~", "shift_jis"],
  ["text/csv; charset=Windows-31J", "髙﨑", "shift_jis"],
  ["text/plain; charset=euc-jp", "日本語ｶﾅ", "euc-jp"],
  ["text/plain; charset=ISO-2022-JP", "abc日本語 def 日", "iso-2022-jp"],
  ["text/plain; charset=gbk", "中文€", "gbk"],
  ["text/plain; charset=gb2312", "中文", "gb18030"],
  ["text/plain; charset=gb18030", "中文 é ü 😀 ꯍ", "gb18030"],
  ["text/plain; charset=big5", "中文 許功蓋", "big5"],
  ["text/plain; charset=euc-kr", "한국어", "euc-kr"],
  ["text/plain; charset=ks_c_5601-1987", "한국어", "euc-kr"],
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
  ["text/plain; charset=shift_jis", "한", 'body: "한" cannot be written'],
  ["text/plain; charset=iso-2022-jp", "ｶ", 'body: "ｶ" cannot be written'],
  ["text/plain; charset=big5", "😀", 'body: "😀" cannot be written'],
  ["text/plain; charset=x-no-such", "a", 'body: text cannot be written in the charset "x-no-such"; give bytes'],
  ["application/x-www-form-urlencoded; charset=latin1", "a=%E2%82%AC", 'body: "€" cannot be written'],
])("refuses for %s %j", (mediaType, text, message) => {
  expect(() => inCharset(text, mediaType)).toThrow(message);
}); // prettier-ignore

it("writes what other programs write, byte for byte", () => {
  const hex = (text: string, charset: string) =>
    [...(inCharset(text, `text/plain; charset=${charset}`) as Uint8Array)]
      .map((byte) => byte.toString(16))
      .join(" ");
  expect(hex("日本∪", "shift_jis")).toBe("93 fa 96 7b 81 be");
  expect(hex("日a", "iso-2022-jp")).toBe("1b 24 42 46 7c 1b 28 42 61");
  expect(hex("中😀é", "gb18030")).toBe("d6 d0 94 39 fc 36 a8 a6");
  expect(hex("中", "big5")).toBe("a4 a4");
  expect(hex("한", "euc-kr")).toBe("c7 d1");
});

it("writes every character that a charset reads, so that it reads the same", () => {
  for (const charset of ["shift_jis", "euc-jp", "gbk", "gb18030", "big5", "euc-kr"]) {
    const decoder = new TextDecoder(charset);
    let text = "";
    for (let lead = 0xa1; lead < 0xff; lead += 1)
      for (let trail = 0xa1; trail < 0xff; trail += 1) text += decoder.decode(Uint8Array.of(lead, trail));
    const letters = [...new Set(text.replaceAll("\uFFFD", ""))].join("");
    expect(letters.length, charset).toBeGreaterThan(2_000);
    expect(decoder.decode(inCharset(letters, `text/plain; charset=${charset}`) as Uint8Array), charset).toBe(
      letters,
    );
  }
});
