/** The consent page shows everything that a client or a document wrote, so that nothing in it acts unseen. */
import { describe, expect, it } from "vitest";
import { makeOffer, type ApiInventory } from "../../../src/auth/consent-offer.ts";
import { consentPage } from "../../../src/auth/pages/consent.ts";
import { Access } from "../../../src/terms/api-file.ts";

const unseen =
  /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u3000]|(?![\n\t\r])\p{Cc}/u;

const one = {
  id: "listZones",
  method: "get",
  path: "/zones",
  access: "read" as const,
  tags: [] as string[],
  summary: "List zones",
  deprecated: false,
};
const zones = {
  name: "zones",
  title: "Zones",
  file: { source: "https://example.com/openapi.json" },
  outcomeOf: () => "allow" as const,
};
const client = {
  clientId: "c",
  clientName: "Name",
  redirectHost: "host.example",
  redirectUri: "https://host.example/",
  redirectIsLoopback: true,
  scope: [],
};
const view = { client: client as never, user: "ann", handle: "h", headers: new Headers() };

/** The page with a word of somebody else in each place that there is. */
async function page(word: string): Promise<string> {
  const operation = {
    ...one,
    id: `list${word}`,
    tags: [`Tag${word}`, "Other"],
    summary: `List${word} zones`,
  };
  const api = { ...zones, title: `API${word}`, operations: [operation] };
  const tag = `zones:read:${encodeURIComponent(`Tag${word}`)}`;
  const names = { clientName: `Name${word}`, redirectHost: `host${word}.example` };
  const response = await consentPage({
    ...view,
    client: { ...client, ...names } as never,
    user: `ann${word}`,
    offer: makeOffer([`Verified${word}by${word}Google`, tag], [api], { before: ["zones:read"] }),
  });
  return response.text();
}

it.each([
  ["a change of direction", "\u202e"],
  ["an isolate", "\u2066"],
  ["a mark of Arabic", "\u061c"],
  ["a space without width", "\u200b"],
  ["a space that does not break", "\u00a0"],
  ["a wide space", "\u3000"],
  ["tags", "\u{e0041}"],
  ["a filler", "\u3164"],
  ["a selector", "\ufe01"],
  ["a line of its own", "\u2028"],
  ["a control", "\u001b"],
  ["a byte order mark", "\ufeff"],
])("%s", async (_, word) => {
  const text = (await page(word)).replace(/<[^>]*>/g, "");
  expect(unseen.exec(text)?.[0]).toBeUndefined();
  const mark = `⟨U+${word.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  for (const place of ["Name", "API", "Tag", "List", "ann", "Verified", "host"])
    expect(text).toContain(place + mark);
});

it.each(["<b x>", "</h1><form action=//evil.example>", '"><script>', "&#x202e;"])(
  "no markup: %s",
  async (word) => {
    expect(await page(word)).not.toContain(word);
  },
);

describe("says what becomes of a call, for", () => {
  const effects = {
    allow: "Without asking you",
    ask: "Asks you each time",
    varies: "Depends on the values sent",
    deny: "Refused by a rule",
  };
  const kinds = Object.keys(effects) as (keyof typeof effects)[];

  /** What stands in the cells of reading, writing and deleting. */
  async function cells(outcomeOf: ApiInventory["outcomeOf"], times = 1): Promise<string[]> {
    const operations = Access.options.flatMap((access) =>
      Array.from({ length: times }, (_, n) => ({ ...one, id: `${access}${n}`, access })),
    );
    const offer = makeOffer([], [{ ...zones, operations, outcomeOf }]);
    const text = await (await consentPage({ ...view, offer })).text();
    return Access.options.map((access) => {
      const cell = text.match(new RegExp(`<td class="c-${access}">([^]*?)</td>`))?.[1] ?? "";
      return cell.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    });
  }

  it.each(kinds)("every operation alike: %s", async (effect) => {
    const [read, write, deleting] = await cells(() => effect);
    for (const cell of [write, deleting]) expect(cell).toContain(effects[effect]);
    // That reading goes without asking is what everybody expects.
    if (effect === "allow") expect(read).not.toContain(effects.allow);
    else expect(read).toContain(effects[effect]);
  });

  it("operations that differ: how many of each", async () => {
    const [, write] = await cells(({ id }) => kinds[Number(id.at(-1)) % 3]!, 4);
    expect(write).toContain("2 without asking , 1 asks you , 1 depends on the values");
  });
});
