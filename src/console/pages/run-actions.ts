/** What can be done with a run that has ended: each with what it does. */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { RunStart } from "../../terms/record.ts";
import { canLookBack } from "../parts/differences.ts";
import { keepForm } from "./keep.ts";

/** @param field of every form */
export function runActions(start: RunStart, outcome: string, field: Markup): Markup {
  const { runId, tool } = start;
  const isRunnable = outcome !== "syntax";
  const hasPlan = tool === "execute" && !start.plan && isRunnable;
  const isWhole = canLookBack(start);
  return html`<section class="section noprint">
    <h2>What you can do with it</h2>
    <ul class="list does">
      ${
        isWhole &&
        isRunnable &&
        does(
          html`<form method="post" action="/runs/${runId}/look-back">
            ${field}<button>${icon("clock")} Compare with today</button>
          </form>`,
          "Runs its code now, as a plan: reads are sent, and nothing is written. Then shows what differs.",
        )
      }
      ${
        hasPlan &&
        does(
          html`<a class="button" href="/playground?run=${runId}&plan">${icon("plan")} Plan it</a>`,
          "Opens its code in the playground, to list what it would write without sending it.",
        )
      }
      ${
        hasPlan &&
        isWhole &&
        does(
          keepForm(runId, field),
          "Makes a program of its code, which runs at its times or by its name. You decide on it on the next page.",
        )
      }
      ${does(
        html`<a class="button" href="/runs/${runId}/record">${icon("download")} Download it</a>`,
        "All that is kept of it, as JSON.",
      )}
      ${does(
        html`<details class="menu up">
          <summary class="button plain">${icon("trash")} Delete it …</summary>
          <form class="pop" method="post" action="/runs/${runId}/forget">
            ${field}
            <p>This cannot be undone.</p>
            <button class="danger">Delete this run</button>
          </form>
        </details>`,
        "Deletes its code, result, files and requests here. Changes nothing in the API.",
      )}
    </ul>
  </section>`;
}

const does = (control: Markup, words: string): Markup =>
  html`<li>
    ${control}
    <span class="grow quiet">${words}</span>
  </li>`;
