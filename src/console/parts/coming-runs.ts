/** What runs next, day by day: a calendar of the coming week. What runs many times a day is one line. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { everyInWords, nextTimes } from "../../store/ledger/programs/schedule.ts";
import type { ProgramSummary } from "../../terms/kept-programs.ts";
import { visible, when } from "../text.ts";

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
  const byDay = Map.groupBy(
    seldom
      .flatMap(({ id, name, times }) => times.map((at) => ({ id, name, at })))
      .sort((a, b) => a.at - b.at),
    ({ at }) => dayIn(at, zone),
  );
  return html`${
    often.length > 0 &&
    html`<ul class="list">
      ${often.map(
        ({ id, name, every = "", zone: own, nextMs = 0 }) =>
          html`<li>
            <div class="grow">
              <a class="whole what" href="/programs/${id}">${visible(name)}</a>
              <span class="cut quiet small">${everyInWords(every, own)}</span>
            </div>
            <span class="num">next ${when(nextMs)}</span>
          </li>`,
      )}
    </ul>`
  }
  ${
    byDay.size > 0 &&
    html`<ol class="calendar">
        ${[...byDay].map(
          ([day, runs]) =>
            html`<li>
              <strong>${day}</strong>
              <ul>
                ${runs.map(
                  ({ id, name, at }) =>
                    html`<li>
                      <time datetime="${new Date(at).toISOString()}" data-kept>${timeIn(at, zone)}</time>
                      <a href="/programs/${id}">${visible(name)}</a>
                    </li>`,
                )}
              </ul>
            </li>`,
        )}
      </ol>
      <p class="quiet small">Days and times in ${zone}.</p>`
  }
  ${often.length === 0 && byDay.size === 0 && html`<p class="quiet">Nothing in the coming week.</p>`}`;
}

/** The zone of the user, as far as a program says it. */
const zoneOf = (programs: readonly ProgramSummary[]) =>
  programs.find(({ zone }) => zone !== "UTC")?.zone ?? "UTC";

const dayIn = (ms: number, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "long", day: "numeric", month: "long" }).format(ms);
const timeIn = (ms: number, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(ms);
