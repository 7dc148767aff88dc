/** The consent page shows everything that a client or a document wrote, so that nothing in it acts unseen. */
import { expect, it } from "vitest";
import { makeOffer } from "../../../src/auth/consent-offer.ts";
import { consentPage } from "../../../src/auth/pages/consent.ts";

const unseen =
  /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u3000]|(?![\n\t\r])\p{Cc}/u;

/** The page with a word of somebody else in each place that there is. */
async function page(word: string): Promise<string> {
  const api = {
    name: "zones",
    title: `API${word}`,
    file: { source: "https://example.com/openapi.json" },
    operations: [{ access: "read" as const, tags: [`Tag${word}`, "Other"], summary: `List${word}` }],
  };
  const tag = `zones:read:${encodeURIComponent(`Tag${word}`)}`;
  const response = await consentPage({
    client: {
      clientId: "c",
      clientName: `Name${word}`,
      redirectHost: `host${word}.example`,
      redirectUri: "https://host.example/",
      redirectIsLoopback: true,
      scope: [],
    } as never,
    user: `ann${word}`,
    offer: makeOffer([`Verified${word}by${word}Google`, tag], [api], { before: ["zones:read"] }),
    handle: "h",
    headers: new Headers(),
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
  for (const place of ["Name", "API", "Tag", "ann", "Verified", "host"]) expect(text).toContain(place + mark);
});

it.each(["<b x>", "</h1><form action=//evil.example>", '"><script>', "&#x202e;"])(
  "no markup: %s",
  async (word) => {
    expect(await page(word)).not.toContain(word);
  },
);
