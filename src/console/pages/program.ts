/**
 * One kept program: what it may do in words, its code, what waits to be decided on, and what it did. A decision names the version and
 * the hash of what was shown.
 */
import { html } from "hono/html";
import { facts, note, shortName, state, type Tone } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { capabilityText } from "../../request/shown/capability-text.ts";
import { needsZone, timesInWords } from "../../store/ledger/programs/schedule.ts";
import {
  programLimits,
  type ProgramChoice,
  type ProgramDetail,
  type ProgramEvent,
  type ProgramVersion,
  type VersionState,
} from "../../terms/kept-programs.ts";
import type { CapabilitySet } from "../../terms/capabilities.ts";
import { Access } from "../../terms/api-file.ts";
import { conjunction } from "../../terms/conjunction.ts";
import { lastingLimits } from "../../terms/lasting.ts";
import { consoleClient, ledgerOf, noticeOf, show, type ConsoleContext } from "../context.ts";
import { block, copyButton } from "../parts/block.ts";
import { capabilityList } from "../parts/capability-list.ts";
import { nextRun } from "../parts/coming-runs.ts";
import { codeDifference } from "../parts/code-difference.ts";
import { highlight } from "../parts/highlight.ts";
import { apiTitle, documentsOf, type Documents } from "../parts/in-words.ts";
import { pageHead } from "../parts/layout.ts";
import { preText } from "../parts/lines.ts";
import { select } from "../parts/select.ts";
import { count, indented, number, visible, when } from "../text.ts";
import { missingPage } from "./missing.ts";
import { ownState, programState, whyNot } from "./programs.ts";
import { runRow } from "./runs.ts";

const refreshMs = 3_000;
const maxRuns = 20;

/** What a form has done, by the value of `notice` in the address. */
const notices: Record<string, string> = {
  allow: "Allowed. It runs without asking you, and is held to what is listed here.",
  refuse: "Denied. What runs is as it was.",
  pause: "Paused. It runs no more until you resume it.",
  resume: "It runs again.",
};

export async function programPage(c: ConsoleContext, problem?: string): Promise<Response> {
  const ledger = ledgerOf(c);
  const program = await ledger.program(c.req.param("id") ?? "");
  if (!program) return missingPage(c, "program");
  const { runs } = await ledger.runs({ program: program.id }, { limit: maxRuns });
  const running = program.running === undefined ? [] : await runningRun(c, program.running);
  const documents = await documentsOf(c.env.env.CATALOGS, [
    ...program.versions.flatMap(({ capabilities }) => capabilities.map(({ api }) => api)),
    ...runs.flatMap(({ did }) => did.map(({ api }) => api)),
  ]);
  const { field } = c.env.form;
  const { name, client } = program;
  const waiting = program.versions.find(({ version }) => version === program.waiting?.version);
  const current = program.versions.find(({ version }) => version === program.version);
  const shown = waiting ?? current ?? program.versions[0]!;
  return show(c, {
    title: name,
    section: "programs",
    status: problem === undefined ? 200 : 409,
    refreshMs,
    asksBeforeChange: waiting !== undefined,
    notice: noticeOf(c, notices),
    body: html`${pageHead(visible(name), {
        crumb: html`<a href="/programs">Programs</a>`,
        under: html`<div class="row">
          ${programState(program)} ${waiting && current && ownState(program)}
          <span class="quiet">Proposed by ${shortName(client.name ?? client.id)}</span>
        </div>`,
        actions: (!waiting || current !== undefined) && actions(program, waiting, field),
      })}
      ${problem && note("fail", problem, "alert")} ${whyNot(program)} ${waiting && asked(waiting, program)}
      ${programFacts(program, shown)} ${waiting && current && changes(current, waiting, documents)}
      <section class="section">
        <h2>What it may call</h2>
        ${
          shown.capabilities.length === 0
            ? html`<p>No operation: whatever its code tries to call is refused.</p>`
            : html`${capabilityList(shown.capabilities, documents)}
                <p class="quiet small">
                  With any values: ids, queries and bodies, also what a rule asks about. Whatever else its
                  code tries is refused, and so is what a rule denies.
                </p>`
        }
      </section>
      ${block(waiting ? "The code that asks" : "The code", highlight(shown.code, "code"), copyButton("code", "the code"))}
      ${shown.input !== undefined && block("What it is called with", preText(indented(shown.input)))}
      ${(runs.length > 0 || running.length > 0) && runsPart([...running, ...runs], documents)}
      ${versionsPart(program, documents)} ${eventsPart(program.events)}
      ${waiting && html`<div class="bar out">${decision(waiting, program, field)}</div>`}`,
  });
}

/** Carries out the choice of a form. */
export async function decideProgram(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const choice = choiceOf(fields);
  if (!choice) return programPage(c, "The form holds no decision that this page offers.");
  const id = c.req.param("id") ?? "";
  const result = await ledgerOf(c).chooseProgram(id, choice);
  if (!result.ok) return programPage(c, result.problem);
  if (result.runId !== undefined) return c.redirect(`/runs/${result.runId}`, 303);
  const isGone = (await ledgerOf(c).program(id)) === null;
  if (isGone) return c.redirect(`/programs?notice=${choice.do === "refuse" ? "refused" : "deleted"}`, 303);
  return c.redirect(`/programs/${encodeURIComponent(id)}?notice=${choice.do}`, 303);
}

function choiceOf(fields: URLSearchParams): ProgramChoice | undefined {
  const field = (name: string) => fields.get(name) ?? "";
  const version = Number(field("version"));
  const action = field("do");
  switch (action) {
    case "allow":
      return { do: action, version, hash: field("hash"), zone: field("timezone") };
    case "refuse":
      return { do: action, version };
    case "pause":
    case "resume":
    case "run":
    case "delete":
      return { do: action };
    default:
      return undefined;
  }
}

/** What a person is asked, in words. */
function asked(
  { client, becauseChanged, capabilities }: ProgramVersion,
  { state: now, version }: ProgramDetail,
): Markup {
  const who = shortName(client.name ?? client.id);
  return note(
    "wait",
    html`<p>
        ${
          becauseChanged
            ? html`<strong>The API has changed.</strong> The code is as it was, and what it can call is not.
                Nothing of it runs until you allow that.`
            : html`<strong>${who} asks to ${version === undefined ? "keep" : "change"} this program.</strong>
                ${now === "active" && "Until you decide, it runs as it did before."}`
        }
      </p>
      <p>
        Once you allow it, it runs without asking you again, and
        ${capabilities.length === 0 ? "can call nothing" : html`can <strong>${accessesOf(capabilities)}</strong> what is listed below, and nothing else`}.
      </p>`,
    "status",
  );
}

/** "read, write and delete": what any of these may do. */
function accessesOf(capabilities: CapabilitySet): string {
  const all = Access.options.filter((access) => capabilities.some((one) => one.access.includes(access)));
  return conjunction(all);
}

/** What a person decides by, and finds again whenever they look. @param shown the version that waits, or the one that runs */
function programFacts(program: ProgramDetail, shown: ProgramVersion): Markup {
  const { zone, nextMs, stateChars, name, versions, version, waiting } = program;
  const { client, every } = shown;
  const who = shortName(client.name ?? client.id);
  const allowed = versions.find((one) => one.version === version);
  const next = nextMs !== undefined && nextRun({ every: allowed?.every, zone }, nextMs);
  return facts({
    Runs:
      every === undefined
        ? "only when it is called"
        : timesFact(
            every,
            waiting === undefined ? ` in ${zone}` : ", in the time zone that you choose below",
          ),
    "Next run":
      next &&
      html`${next}${waiting !== undefined && allowed && `, as version ${number(allowed.version)} does`}`,
    "Called by": html`any of your clients with at least this access, on the same accounts, by
      <code>await run(${visible(JSON.stringify(name))}, input)</code>`,
    Acts: html`in your name, with the access of “${visible(client.name ?? client.id)}”`,
    Limits:
      shown.every === undefined
        ? limits
        : `${limits}; it pauses after ${programLimits.failures} scheduled runs in a row that failed`,
    Ends: client.id === consoleClient ? "when you delete it" : html`with the connection of ${who}`,
    Allowed:
      allowed?.decidedAtMs !== undefined &&
      html`version ${number(allowed.version)}, ${when(allowed.decidedAtMs)}`,
    State: stateChars > 2 && `${number(stateChars)} characters`,
  });
}

const dayMs = 86_400_000;
const limits = `each run at most ${number(lastingLimits.maxMs / dayMs)} days and ${number(lastingLimits.maxEntries)} requests; one at a time`;

/** When it runs, in words, and the cron that they are made from. @param zone what is said of the time zone */
function timesFact(every: string, zone: string): Markup | string {
  if (!needsZone(every)) return timesInWords(every);
  const words = timesInWords(every);
  return html`${words}${zone}${words !== every && html` <code class="quiet nowrap">${every}</code>`}`;
}

function changes(before: ProgramVersion, after: ProgramVersion, documents: Documents): Markup {
  const code = codeDifference(before.code, after.code);
  return html`<section class="section">
    <h2>What changes from version ${number(before.version)}</h2>
    ${changesOf(before, after, documents)} ${code && block("The code", code)}
  </section>`;
}

/** Everything but the code. */
function changesOf(before: ProgramVersion, after: ProgramVersion, documents: Documents): Markup {
  const [was, is] = [linesOf(before, documents), linesOf(after, documents)];
  const lines = [
    ...was.filter((line) => !is.includes(line)).map((line) => html`<li><del>− ${line}</del></li>`),
    ...is.filter((line) => !was.includes(line)).map((line) => html`<li><ins>+ ${line}</ins></li>`),
  ];
  return lines.length > 0
    ? html`<ul class="diff">
        ${lines}
      </ul>`
    : html`<p class="quiet">What it may call, its times and its input are as they were.</p>`;
}

/** What a version is besides its code, a line each. */
function linesOf({ capabilities, every, input, client }: ProgramVersion, documents: Documents): string[] {
  return [
    ...capabilities.map((one) => {
      const { api, operation, servers } = one;
      const id = operation === undefined ? "" : ` (${visible(operation)})`;
      // The text of a path tells its access itself.
      const access = one.below ? "" : `, ${one.access.join(" or ")}`;
      const at = servers.map(visible).join(" or ");
      return `${capabilityText(one)}${id}${access}, ${apiTitle(documents, api)}, at ${at}`;
    }),
    every === undefined ? "runs by its name only" : `runs ${timesInWords(every)}`,
    ...(input === undefined ? [] : [`input ${visible(input)}`]),
    `in the name of ${visible(client.name ?? client.id)}`,
  ];
}

function decision({ version, hash, every }: ProgramVersion, program: ProgramDetail, field: Markup): Markup {
  return html`<form class="decide" method="post" action="/programs/${program.id}" aria-label="Decision">
    ${field} <input type="hidden" name="version" value="${version}" />
    <input type="hidden" name="hash" value="${hash}" />
    ${every !== undefined && needsZone(every) && zoneChoice(program)}
    <button class="primary" name="do" value="allow">
      Allow ${program.version === undefined ? "this program" : `version ${number(version)}`}
    </button>
    <button name="do" value="refuse">Deny</button>
  </form>`;
}

/** The script chooses the zone of the browser, unless the user has chosen one before. */
function zoneChoice({ zone, versions }: ProgramDetail): Markup {
  // A zone has several names, of which this list has one.
  const zones = [...new Set(["UTC", zone, ...Intl.supportedValuesOf("timeZone")])];
  const isChosen = versions.some(
    ({ state: now, every }) => now === "allowed" && every !== undefined && needsZone(every),
  );
  return html`<span class="zone" ${!isChosen && html`data-own-zone`}
    ><span class="quiet" aria-hidden="true">Time zone</span>
    ${select("Time zone", "timezone", zone, zones)}</span
  >`;
}

/**
 * What can be done with it as it is, also while a change waits.
 * @param waiting a version that waits: where the API has changed, nothing runs before that is allowed
 */
function actions(
  { id, state: now, running, version: current }: ProgramDetail,
  waiting: ProgramVersion | undefined,
  field: Markup,
): Markup {
  return html`<form class="row noprint" method="post" action="/programs/${id}" aria-label="Program">
    ${field}
    ${
      now === "active" &&
      html`${
          running === undefined &&
          html`<button name="do" value="run">
            ${icon("play")}
            ${waiting && current !== undefined ? `Run version ${number(current)} now` : "Run now"}
          </button>`
        } <button name="do" value="pause">${icon("pause")} Pause</button>`
    }
    ${now === "paused" && !waiting?.becauseChanged && html`<button ${!waiting && html`class="primary"`} name="do" value="resume">${icon("play")} Resume</button>`}
    <details class="menu">
      <summary class="button plain">${icon("trash")} Delete …</summary>
      <div class="pop">
        <p>It runs no more, and its state and versions are gone. What its runs did stands.</p>
        <button class="danger" name="do" value="delete">Delete this program</button>
      </div>
    </details>
  </form>`;
}

async function runningRun(c: ConsoleContext, runId: string) {
  const { runs } = await ledgerOf(c).runs({}, { limit: maxRuns });
  return runs.filter((one) => one.runId === runId);
}

function runsPart(runs: Parameters<typeof runRow>[0][], documents: Documents): Markup {
  return html`<section class="section">
    <h2>Runs</h2>
    <ul class="list runs" aria-label="Runs, newest first">
      ${runs.map((run) => runRow(run, documents))}
    </ul>
  </section>`;
}

const versionStates: Record<VersionState, [words: string, tone: Tone]> = {
  proposed: ["Waits for you", "wait"],
  allowed: ["Allowed", "ok"],
  refused: ["Refused", "refuse"],
  replaced: ["Replaced", "calm"],
};

/** Each with what it changed of the one before it. */
function versionsPart({ versions }: ProgramDetail, documents: Documents): Markup | false {
  if (versions.length < 2) return false;
  return html`<section class="section">
    <h2>Versions</h2>
    <div class="folds">
      ${versions.map((one, index) => {
        const before = versions[index + 1];
        const [words, tone] = versionStates[one.state];
        return html`<details data-key="version-${one.version}">
          <summary>
            ${icon("right")} Version ${number(one.version)} ${state(tone, words)}
            <span class="quiet small">${when(one.decidedAtMs ?? one.proposedAtMs)}</span>
          </summary>
          <div class="body">
            ${
              before
                ? html`${changesOf(before, one, documents)}
                  ${codeDifference(before.code, one.code) ?? html`<p class="quiet">The code is the same.</p>`}`
                : html`<p class="quiet">
                      The first of the ${count(versions.length, "version")} that are kept.
                    </p>
                    ${highlight(one.code)}`
            }
          </div>
        </details>`;
      })}
    </div>
  </section>`;
}

const eventWords: Record<ProgramEvent["what"], string> = {
  proposed: "Proposed",
  allowed: "Allowed",
  refused: "Refused",
  paused: "Paused",
  resumed: "Resumed",
  missed: "Missed",
  ended: "Ended",
  changed: "The API has changed",
};

function eventsPart(events: readonly ProgramEvent[]): Markup {
  return html`<section class="section">
    <h2>History</h2>
    <ul class="list ended">
      ${events.map(
        ({ atMs, what, detail }) =>
          html`<li>
            <span class="grow"
              >${eventWords[what]}${detail !== undefined && html` <span class="quiet">${visible(detail)}</span>`}</span
            ><span class="num">${when(atMs)}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}
