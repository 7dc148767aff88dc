/** Names that look alike in different scripts, and such as only share letters. */
import { expect, it } from "vitest";
import { lookOf } from "../../../../src/store/ledger/programs/look.ts";

it.each([
  ["Cyrillic", "сасе", "cace"],
  ["Cyrillic with a mark", "сору ї", "copy ï"],
  ["Cyrillic in capitals", "ВОТ", "BOT"],
  ["Cyrillic in capitals, for small letters", "РАСЕ", "pace"],
  ["Greek", "νοοκ", "vook"],
  ["Greek in capitals", "ΤΑΚΕ ΟΝΕ", "TAKE ONE"],
  ["Armenian", "սոօհ", "unoh"],
  ["Cherokee", "ᎠᎪᎢᎪ", "DATA"],
  ["Coptic", "ⲥⲟⲣ", "cop"],
  ["Lisu", "ꓐꓳꓔ", "BOT"],
])("%s looks as Latin does: %s", (_, name, latin) => {
  expect(lookOf(name)).toBe(lookOf(latin));
});

it.each([
  ["another Latin name", "cace", "cache"],
  ["Cyrillic letters of their own", "задача", "cace"],
  ["a script that is like no other", "東京", "cace"],
  ["a mark", "cacé", "cace"],
  ["a digit", "job 1", "job 2"],
])("a name with %s is another one", (_, name, other) => {
  expect(lookOf(name)).not.toBe(lookOf(other));
});
