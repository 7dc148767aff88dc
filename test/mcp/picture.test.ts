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
      if (type !== "image/webp") expect(shownAs(forged)).toBeUndefined();
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
