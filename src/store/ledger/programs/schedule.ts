/**
 * When a kept program runs by itself. An interval counts from when the program was allowed and knows no time zone; cron is read in
 * the time zone of the user. Over a change of the clocks, cron runs what has a fixed time once: in the hour that is left out it
 * comes right after it, and in the hour that comes twice at the first (croner does so). Pure.
 */
import { Cron } from "croner";
import { programLimits } from "../../../terms/kept-programs.ts";
import { failed, type Result } from "../../../terms/result.ts";

export interface Times {
  every: string;
  /** IANA name. */
  zone: string;
  sinceMs: number;
}

const units: Record<string, number> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

const forms =
  'every is a time from a minute to a year, such as "15 minutes", "2 hours" or "1 day", or five fields of cron such as "0 9 * * 1-5", in the time zone of the user';

/** @returns what is wrong with it, as a sentence; the text as it is kept, if nothing is */
export function checkEvery(given: string, nowMs: number): Result<{ every: string }, string> {
  const every = given.trim().replaceAll(/\s+/g, " ");
  const { everyChars, minEveryMs, maxEveryMs } = programLimits;
  if (every.length > everyChars) return failed(`${forms}, with at most ${everyChars} characters.`);
  const interval = intervalOf(every);
  if (interval)
    return interval.ms >= minEveryMs && interval.ms <= maxEveryMs
      ? { ok: true, every: interval.text }
      : failed(`${forms}, not ${JSON.stringify(every)}.`);
  try {
    if (cronOf(every, "UTC").nextRun(new Date(nowMs)) !== null) return { ok: true, every };
    return failed(`${JSON.stringify(every)} is a time that never comes.`);
  } catch (error) {
    const outside = error instanceof RangeError ? `: ${error.message.replace("CronPattern: ", "")}` : "";
    return failed(`${forms}, not ${JSON.stringify(every)}${outside}.`);
  }
}

export function isZone(zone: string): boolean {
  try {
    return (
      zone.length <= 60 && new Intl.DateTimeFormat("en", { timeZone: zone }) instanceof Intl.DateTimeFormat
    );
  } catch {
    return false;
  }
}

/** Whether the times depend on a time zone. */
export const needsZone = (every: string): boolean => intervalOf(every) === undefined;

/** The first time after this one, in milliseconds since the epoch. */
export function nextTime({ every, zone, sinceMs }: Times, afterMs: number): number | undefined {
  const { ms } = intervalOf(every) ?? {};
  if (ms === undefined) return cronOf(every, zone).nextRun(new Date(afterMs))?.getTime();
  return sinceMs + (Math.floor((afterMs - sinceMs) / ms) + 1) * ms;
}

/** The next times, at most so many and none after `untilMs`. */
export function nextTimes(times: Times, afterMs: number, untilMs: number, most: number): number[] {
  const all: number[] = [];
  for (let at = nextTime(times, afterMs); at !== undefined && at <= untilMs && all.length < most;) {
    all.push(at);
    at = nextTime(times, at);
  }
  return all;
}

/** Each costs half a millisecond with cron. More are not counted: they were missed all the same. */
export const maxCounted = 500;

/**
 * Of the times from one that has come until now: the last one, and how many there were before it, at most `maxCounted`.
 * @param firstMs not after `nowMs`
 */
export function passed(times: Times, firstMs: number, nowMs: number): { lastMs: number; earlier: number } {
  const { ms } = intervalOf(times.every) ?? {};
  const lastMs =
    ms === undefined
      ? (cronOf(times.every, times.zone)
          .previousRuns(1, new Date(nowMs + 1))[0]
          ?.getTime() ?? firstMs)
      : firstMs + Math.floor((nowMs - firstMs) / ms) * ms;
  if (lastMs <= firstMs) return { lastMs: firstMs, earlier: 0 };
  const counted = ms === undefined ? nextTimes(times, firstMs - 1, lastMs - 1, maxCounted).length : undefined;
  return { lastMs, earlier: counted ?? Math.min((lastMs - firstMs) / ms!, maxCounted) };
}

/** `every 15 minutes`; `on weekdays at 09:00 in Europe/Berlin`. */
export function everyInWords(every: string, zone: string): string {
  return needsZone(every) ? `${timesInWords(every)} in ${zone}` : timesInWords(every);
}

/** The same without the time zone. Cron that no short sentence says is said as it is. */
export function timesInWords(every: string): string {
  return needsZone(every) ? (cronInWords(every) ?? every) : `every ${every.replace(/^1 /, "")}`;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/** Fixed times of a day: a minute, and one hour or a few. */
const fixedTimes = /^(?<minute>\d\d?) (?<hours>\d\d?(?:,\d\d?){0,3}) (?<day>\*|\d\d?) \* (?<week>\S+)$/;

function cronInWords(every: string): string | undefined {
  const { minute = "", hours = "", day = "", week = "" } = fixedTimes.exec(every)?.groups ?? {};
  const days = day === "*" ? daysInWords(week) : week === "*" ? `on day ${day} of every month` : undefined;
  if (days === undefined) return undefined;
  return `${days} at ${listed(hours.split(",").map((hour) => `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`))}`;
}

/** @param field the fifth of cron @returns undefined for one with steps or the like */
function daysInWords(field: string): string | undefined {
  if (field === "*") return "every day";
  const spans = field.split(",").map((part) => part.split("-").map(weekdayOf));
  const usable = spans.every(
    ([from = -1, to = from, ...rest]) => from >= 0 && to >= from && rest.length === 0,
  );
  if (!usable) return undefined;
  const chosen = new Set(
    spans.flatMap(([from = 0, to = from]) => Array.from({ length: to - from + 1 }, (_, n) => (from + n) % 7)),
  );
  const isWeekend = (at: number) => at === 0 || at === 6;
  if (chosen.size === 7) return "every day";
  if (chosen.size === 5 && ![...chosen].some(isWeekend)) return "on weekdays";
  if (chosen.size === 2 && [...chosen].every(isWeekend)) return "on weekends";
  return `on ${listed([...chosen].sort().map((at) => `${weekdays[at]}s`))}`;
}

/** 0 to 6 from Sunday, or 7 for the Sunday at the end of a week; less than 0 for what is no day. */
function weekdayOf(text: string): number {
  if (/^[0-7]$/.test(text)) return Number(text);
  return text.length === 3
    ? weekdays.findIndex((name) => name.slice(0, 3).toUpperCase() === text.toUpperCase())
    : -1;
}

const listed = (words: readonly string[]) => new Intl.ListFormat("en-GB").format(words);

/** @returns undefined for what is no interval */
function intervalOf(every: string): { ms: number; text: string } | undefined {
  const [, number = "1", unit] = /^(?:(\d{1,6}) ?)?(minute|hour|day|week)s?$/i.exec(every) ?? [];
  const name = unit?.toLowerCase();
  if (name === undefined) return undefined;
  const count = Number(number);
  return { ms: count * units[name]!, text: `${count} ${name}${count === 1 ? "" : "s"}` };
}

/** croner would also take a date, which comes once. */
const cronForm = /^(?:@[a-z]+|\S+(?: \S+){4})$/i;

/** @throws Error for what is no cron of five fields, and no name of one */
function cronOf(every: string, zone: string): Cron {
  if (!cronForm.test(every)) throw new Error("not five fields");
  return new Cron(every, { timezone: zone, mode: "5-part", paused: true });
}
