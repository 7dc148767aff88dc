/** Kept programs: what waits to be allowed, what there is, and what runs next. */
import { html } from "hono/html";
import { note, shortName, state } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { everyInWords } from "../../store/ledger/programs/schedule.ts";
import type { ProgramSummary } from "../../terms/kept-programs.ts";
import { ledgerOf, noticeOf, show, type ConsoleContext } from "../context.ts";
import { comingRuns, nextRun } from "../parts/coming-runs.ts";
import { empty, pageHead } from "../parts/layout.ts";
import { count, sentence, visible } from "../text.ts";

const refreshMs = 5_000;

/** What a form has done, by the value of `notice` in the address. */
const notices: Record<string, string> = {
  refused: "Denied. Nothing of it runs.",
  deleted: "The program was deleted. Its runs are still among the runs.",
};

export async function programsPage(c: ConsoleContext): Promise<Response> {
  const programs = await ledgerOf(c).programs();
  const active = programs.filter(({ state: now }) => now === "active");
  return show(c, {
    title: "Programs",
    section: "programs",
    refreshMs,
    notice: noticeOf(c, notices),
    body: html`${pageHead("Programs", {
      under:
        "Code that you allowed. It runs at its times or when code of a client calls it, and calls only what you saw.",
    })}
    ${
      programs.length === 0
        ? empty(
            "repeat",
            "No program is kept yet",
            html`Ask your client for something that it should do again and again, such as “block attackers
            every quarter of an hour”. It proposes the code, and you allow it here. Code that has run can be
            kept too, on the page of its run.`,
            html`<a class="button" href="/runs">Runs</a>`,
          )
        : html`<ul class="list programs">
            ${programs.map(row)}
          </ul>`
    }
    ${
      active.some(({ nextMs }) => nextMs !== undefined) &&
      html`<section class="section">
        <h2>What runs next</h2>
        ${comingRuns(active, Date.now())}
      </section>`
    }`,
  });
}

function row(program: ProgramSummary): Markup {
  const { id, name, every, zone, nextMs, client } = program;
  return html`<li data-key="${id}">
    ${programState(program)}
    <div class="grow">
      <a class="whole what" href="/programs/${id}">${visible(name)}</a>
      <span class="cut quiet small">${every === undefined ? "by its name" : everyInWords(every, zone)}</span>
    </div>
    <span class="num by">${shortName(client.name ?? client.id)}</span>
    <span class="num next">${nextMs !== undefined && html`next ${nextRun(program, nextMs)}`}</span>
  </li>`;
}

export function programState(program: ProgramSummary): Markup {
  const { state: now, waiting } = program;
  if (waiting !== undefined) return state("wait", now === "proposed" ? "Waits for you" : "Change waits");
  return ownState(program);
}

/** What a program does, whatever waits. */
export function ownState({ state: now }: ProgramSummary): Markup {
  switch (now) {
    case "active":
      return state("ok", "Active");
    case "paused":
      return state("wait", "Paused", "pause");
    case "ended":
      return state("refuse", "Ended");
    case "proposed":
      return state("calm", "Proposed");
  }
}

/** On the page of approvals: programs that wait to be allowed. */
export function waitingPrograms(programs: readonly ProgramSummary[]): Markup | false {
  const waiting = programs.flatMap(({ id, name, zone, state: now, waiting: version }) =>
    version ? { id, name, zone, now, ...version } : [],
  );
  return (
    waiting.length > 0 &&
    html`<div class="stack">
      ${waiting.map(
        ({ id, name, every, zone, client, capabilities, now }) =>
          html`<article class="card" data-key="program-${id}">
            <div class="head">
              <div>
                <h2>
                  <a href="/programs/${id}">Keep “${visible(name)}”${now !== "proposed" && ", changed"}</a>
                </h2>
                <p class="quiet small">
                  Program of ${shortName(client.name ?? client.id)},
                  ${every === undefined ? "run by its name" : everyInWords(every, zone)}, can call
                  ${count(capabilities.length, "operation")}
                </p>
              </div>
              ${state("wait", "Waits for you")}
            </div>
            <a class="button" href="/programs/${id}">Review the program</a>
          </article>`,
      )}
    </div>`
  );
}

/** Why a program does not run, where that is not what its user just did. */
export function whyNot({ state: now, why }: ProgramSummary): Markup | false {
  if (why === undefined || now === "active") return false;
  return note(
    now === "ended" ? "refuse" : "wait",
    html`<strong>${sentence(now)}.</strong> ${visible(why)}`,
    "status",
  );
}
