/** What the pages say in words: what a run did, which rule decided, what a result is. */
import { describe, expect, it } from "vitest";
import { apiTitle, togetherInWords, type Documents } from "../../src/console/parts/in-words.ts";
import { tableOf, treeOf, valueInWords } from "../../src/console/parts/json-view.ts";
import { requestTone } from "../../src/console/parts/outcome.ts";
import { ruleInWords } from "../../src/request/shown/rule-in-words.ts";
import type { Grounds } from "../../src/terms/grounds.ts";
import { replyTokens } from "../../src/console/pages/run-result.ts";

it.each([
  [["Add a zone"], undefined, "Add a zone"],
  [["Add a zone", "Add a zone"], undefined, "Add a zone (2 times)"],
  [["Add a zone", "Remove a zone"], undefined, "Add a zone and remove a zone"],
  [["List DNS records", "DELETE it"], undefined, "List DNS records and DELETE it"],
  [["Add a zone", "Add a zone"], 14, "Add a zone (2 times) and 12 more"],
  [["A", "B", "C"], undefined, "A, B and 1 more"],
])("says %j of %s as %s", (titles, all, want) => {
  expect(togetherInWords(titles, all)).toBe(want);
});

it.each([
  ["alone", "Edge"],
  ["one", "Two alike (one)"],
  ["two", "Two alike (two)"],
  ["bidi", "⟨U+202E⟩evil"],
  ["gone", "gone"],
])("calls the API %s %s", (name, want) => {
  const titles = { alone: "Edge", one: "Two alike", two: "Two alike", bidi: "\u202eevil" };
  const documents = new Map(
    Object.entries(titles).map(([id, title]) => [id, { api: { name: id, title } }]),
  ) as unknown as Documents;
  expect(apiTitle(documents, name)).toBe(want);
});

it.each<[grounds: Grounds | undefined, words: string]>([
  [{ by: "grant", access: "read" }, "The connection has read access, and no rule holds it back"],
  [{ by: "no grant" }, "The connection was not given this access"],
  [
    { by: "policy", effect: "ask", what: "operation createThing", index: 0 },
    "Rule 1 of this API asks a person: “operation createThing”",
  ],
  [
    { by: "policy", effect: "deny", what: "path /zones/* access delete", index: 11 },
    "Rule 12 of this API refuses it: “path /zones/* access delete”",
  ],
  [
    { by: "otherwise", effect: "ask" },
    "No rule of this API names it, and what none names waits for a person",
  ],
  [
    { by: "policy", effect: "deny", what: "operation deleteZone" },
    "A rule of this API refuses it: “operation deleteZone”",
  ],
  [
    { by: "own", effect: "deny", name: "no deploys on Fridays" },
    "The rule “no deploys on Fridays” of this server refuses it",
  ],
  [undefined, "Rule: one spelling for every URL"],
])("puts the rule %j into words", (grounds, want) => {
  expect(ruleInWords({ rule: "one spelling for every URL", ...(grounds && { grounds }) })).toBe(want);
});

it("gives each end of a request its one colour", () => {
  const tone = (outcome: Parameters<typeof requestTone>[0]["outcome"], status?: number) =>
    requestTone({ outcome, ...(status !== undefined && { status }) });
  expect(tone("answered", 204)).toBe("ok");
  expect(tone("answered", 404)).toBe("fail");
  expect(tone("denied")).toBe("refuse");
  expect(tone("waiting")).toBe("wait");
  expect(tone("planned")).toBe("calm");
  expect(tone("under way")).toBe("run");
  expect(tone("unknown")).toBe("fail");
});

it.each([
  [undefined, undefined],
  [2, "~10"],
  [3_000, "~910"],
  [10_000, "~3.0k"],
  [9_000_000, "~6.0k"],
])("estimates the tokens of a result of %s characters as %s", (chars, want) => {
  expect(replyTokens(chars)).toBe(want);
});

describe("a result", () => {
  it.each([
    [[], "an empty list"],
    [[1], "a list of 1 item"],
    [{ a: 1, b: 2 }, "an object of 2 members"],
    ["abc", "a text of 3 characters"],
    [null, "nothing"],
    [42, "42"],
  ])("%j is %s", (value, want) => {
    expect(valueInWords(value)).toBe(want);
  });

  it.each<[what: string, value: unknown, isTable: boolean]>([
    ["a list of alike objects", [{ a: 1 }, { a: 2 }], true],
    ["a list with members missing here and there", [{ a: 1, b: 1 }, { a: 2 }, { a: 3, b: 3 }], true],
    ["one object", [{ a: 1 }], false],
    ["objects that have nothing in common", [{ a: 1 }, { b: 1 }, { c: 1 }, { d: 1 }], false],
    ["values", [1, 2, 3], false],
    ["an object", { a: [] }, false],
  ])("that is %s: a table? %j %s", (_what, value, isTable) => {
    expect(tableOf(value) !== undefined).toBe(isTable);
  });

  it("shows a list as a table within a tree, where the table holds all of it", async () => {
    const rows = [
      { name: "<b>a</b>", records: 9 },
      { name: "b", records: 3 },
    ];
    const shown = async (value: unknown) => String(await treeOf(value));
    expect(await shown({ rows })).toMatch(
      /<table class="data">[^]*&lt;b&gt;a&lt;\/b&gt;[^]*<td class="n">3</,
    );
    for (const other of [
      rows.map((row) => ({ ...row, plan: { name: "pro" } })),
      rows.map((row) => ({ ...row, text: "x".repeat(121) })),
      Array.from({ length: 51 }, () => rows[0]),
    ])
      expect(await shown({ other })).not.toContain("<table");
    // All tables together take no more of a page than a tree does.
    const long = Array.from({ length: 50 }, () => ({ a: "x".repeat(120), b: "y".repeat(120) }));
    const several = await shown(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`list${n}`, long])));
    expect(several.match(/<table/g)?.length).toBeLessThan(4);
    expect(several.length).toBeLessThan(80_000);
  });

  it("is a page of bounded size, however large it is, and never markup", async () => {
    const large = Array.from({ length: 5_000 }, (_, n) => ({ name: `<b>${n}</b>`, text: "x".repeat(5_000) }));
    const table = String(await tableOf(large));
    const tree = String(await treeOf({ large }));
    expect(table.length).toBeLessThan(120_000);
    expect(table).not.toContain("<b>");
    expect(table).toContain("4,900 more rows");
    expect(tree.length).toBeLessThan(120_000);
    expect(tree).not.toContain("<b>");
    expect(tree).toContain("more</div>");
  });
});
