/** The boxes of the consent page: what is ticked at first is reading, whatever a client asks for. */
import { describe, expect, it } from "vitest";
import { makeOffer, type ApiInventory } from "../../src/auth/consent-offer.ts";
import type { OperationSummary } from "../../src/spec/catalog.ts";
import { Access } from "../../src/terms/api-file.ts";
import { allScopes } from "../../src/terms/scopes.ts";

const tags = ["Zones", "DNS records"];
const api = (name: string): ApiInventory => ({
  name,
  title: name,
  file: { source: "https://example.com/openapi.json" },
  operations: Access.options.map((access) => operation({ id: `${access}Thing`, access, tags })),
  outcomeOf: () => "allow",
});
const operation = (given: Partial<OperationSummary>): OperationSummary => ({
  id: "writeThing",
  method: "post",
  path: "/things",
  summary: "",
  tags: [],
  access: "write",
  deprecated: false,
  ...given,
});
const apis = [api("edge"), api("notes")];
const everything = allScopes(["edge", "notes"]);

type Wishes = Parameters<typeof makeOffer>[2];

/** The page in brief: `edge:read` for a box, with `#tag` for a ticked tag below it. */
function shown(requested: string[], wishes?: Wishes) {
  const offer = makeOffer(requested, apis, wishes);
  const boxes = offer.apis.flatMap(({ name, choices }) =>
    choices.map((choice) => ({ ...choice, box: `${name}:${choice.access}` })),
  );
  const where = (fits: (box: (typeof boxes)[number]) => boolean) => boxes.filter(fits).map(({ box }) => box);
  return {
    ticked: where(({ ticked }) => ticked),
    tags: boxes.flatMap((one) =>
      one.tags.filter(({ ticked }) => ticked).map(({ tag }) => `${one.box}#${tag}`),
    ),
    asked: where(({ asked }) => asked),
    before: where(({ before }) => before),
    unknown: offer.unknown,
  };
}

const nothing = { tags: [], asked: [], before: [], unknown: [] };
const reads = ["edge:read", "notes:read"];

describe("the consent page starts with", () => {
  const table: [asked: string, requested: string[], want: Partial<ReturnType<typeof shown>>][] = [
    ["nothing", [], { ticked: reads }],
    ["only a refresh token", ["offline_access"], { ticked: reads }],
    ["everything in scopes_supported", everything, { ticked: reads, asked: everything }],
    ["everything, twice", [...everything, ...everything], { ticked: reads, asked: everything }],
    ["reading of one API", ["edge:read"], { ticked: ["edge:read"], asked: ["edge:read"] }],
    ["writing alone", ["edge:write"], { ticked: ["edge:read"], asked: ["edge:write"] }],
    [
      "writing in one API, reading in the other",
      ["edge:read", "edge:write", "notes:read"],
      { ticked: reads, asked: ["edge:read", "edge:write", "notes:read"] },
    ],
    [
      "only what does not exist",
      ["email", "edge:fly", "none:read", "edge:read:Nothing", "email"],
      { ticked: reads, unknown: ["email", "edge:fly", "none:read", "edge:read:Nothing"] },
    ],
    [
      "a tag to read",
      ["edge:read:Zones"],
      { ticked: ["edge:read"], tags: ["edge:read#Zones"], asked: ["edge:read"] },
    ],
    [
      "a tag to delete: if a person ticks Delete, it is for that tag",
      ["edge:delete:DNS%20records"],
      { ticked: ["edge:read"], tags: ["edge:delete#DNS records"], asked: ["edge:delete"] },
    ],
    [
      "a tag and the whole",
      ["edge:read:Zones", "edge:read"],
      { ticked: ["edge:read"], asked: ["edge:read"] },
    ],
  ];
  it.each(table)("reading for a client that asks for %s", (_asked, requested, want) => {
    expect(shown(requested)).toEqual({ ...nothing, ...want });
  });

  it("reading, even after a wider grant: that is shown", () => {
    const before = ["edge:read", "edge:write", "edge:delete:Zones"];
    const want = { ticked: reads, asked: everything, before: ["edge:read", "edge:write", "edge:delete"] };
    expect(shown(everything, { before })).toEqual({ ...nothing, ...want });
  });

  it("no other box ticked than of reading, whatever is asked and was granted", () => {
    const all = [...everything, ...everything.map((scope) => `${scope}:Zones`), "email", "edge:read:x"];
    for (let subset = 0; subset < 2 ** all.length; subset += 37) {
      const requested = all.filter((_, n) => (subset >> n) & 1);
      for (const before of [undefined, everything]) {
        const { ticked } = shown(requested, { before });
        expect(ticked.filter((box) => !box.endsWith(":read"))).toEqual([]);
        expect(ticked).not.toEqual([]);
      }
    }
  });
});

describe("the demo that comes with isogate", () => {
  const demo: ApiInventory = { ...api("demo"), demo: true };
  const ticked = (requested: string[], wishes?: Wishes) =>
    makeOffer(requested, [demo, api("edge")], wishes).apis.flatMap(({ name, choices }) =>
      choices.filter((choice) => choice.ticked).map(({ access }) => `${name}:${access}`),
    );

  it("starts with reading and writing, and no other API does", () => {
    expect(ticked([])).toEqual(["demo:read", "demo:write", "edge:read"]);
    expect(ticked(["demo:read"])).toEqual(["demo:read", "demo:write"]);
    expect(ticked(["edge:read", "edge:write"])).toEqual(["edge:read"]);
  });

  it("keeps what the person ticked when the page comes back", () => {
    expect(ticked([], { ticked: ["demo:read"] })).toEqual(["demo:read"]);
  });

  it("is nothing that an API file can say of itself", () => {
    const named = { ...api("demo"), file: { source: "x", demo: true } as never };
    const choices = makeOffer([], [named]).apis[0]!.choices;
    expect(choices.filter((choice) => choice.ticked).map(({ access }) => access)).toEqual(["read"]);
  });
});

describe("a page that comes back", () => {
  it("has the ticks of the person, and still says what was asked for", () => {
    const ticked = ["notes:write", "edge:delete:Zones"];
    expect(shown(["edge:read"], { ticked })).toEqual({
      ...nothing,
      ticked: ["edge:delete", "notes:write"],
      tags: ["edge:delete#Zones"],
      asked: ["edge:read"],
    });
  });
});

describe("what an access means at an API", () => {
  const writing = (summary: string, own: string[]) => operation({ summary, tags: own });
  const examples = (...operations: OperationSummary[]) => writeOf({ ...api("edge"), operations }).examples;

  it("is said by the first operation of each of its largest tags, in the document's words", () => {
    expect(
      examples(
        writing("Purge the cache.", ["Cache"]),
        writing("Create a DNS record", ["DNS"]),
        writing("Replace a DNS record", ["DNS"]),
        writing("TLS settings", ["Zones"]),
      ),
    ).toEqual(["create a DNS record", "purge the cache", "TLS settings"]);
  });

  it("needs no tags, says nothing twice, and leaves explanations out", () => {
    expect(
      examples(writing("Add", []), writing("Add", []), writing("x".repeat(60), []), writing("", [])),
    ).toEqual(["add"]);
  });
});

const writeOf = (one: ApiInventory) =>
  makeOffer([], [one]).apis[0]!.choices.find(({ access }) => access === "write")!;

describe("the operations of an access", () => {
  it("are named by their summary, or by their id where that is missing or an explanation", () => {
    const operations = ["Create a DNS record. ", "", "x".repeat(91)].map((summary) => operation({ summary }));
    expect(writeOf({ ...api("edge"), operations }).list.map(({ name }) => name)).toEqual([
      "Create a DNS record",
      "writeThing",
      "writeThing",
    ]);
  });

  it("are forty at most, and all are counted", () => {
    const operations = Array.from({ length: 41 }, () => operation({}));
    const { list, operations: count, outcomes } = writeOf({ ...api("edge"), operations });
    expect([list.length, count, outcomes]).toEqual([40, 41, [["allow", 41]]]);
  });

  it("are counted by what becomes of a call, the freest first, without those that none has", () => {
    const operations = ["deny", "ask", "deny", "allow", "varies"].map((id) => operation({ id }));
    const { outcomes, list } = writeOf({
      ...api("edge"),
      operations,
      outcomeOf: ({ id }) => id as ReturnType<ApiInventory["outcomeOf"]>,
    });
    expect(outcomes).toEqual([
      ["allow", 1],
      ["ask", 1],
      ["varies", 1],
      ["deny", 2],
    ]);
    expect(list.map(({ outcome }) => outcome)).toEqual(["deny", "ask", "deny", "allow", "varies"]);
  });
});
