/** When a read is sent again, and after how long: what servers write into `Retry-After`. */
import { expect, it } from "vitest";
import { retryDelayMs } from "../../../src/gateway/send/retry.ts";
import type { Sent } from "../../../src/gateway/run/sent.ts";

const answered = (status: number, headers: Record<string, string> = {}): Sent => ({
  ok: true,
  response: new Response(null, { status, headers }),
});
const lost: Sent = { ok: false, reason: "lost", message: "" };
const now = "Wed, 21 Oct 2026 07:28:00 GMT";
const busy = (after: string) => answered(429, { "retry-after": after, date: now });

it.each<[string, Sent, number, number | undefined]>([
  ["seconds", busy("2"), 0, 2_000],
  ["a part of a second", busy("0.5"), 0, 500],
  ["blanks around them", busy(" 2 "), 0, 2_000],
  ["nothing", busy("0"), 0, 0],
  ["a date", busy("Wed, 21 Oct 2026 07:28:03 GMT"), 0, 3_000],
  ["a date that is over", busy("Wed, 21 Oct 2026 07:00:00 GMT"), 0, 0],
  ["less than nothing: at once, as for a date that is over", busy("-5"), 0, 0],
  ["exactly as long as is waited for", busy("10"), 0, 10_000],
  ["longer than is waited for: the code is told", busy("11"), 0, undefined],
  ["a date far away", busy("Wed, 21 Oct 2099 07:28:00 GMT"), 0, undefined],
  ["more than a number holds", busy("9".repeat(400)), 0, undefined],
  ["words: as if nothing were said", busy("soon"), 0, 125],
  ["nothing at all, twice", answered(503), 1, 250],
  ["a date without a Date to measure it by", answered(429, { "retry-after": now }), 0, 125],
  ["the third repetition", answered(503), 2, 500],
  ["the fourth: enough", answered(503), 3, undefined],
  ["a lost connection", lost, 0, 125],
  ["a fault that repeating does not mend", answered(500), 0, undefined],
  ["an answer", answered(200, { "retry-after": "1" }), 0, undefined],
  ["an answer in time that never came", { ok: false, reason: "timeout", message: "" }, 0, undefined],
])("waits as %s asks for", (_what, sent, attempt, want) => {
  expect(retryDelayMs(sent, attempt, 0)).toBe(want);
});

it("spreads the repetitions of parallel requests", () => {
  expect(retryDelayMs(answered(503), 0, 0.999)).toBeGreaterThan(370);
  expect(retryDelayMs(busy("2"), 0, 0.999)).toBeGreaterThan(2_240);
});
