/** Code in colours: types too, and the names of members are no keywords. */
import { expect, it } from "vitest";
import { highlight } from "../../src/console/parts/highlight.ts";

const kinds = async (code: string) =>
  Array.from(
    String(await highlight(code)).matchAll(/<span class="t-(\w+)">([^<]*)</g),
    ([, kind, text]) => `${kind} ${text}`,
  );

it.each([
  [`api.delete("/a")`, ["call delete", "string &quot;/a&quot;"]],
  [`{ default?: string; in: number | null }`, ["type string", "type number", "keyword null"]],
  [`return data.default`, ["keyword return"]],
  [`f(): Promise<{ status: 200 }>`, ["call f", "type Promise", "number 200"]],
])("colours %s", async (code, want) => {
  expect(await kinds(code)).toEqual(want);
});
