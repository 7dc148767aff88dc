import { expect, it } from "vitest";
import { readAnnounced } from "../../src/terms/bounded-body.ts";

const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

it.for([
  { body: "abc", announced: 3, want: "abc" },
  { body: "ab", announced: 3, want: "ab" },
  { body: "", announced: 0, want: "" },
  { body: null, announced: 3, want: "" },
  { body: "abcd", announced: 3, want: undefined },
  { body: "a".repeat(300_000), announced: 131_072, want: undefined },
])(
  "reads a body that was announced as $announced bytes and not a byte more",
  async ({ body, announced, want }) => {
    expect(textOf(await readAnnounced(new Response(body), announced))).toBe(want);
  },
);

it("reads what comes in pieces, and tells that it broke off", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const write = async () => {
    for (const piece of ["ab", "c"]) await writer.write(new TextEncoder().encode(piece));
    await writer.close();
  };
  void write();
  expect(textOf(await readAnnounced({ body: readable }, 3))).toBe("abc");
  const broken = new IdentityTransformStream();
  void broken.writable.abort(new Error("gone")).catch(() => undefined);
  await expect(readAnnounced({ body: broken.readable }, 3)).rejects.toThrow();
});
