/** Names that are nearest to one that was typed wrongly: each way to mistype one counts once. */
import { expect, it } from "vitest";
import { nearestNames } from "../../src/request/nearest.ts";

it.each<[how: string, asked: string, nearest: string, other: string]>([
  ["two letters exchanged", "zoens", "zones", "zoans2"],
  ["two letters exchanged at its beginning", "ozne", "zone", "orange"],
  ["two letters exchanged at its end", "limti", "limit", "limta1"],
  ["two pairs exchanged", "pgaesize", "pageSize", "pgvsize"],
  ["a letter left out", "recrd", "record", "rcrd2x"],
  ["a letter too many", "reecord", "record", "recorders"],
  ["another letter", "racord", "record", "racing"],
  ["another spelling", "page_number", "pageNumber", "pageNumbers"],
])("finds what was meant by a name with %s: %s", (_, asked, nearest, other) => {
  expect(nearestNames([other, nearest], asked)[0]).toBe(nearest);
  expect(nearestNames([nearest, other], asked)[0]).toBe(nearest);
});

it("exchanges no letter with one that was exchanged before: three that go round are two errors", () => {
  expect(nearestNames(["abcxx", "cabyx"], "cabxx")).toEqual(["cabyx", "abcxx"]);
});
