import { expect, describe, it } from "vitest";
import {
  checkEvery,
  everyInWords,
  isZone,
  maxCounted,
  nextTime,
  nextTimes,
  passed,
  timesInWords,
} from "../../../../src/store/ledger/programs/schedule.ts";

const at = (text: string) => Date.parse(text);
const now = at("2026-12-01T12:00:00Z");

/** The next times as ISO texts without milliseconds. */
function times(every: string, zone: string, after: string, count: number): string[] {
  return nextTimes({ every, zone, sinceMs: now }, at(after), Infinity, count).map((ms) =>
    new Date(ms).toISOString().replace(":00.000Z", "Z"),
  );
}

describe("every", () => {
  it.each([
    ["15 minutes", "15 minutes", "every 15 minutes"],
    ["1 hours", "1 hour", "every hour"],
    ["minute", "1 minute", "every minute"],
    ["2weeks", "2 weeks", "every 2 weeks"],
    [" 0  9 * *  MON-FRI ", "0 9 * * MON-FRI", "on weekdays at 09:00 in Europe/Berlin"],
    ["@daily", "@daily", "@daily in Europe/Berlin"],
  ])("%s is kept as %s", (given, every, words) => {
    expect(checkEvery(given, now)).toEqual({ ok: true, every });
    expect(everyInWords(every, "Europe/Berlin")).toBe(words);
  });

  it.each([
    ["0 9 * * *", "every day at 09:00"],
    ["5 7,19 * * 0-6", "every day at 07:05 and 19:05"],
    ["0 9 * * 1-5", "on weekdays at 09:00"],
    ["0 9 * * SAT,sun", "on weekends at 09:00"],
    ["0 9 * * 6-7", "on weekends at 09:00"],
    ["0 8 * * 1", "on Mondays at 08:00"],
    ["30 17 * * THU,1,TUE", "on Mondays, Tuesdays and Thursdays at 17:30"],
    ["0 6 15 * *", "on day 15 of every month at 06:00"],
    // Both fields together mean either, and what has steps no short sentence: these stay as they are.
    ...[
      "0 6 1 * 1",
      "0 9 1-7 * *",
      "*/5 * * * *",
      "0 */2 * * *",
      "0 9 * 6 *",
      "0 9 * * 1#2",
      "0 9 * * 5-1",
      "0 9 * * 8",
    ].map((every) => [every, every]),
  ])("%s is said as %s", (every, words) => {
    expect(timesInWords(every)).toBe(words);
  });

  it.each([
    ["30 seconds", 'not "30 seconds"'],
    ["2 years", "from a minute to a year"],
    ["61 * * * *", 'not "61 * * * *": Invalid value for minute: 61.'],
    ["0 25 * * *", "Invalid value for hour: 25"],
    ["0 minutes", "from a minute to a year"],
    ["400 days", "from a minute to a year"],
    ["* * * * * *", "five fields of cron"],
    ["0 25 * * *", 'not "0 25 * * *"'],
    ["now and then", 'not "now and then"'],
    ["", 'not ""'],
    ["0 0 30 2 *", "a time that never comes"],
    ["2027-01-01T09:00:00", 'not "2027-01-01T09:00:00"'],
    ["2020-01-01", 'not "2020-01-01"'],
    ["@reboot", 'not "@reboot"'],
    ["0 ".repeat(100), "at most 100 characters"],
  ])("%j is refused", (given, says) => {
    expect(checkEvery(given, now)).toEqual({ ok: false, failure: expect.stringContaining(says) });
  });
});

it("knows time zones by their names", () => {
  expect(["Europe/Berlin", "UTC", "Nowhere/X", "", "x".repeat(1_000)].map(isZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("counts an interval from when the program was allowed, at once first", () => {
  const interval = { every: "15 minutes", zone: "UTC", sinceMs: now };
  expect(nextTime(interval, now - 1)).toBe(now);
  expect(nextTime(interval, now)).toBe(now + 900_000);
  expect(nextTime(interval, now + 899_999)).toBe(now + 900_000);
  // The clock was ahead when it was allowed.
  expect(nextTime(interval, now - 86_400_001)).toBe(now - 86_400_000);
});

describe("over a change of the clocks", () => {
  it("a time that is left out comes right after the gap, and only that day", () => {
    expect(times("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z", 2)).toEqual([
      "2027-03-28T01:00Z",
      "2027-03-29T00:30Z",
    ]);
  });

  it("a time that comes twice is one time", () => {
    expect(times("30 2 * * *", "Europe/Berlin", "2027-10-30T12:00:00Z", 2)).toEqual([
      "2027-10-31T00:30Z",
      "2027-11-01T01:30Z",
    ]);
    expect(times("30 1 * * *", "America/New_York", "2027-11-07T00:00:00Z", 2)).toEqual([
      "2027-11-07T05:30Z",
      "2027-11-08T06:30Z",
    ]);
  });

  it("nine o'clock stays nine o'clock", () => {
    expect(times("0 9 * * *", "Europe/Berlin", "2027-03-27T00:00:00Z", 2)).toEqual([
      "2027-03-27T08:00Z",
      "2027-03-28T07:00Z",
    ]);
  });

  it("what runs again and again does so at the same distance, through the gap and through the hour that comes twice", () => {
    for (const [zone, after] of [
      ["Europe/Berlin", "2027-03-28T00:00:00Z"],
      ["Europe/Berlin", "2027-10-30T23:00:00Z"],
      ["Australia/Lord_Howe", "2027-04-03T13:00:00Z"],
    ] as const) {
      const all = nextTimes({ every: "*/15 * * * *", zone, sinceMs: now }, at(after), Infinity, 24);
      expect(all.slice(1).map((ms, index) => ms - all[index]!)).toEqual(
        Array.from({ length: 23 }, () => 900_000),
      );
    }
  });

  it("an interval does not know of it", () => {
    const day = { every: "1 day", zone: "Europe/Berlin", sinceMs: at("2027-03-27T08:00:00Z") };
    expect(nextTime(day, at("2027-03-27T08:00:00Z"))).toBe(at("2027-03-28T08:00:00Z"));
  });
});

it.each([
  ["15 minutes", 0, { lastMs: now, earlier: 0 }],
  ["15 minutes", 3_600_000, { lastMs: now + 3_600_000, earlier: 4 }],
  ["15 minutes", 3_599_999, { lastMs: now + 2_700_000, earlier: 3 }],
  ["0 * * * *", 3_600_000 * 5 + 1, { lastMs: now + 3_600_000 * 5, earlier: 5 }],
])(
  "of the times of %s that have passed after %i ms, the last one is told from those before it",
  (every, ms, want) => {
    expect(passed({ every, zone: "UTC", sinceMs: now }, now, now + ms)).toEqual(want);
  },
);

it("of a hundred days of minutes it finds the last one at once, and counts no more than matter", () => {
  const minutely = { every: "* * * * *", zone: "Europe/Berlin", sinceMs: now };
  const until = now + 100 * 86_400_000 + 30_000;
  expect(passed(minutely, now, until)).toEqual({ lastMs: until - 30_000, earlier: maxCounted });
  expect(passed({ ...minutely, every: "1 minute" }, now, until)).toEqual({
    lastMs: until - 30_000,
    earlier: maxCounted,
  });
});
