import { expect, it } from "vitest";
import { readBounded, readBoundedText } from "../../src/terms/bounded-body.ts";

const most = 1_000;

/** A body in pieces, and how many of them were asked for. */
function inPieces(pieces: number, size: number) {
  const asked = { count: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (asked.count === pieces) return controller.close();
        asked.count += 1;
        controller.enqueue(new Uint8Array(size).fill(120));
      },
      cancel: () => void (asked.cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { body, asked };
}

it.each<
  [
    what: string,
    pieces: number,
    size: number,
    length: string | undefined,
    read: number | undefined,
    asked: number,
  ]
>([
  ["a body as long as it may be", 10, 100, "1000", 1_000, 10],
  ["one that does not say how long it is", 10, 100, undefined, 1_000, 10],
  ["one byte more", 1, 1_001, undefined, undefined, 1],
  ["one that never ends", Infinity, 100, undefined, undefined, 11],
  ["one that says that it is shorter", Infinity, 100, "10", undefined, 11],
  ["one that says that it is longer", 10, 100, "1001", undefined, 0],
  ["one whose length is no number", 10, 100, "x", 1_000, 10],
])("%s", async (_what, pieces, size, length, read, count) => {
  const { body, asked } = inPieces(pieces, size);
  const headers = new Headers(length === undefined ? {} : { "content-length": length });
  expect((await readBounded({ body, headers }, most))?.byteLength).toBe(read);
  expect(asked).toEqual({ count, cancelled: read === undefined });
});

it("none at all", async () => {
  expect(await readBoundedText(new Response(null), most)).toBe("");
  expect(await readBoundedText(new Response("é"), 2)).toBe("é");
});
