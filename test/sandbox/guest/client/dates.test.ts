import { expect, it } from "vitest";
import { inHeader, withDates } from "../../../../src/sandbox/guest/client/dates.ts";

const day = new Date("2024-05-06T07:08:09Z");
const date = { type: "string", format: "date" };
const time = { type: "string", format: "date-time" };
const object = (properties: object) => ({ type: "object", properties });

it.each<[name: string, schema: unknown, value: unknown, want: unknown]>([
  ["a day", date, day, "2024-05-06"],
  ["a time", time, day, day],
  ["no format", { type: "string" }, day, day],
  ["a day or null", { anyOf: [date, { type: "null" }] }, day, "2024-05-06"],
  ["a day or a time", { oneOf: [date, time] }, day, day],
  ["a day through an allOf", { allOf: [date], description: "x" }, day, "2024-05-06"],
  ["a list of days", { type: "array", items: date }, [day, "2024-01-01"], ["2024-05-06", "2024-01-01"]],
  ["one day of a list", date, [day], ["2024-05-06"]],
  ["a member", object({ from: date, at: time }), { from: day, at: day }, { from: "2024-05-06", at: day }],
  [
    "a member of one part",
    { allOf: [object({ a: date }), object({ b: time })] },
    { a: day, b: day },
    { a: "2024-05-06", b: day },
  ],
  [
    "a member of an alternative",
    { oneOf: [object({ a: date }), object({ b: time })] },
    { a: day },
    { a: "2024-05-06" },
  ],
  ["a member of a map", { additionalProperties: date }, { x: day }, { x: "2024-05-06" }],
  [
    "deep inside",
    object({ list: { items: object({ on: date }) } }),
    { list: [{ on: day }] },
    { list: [{ on: "2024-05-06" }] },
  ],
])("writes %s", (_, schema, value, want) => {
  expect(withDates(value, schema)).toEqual(want);
});

it("gives back what it does not change", () => {
  const value = { a: [1, { b: "2024" }], at: day };
  expect(withDates(value, object({ at: time }))).toBe(value);
});

it("leaves an invalid Date to the judge", () => {
  expect(withDates(new Date(Number.NaN), date)).toBeInstanceOf(Date);
});

it("ends with a value that holds itself", () => {
  const value: Record<string, unknown> = { on: day };
  value["self"] = value;
  expect(withDates(value, object({ on: date }))).toMatchObject({ on: "2024-05-06" });
});

it.each([
  ["If-Modified-Since", "Mon, 06 May 2024 07:08:09 GMT"],
  ["if-unmodified-since", "Mon, 06 May 2024 07:08:09 GMT"],
  ["If-Range", "Mon, 06 May 2024 07:08:09 GMT"],
  ["X-Since", day],
  ["If-Match", day],
])("writes a Date in the header %s as that header wants it", (name, want) => {
  expect(inHeader(name, day)).toEqual(want);
  expect(inHeader(name, "as it is")).toBe("as it is");
});
