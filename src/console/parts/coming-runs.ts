/** What runs next, day by day: a calendar of the coming week. What runs many times a day is one line. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { everyInWords, needsZone, nextTimes } from "../../store/ledger/programs/schedule.ts";
import type { ProgramSummary } from "../../terms/kept-programs.ts";
import { timeIn, visible, when } from "../text.ts";

const dayMs = 86_400_000;
const days = 7;
/** Of one program in a day: more is no calendar any more. */
const maxOfDay = 8;

interface Scheduled {
  id: string;
  name: string;
  times: number[];
}

export function comingRuns(programs: readonly ProgramSummary[], nowMs: number): Markup {
  const often: ProgramSummary[] = [];
  const seldom: Scheduled[] = [];
  for (const program of programs) {
    const { id, name, every, nextMs } = program;
    if (every === undefined || nextMs === undefined) continue;
    const times = nextTimes({ ...program, every }, nowMs, nowMs + days * dayMs, days * maxOfDay + 1);
    if (times.length > days * maxOfDay) often.push(program);
    else seldom.push({ id, name, times });
  }
  const zone = seldom.length > 0 ? zoneOf(programs) : "UTC";
  const coming = seldom
    .flatMap(({ id, name, times }) => times.map((at) => ({ id, name, at })))
    .sort((a, b) => a.at - b.at);
  return html`${
    often.length > 0 &&
    html`<ul class="list programs">
      ${often.map((program) => {
        const { id, name, every = "", zone: own, nextMs = 0 } = program;
        return html`<li>
          <div class="grow">
            <a class="whole what" href="/programs/${id}">${visible(name)}</a>
            <span class="cut quiet small">${everyInWords(every, own)}</span>
          </div>
          <span class="num next">next ${nextRun(program, nextMs)}</span>
        </li>`;
      })}
    </ul>`
  }
  ${coming.length > 0 && calendar(coming, zone)}
  ${often.length === 0 && coming.length === 0 && html`<p class="quiet">Nothing in the coming week.</p>`}`;
}

interface Coming {
  id: string;
  name: string;
  at: number;
}

/** A week from the day of the first run on. @param coming in their order; at least one */
function calendar(coming: readonly Coming[], zone: string): Markup {
  const byDay = Map.groupBy(coming, ({ at }) => dayIn(at, zone));
  // In steps of half a day, because a day of a zone can have 23 or 25 hours.
  const halves = Array.from({ length: 2 * days + 2 }, (_, n) => coming[0]!.at + (n * dayMs) / 2);
  const week = [...new Set(halves.map((at) => dayIn(at, zone)))].slice(0, days);
  const dayPart = (day: string) => {
    const runs = byDay.get(day);
    if (!runs) return html`<li class="free"><strong>${day}</strong></li>`;
    return html`<li>
      <strong>${day}</strong>
      <ul>
        ${runs.map(
          ({ id, name, at }) =>
            html`<li>
              <a href="/programs/${id}"
                ><time datetime="${new Date(at).toISOString()}" data-kept>${hourIn(at, zone)}</time>
                ${visible(name)}</a
              >
            </li>`,
        )}
      </ul>
    </li>`;
  };
  return html`<ol class="calendar">
      ${week.map(dayPart)}
    </ol>
    <p class="quiet small">Days and times in ${zone}.</p>`;
}

/** When a program runs next: where its times are those of a zone, in that zone. */
export function nextRun(
  { every, zone }: { every?: string | undefined; zone: string },
  nextMs: number,
): Markup {
  if (every === undefined || !needsZone(every)) return when(nextMs);
  const iso = new Date(nextMs).toISOString();
  return html`<time datetime="${iso}" data-kept title="In ${zone}">${timeIn(nextMs, zone)}</time>`;
}

/** The zone of the user, as far as a program says it. */
const zoneOf = (programs: readonly ProgramSummary[]) =>
  programs.find(({ zone }) => zone !== "UTC")?.zone ?? "UTC";

const dayIn = (ms: number, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", day: "numeric", month: "short" }).format(ms);
const hourIn = (ms: number, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(ms);
