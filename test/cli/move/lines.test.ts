import { expect, it } from "vitest";
import { linesOf } from "../../../src/cli/move/lines.ts";

async function read(chunks: Uint8Array[], maxChars?: number): Promise<string[]> {
  async function* input() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of linesOf(input(), maxChars)) lines.push(line);
  return lines;
}
const bytes = (text: string) => new TextEncoder().encode(text);

it.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\nb\n", ["a", "b"]],
  ["\n\na", ["", "", "a"]],
  ["é\u2028\nü", ["é\u2028", "ü"]],
])("reads the lines of %j, cut anywhere", async (text, lines) => {
  const all = bytes(text);
  for (let cut = 0; cut <= all.length; cut += 1)
    expect(await read([all.subarray(0, cut), all.subarray(cut)])).toEqual(lines);
});

it("stops at a line that is longer than any", async () => {
  const chunks = Array.from({ length: 100 }, () => bytes("0".repeat(100)));
  await expect(read(chunks, 1_000)).rejects.toThrow("it has a line of more than 1000 characters");
  expect(await read([bytes("0".repeat(1_000)), bytes("\n1")], 1_000)).toHaveLength(2);
});
