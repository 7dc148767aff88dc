/** Pictures as their makers write them are shown; what breaks off, is too large or is none is not. */
import { describe, expect, it } from "vitest";
import { pictureType, shownAs } from "../../src/mcp/picture.ts";

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

/** One pixel each. */
const pictures = {
  "image/png":
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
  "image/jpeg":
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA//9k=",
  "image/webp": "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
};

describe.each(Object.entries(pictures))("%s", (type, base64) => {
  const whole = bytes(base64);

  it("is shown whole, and with something behind its end", () => {
    expect(shownAs(whole)).toBe(type);
    expect(shownAs(new Uint8Array([...whole, 0, 10]))).toBe(type);
    // A view into a larger buffer.
    expect(shownAs(new Uint8Array([1, 2, ...whole, 3]).subarray(2, 2 + whole.length))).toBe(type);
  });

  it("is not shown wherever it breaks off, whose type is known", () => {
    for (let length = 12; length < whole.length; length++) {
      expect(pictureType(whole.subarray(0, length))).toBe(type);
      expect(shownAs(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  it("is not shown if only its first bytes are its own", () => {
    for (const fill of [0, 0xff]) {
      const forged = new Uint8Array(2_000).fill(fill);
      forged.set(whole.subarray(0, 12));
      expect(shownAs(forged)).toBeUndefined();
    }
  });
});

it.each([
  { type: "image/png", places: [18, 22] },
  { type: "image/gif", places: [6, 8] },
] as const)("$type of more than 8,000 pixels, or of none, is not shown", ({ type, places }) => {
  for (const at of places)
    for (const pair of [
      [0xff, 0xff],
      [0, 0],
    ]) {
      const other = bytes(pictures[type]);
      other.set(pair, at);
      expect(shownAs(other)).toBeUndefined();
    }
});

const webp = {
  "with transparency":
    "UklGRn4AAABXRUJQVlA4WAoAAAAQAAAAOwAAJwAAQUxQSBAAAAABB1DAiAgACeH/ejGi/6kPVlA4IEgAAADwAwCdASo8ACgAPm02mEkkIyKhIqgAgA2JZwDU9oB+AAAVGmMcPgzAAP7wm0P/8guWF1yNf/8gP+QH/ID/+PfFDYqwyAAAAAA=",
  "without loss": "UklGRiIAAABXRUJQVlA4TBUAAAAvO8AJEAcQ/Y8CBoCE8H+9GNH/1AcA",
  moving:
    "UklGRrwAAABXRUJQVlA4WAoAAAACAAAABwAABwAAQU5JTQYAAAD/////AABBTk1GRgAAAAAAAAAAAAcAAAcAAGQAAAJWUDggLgAAAPABAJ0BKggACAABQCYloAJ0ugH4AARMAAD++Hyz/Xnc52c/++gHvQD3oB/ggABBTk1GQgAAAAAAAAAAAAcAAAcAAGQAAABWUDggKgAAAJQBAJ0BKggACAAAACYloAJ0ugADmAD++y5L18AU9Uf/PTP62/j/xkAAAA==",
};
const others: [string, string][] = [
  ...Object.entries(webp),
  [
    "a baseline JPEG",
    "/9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAoADwDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAUH/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8Ag4CM0kAAAAAAAAAAAAAAAAAAAAAB/9k=",
  ],
  [
    "a PNG of a palette",
    "iVBORw0KGgoAAAANSUhEUgAAADwAAAAoCAMAAAHiYllbAAAAA1BMVEX/AAAZ4gk3AAAAAXRSTlOArV5bRgAAAAlwSFlzAAAD6AAAA+gBtXtSawAAABlJREFUSIntwTEBAAAAwqD1T20ND6AAADg1CasAAYsKTJUAAAAASUVORK5CYII=",
  ],
];

it.each(others)("is shown: %s; not where it breaks off", (_, base64) => {
  const whole = bytes(base64);
  expect(shownAs(whole)).toBe(pictureType(whole));
  for (let length = 12; length < whole.length; length++)
    expect(shownAs(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
});

it("is not shown: a PNG with any other byte, since its parts have checksums", () => {
  const whole = bytes(pictures["image/png"]);
  for (const at of whole.keys()) {
    const other = new Uint8Array(whole);
    other[at]! ^= 1;
    expect(shownAs(other), `byte ${at}`).toBeUndefined();
  }
});

const text = (latin1: string) => new Uint8Array(Buffer.from(latin1, "latin1"));
const words = "These are words and no picture at all. ".repeat(20);
it.each([
  [
    "a PNG of words with both marks",
    text(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\b\x06\0\0\0abcd\0\0\0\0IENDabcd`),
  ],
  ["a JPEG of words with an end mark", text(`\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x04ab${words}\xff\xd9`)],
  [
    "a JPEG with a frame, and words for tables",
    text(`\xff\xd8\xff\xc0\0\x0b\b\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x04ab${words}\xff\xd9`),
  ],
  ["a GIF of words with a trailer", text(`GIF89a\x01\0\x01\0\0\0\0${words};`)],
  ["a GIF without an image", text(`GIF89a\x01\0\x01\0\0\0\0!\xfe\x05words\0;`)],
  ["a WebP of words", text(`RIFF\x2c\x00\0\0WEBPVP8 \x20\0\0\0${words.slice(0, 32)}`)],
  ["a WebP of unknown chunks", text(`RIFF\x0e\0\0\0WEBPabcd\x02\0\0\0ab`)],
  ["a WebP with a canvas alone", text(`RIFF\x16\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\x07\0\0\x07\0\0`)],
])("is not shown: %s", (_, forged) => {
  expect(pictureType(forged)).toBeDefined();
  expect(shownAs(forged)).toBeUndefined();
});

it("is decided in a moment for the most that a run may attach, whatever it is made of", () => {
  for (const base64 of [...Object.values(pictures), ...Object.values(webp)])
    for (const fill of [0, 1, 0xff]) {
      const large = new Uint8Array(8_000_000).fill(fill);
      large.set(bytes(base64).subarray(0, -4));
      const began = performance.now();
      shownAs(large);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
});
