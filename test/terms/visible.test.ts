/** What a person decides by shows everything that is in it: tried with every code point there is. */
import { describe, expect, it } from "vitest";
import { visible, visibleExactly, visibleLine } from "../../src/terms/visible.ts";
import { readBack } from "./read-back.ts";

const mark = (code: number) => `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** Beside what Unicode's properties say: glyphs without ink. */
const blank = new Set([0x2800, 0xfffc, 0x13441, 0x13442, 0x16fe4, 0x1d159]);

const unseen = (char: string) =>
  blank.has(char.codePointAt(0)!) ||
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Zs}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}]/u.test(char);

/** All characters, 1,024 at a time, each after a letter. */
const blocks = Array.from({ length: 0x110000 / 0x400 }, (_, block) =>
  Array.from({ length: 0x400 }, (__, n) => String.fromCodePoint(block * 0x400 + n)),
);
const after = (chars: string[]) => chars.map((char) => `a${char}`).join("");

describe("every code point", () => {
  it("is marked if it has no glyph of its own: ignorable, format, control, separator, unassigned", () => {
    for (const block of blocks) {
      const chars = block.filter((char) => unseen(char) && char !== " ");
      expect(visibleLine(after(chars))).toBe(chars.map((char) => `a${mark(char.codePointAt(0)!)}`).join(""));
    }
  });

  it("is shown so that it can be read back", () => {
    for (const block of blocks) expect(readBack(visibleExactly(after(block)))).toBe(after(block));
  });

  it("that is a letter, a digit or a sign stays as it is", () => {
    for (const block of blocks) {
      const chars = block.filter(
        (char) => /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char) && !unseen(char) && char !== "⟨",
      );
      expect(visible(after(chars)).replace(/[\u2067\u2069]/g, "")).toBe(after(chars));
    }
  });
});

it.each([
  ["tabs, line feeds and the space stay in text of several lines", "a\t\n b", "a\t\n b"],
  ["a line break of Windows is one", "a\r\nb", "a\nb"],
  ["a carriage return alone could overwrite the line", "a\rb", "a⟨U+000D⟩b"],
  ["a change of direction", "a\u202eb\u2066c\u061cd", "a⟨U+202E⟩b⟨U+2066⟩c⟨U+061C⟩d"],
  ["tags, which models read and people do not see", "a\u{e0041}\u{e007f}", "a⟨U+E0041⟩⟨U+E007F⟩"],
  ["fillers", "\u3164\u115f\u1160\uffa0", "⟨U+3164⟩⟨U+115F⟩⟨U+1160⟩⟨U+FFA0⟩"],
  ["blanks that are no space", "a\u00a0b\u3000c\u2003d", "a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2003⟩d"],
  ["a variation selector that hides data", "a\ufe0f\u{e0100}", "a⟨U+FE0F⟩⟨U+E0100⟩"],
  ["emoji are whole", "❤️ 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣", "❤️ 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣"],
  ["a joiner outside of an emoji", "a\u200db", "a⟨U+200D⟩b"],
  ["half a character", "a\ud800b", "a⟨U+D800⟩b"],
  ["what looks like a mark", "⟨U+202E⟩", "⟨U+27E8⟩U+202E⟩"],
  ["words that run from right to left stay in their place", '"אב גד", 1', '"\u2067אב גד\u2069", 1'],
])("%s", (_what, text, shown) => {
  expect(visible(text)).toBe(shown);
});

it.each([
  ["a line of them stays", `a${" ".repeat(79)}b`, `a${" ".repeat(79)}b`],
  ["spaces", `a${" ".repeat(80)}b`, "a⟨U+0020 × 80⟩b"],
  ["line feeds", `a${"\n".repeat(300)}b`, "a⟨U+000A × 300⟩b"],
  ["tabs", `a${"\t".repeat(99)}b`, "a⟨U+0009 × 99⟩b"],
  ["several kinds", `a\n\t${" ".repeat(78)}b c`, "a⟨U+000A⟩⟨U+0009⟩⟨U+0020 × 78⟩b c"],
  ["at both ends", `${" ".repeat(90)}a${" ".repeat(91)}`, "⟨U+0020 × 90⟩a⟨U+0020 × 91⟩"],
  ["what looks like their mark", "⟨U+0020 × 80⟩", "⟨U+27E8⟩U+0020 × 80⟩"],
  [
    "between words that run from right to left",
    `א${" ".repeat(80)}ב`,
    "\u2067א\u2069⟨U+0020 × 80⟩\u2067ב\u2069",
  ],
])(
  "blanks that push what follows out of sight are counted where every byte counts: %s",
  (_what, text, shown) => {
    expect(visibleExactly(text)).toBe(shown);
    expect(readBack(shown)).toBe(text);
  },
);

it("shows a text of one line as one line", () => {
  expect(visibleLine("name\n\tApproved by you")).toBe("name⟨U+000A⟩⟨U+0009⟩Approved by you");
});
