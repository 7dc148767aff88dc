import { describe, expect, it } from "vitest";
import { chacha, random } from "../../../src/sandbox/guest/random.ts";

const littleEndian = (hex: string) =>
  (hex.match(/.{8}/g) ?? []).map((word) => Number.parseInt(word.match(/../g)!.toReversed().join(""), 16));

describe("the random numbers of a lasting run", () => {
  it("are ChaCha20 (RFC 8439, 2.3.2)", () => {
    const key = littleEndian("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const block = chacha(key, 1, littleEndian("000000090000004a00000000"));
    expect(Buffer.from(block).toString("hex")).toBe(
      "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e" +
        "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
    );
  });

  it("follow from the seed, in the same order however many are taken at a time", () => {
    const seed = "0123456789abcdef".repeat(4);
    const [one, other, else_] = [random(seed), random(seed), random("f".repeat(64))];
    const whole = one(200);
    expect([...other(1), ...other(64), ...other(0), ...other(135)]).toEqual([...whole]);
    expect([...else_(200)]).not.toEqual([...whole]);
  });
});
