import { expect, it } from "vitest";
import { base } from "../../src/auth/pages/style.ts";
import { style } from "../../src/console/style.ts";

it("asks what a whole page has of its children only: the browser asks again whenever a list grows", () => {
  const around =
    /(?:^|[\s,}])((?:html|:root|body|main|#main|\.page|\.parts|\.list|ul)[^\s,{>]*:has\((?!>)[^{]*)/g;
  expect([..."main:has(.bar) {}".matchAll(around)]).toHaveLength(1);
  expect([...`${base}${style}`.matchAll(around)].map(([, rule]) => rule)).toEqual([]);
});

it("lays a class out in one place: two rules of one name are two meanings of a word", () => {
  const laidOut = (css: string): string[] => {
    const outsideOfMedia = css
      .replaceAll(/\/\*[^]*?\*\//g, "")
      .replaceAll(/@[^{;]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, "");
    const names = [...outsideOfMedia.matchAll(/(?:^|\})\s*\.([\w-]+)\s*(?=\{)/g)].map(
      ([, name]) => name ?? "",
    );
    return names.filter((name, at) => names.indexOf(name) !== at);
  };
  expect(laidOut(".a { top: 0; } .b { top: 0; } @media print { .b { top: 1px; } } .a { top: 2px; }")).toEqual(
    ["a"],
  );
  expect(laidOut(style)).toEqual([]);
});
