import { expect, it } from "vitest";
import { bodyKindOf } from "../../../src/terms/body-kind.ts";
import { readData } from "../../../src/sandbox/guest/client/answer.ts";
import { textInPieces } from "../../../src/sandbox/guest/text-in-pieces.ts";

const mark = "\uFEFF";
const texts = [
  "",
  "a",
  mark,
  `${mark}a`,
  `a${mark}`,
  `${mark}${mark}a`,
  `a${mark}b${mark}${mark}c`,
  `é😀${mark}日`,
];
const ways: [charset: string, encode: (text: string) => Buffer][] = [
  ["utf-8", (text) => Buffer.from(text)],
  ["utf-16le", (text) => Buffer.from(text, "utf16le")],
  ["utf-16be", (text) => Buffer.from(text, "utf16le").swap16()],
];

it.each(ways.flatMap(([charset, encode]) => texts.map((text) => [charset, text, encode(text)] as const)))(
  "reads %s, cut anywhere, as it is read in one piece: %j",
  (charset, text, bytes) => {
    const want = text.startsWith(mark) ? text.slice(1) : text;
    for (let one = 0; one <= bytes.length; one += 1)
      for (let two = one; two <= bytes.length; two += 1) {
        const decoded = textInPieces(charset);
        const read = decoded(bytes.subarray(0, one)) + decoded(bytes.subarray(one, two));
        expect(read + decoded(bytes.subarray(two), true)).toBe(want);
      }
  },
);

const turnBytes = 4 * 1024 * 1024;

it.each([-4, -3, -2, -1, 0])("keeps U+FEFF where a turn of a long answer ends: %i", async (offset) => {
  const text = `${"a".repeat(turnBytes + offset)}${mark}${mark}b`;
  const { data } = await readData(new Response(text), bodyKindOf("text/plain"));
  expect(data === text).toBe(true);
});

it("keeps U+FEFF at the start of a piece of a stream", async () => {
  const pieces = [`${mark}data: a`, `${mark}b\n\n`, `data: ${mark}`, `${mark}\n\n`].map((piece) =>
    Buffer.from(piece),
  );
  const body = new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  const { data } = await readData(new Response(body), bodyKindOf("text/event-stream"));
  expect(data).toEqual([{ data: `a${mark}b` }, { data: `${mark}${mark}` }]);
});
