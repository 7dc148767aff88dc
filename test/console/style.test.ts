import { expect, it } from "vitest";
import { base } from "../../src/auth/pages/style.ts";
import { style } from "../../src/console/style.ts";

it("asks what a whole page has of its children only: the browser asks again whenever a list grows", () => {
  const around =
    /(?:^|[\s,}])((?:html|:root|body|main|#main|\.page|\.parts|\.list|ul)[^\s,{>]*:has\((?!>)[^{]*)/g;
  expect([..."main:has(.bar) {}".matchAll(around)]).toHaveLength(1);
  expect([...`${base}${style}`.matchAll(around)].map(([, rule]) => rule)).toEqual([]);
});
