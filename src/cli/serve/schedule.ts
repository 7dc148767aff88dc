/** When the schedule of the Worker's configuration is due, on a server that has no platform to keep it. Pure. */

/**
 * @param cron as wrangler.jsonc has it, once a day: `17 3 * * *`; the hour is UTC
 * @returns milliseconds from `nowMs` until then, more than 0
 * @throws Error for a schedule of another form
 */
export function untilNext(cron: string, nowMs: number): number {
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron) ?? [];
  if (minute === undefined || hour === undefined)
    throw new Error(`The schedule "${cron}" is not of the form "17 3 * * *", which is all that serve knows.`);
  const dayMs = 86_400_000;
  const at = (Number(hour) * 60 + Number(minute)) * 60_000;
  const today = Math.floor(nowMs / dayMs) * dayMs;
  return today + at > nowMs ? today + at - nowMs : today + dayMs + at - nowMs;
}
