/** The buttons that decide: what they say, the one that rejects, with its reason, and the menu of other decisions. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { requestText } from "../../request/shown/request-text.ts";
import type { ReviewedRequest } from "../../store/ledger/approvals/review.ts";
import { Access } from "../../terms/api-file.ts";
import { count, number } from "../text.ts";

export const maxReasonChars = 500;

/** How many requests there are of each access, what reads first. */
export function accessesOf(requests: readonly ReviewedRequest[]): Map<Access, number> {
  const times = (access: Access) => requests.filter(({ request }) => request.access === access).length;
  return new Map(Access.options.flatMap((access) => (times(access) > 0 ? [[access, times(access)]] : [])));
}

/**
 * What the buttons say, in the list and on the page of a run.
 * @param shown what they decide on
 * @param waiting how many requests of the run wait
 * @returns `isWhole`: all of what would be approved can be read
 */
export function decidingWords(
  shown: readonly ReviewedRequest[],
  waiting: number,
): { approve: string; reject: string; isWhole: boolean } {
  const [first] = shown;
  const isWhole = shown.every(({ request }) => requestText(request).isWhole);
  if (shown.length > 1) {
    const these = [...accessesOf(shown)].map(([access, times]) => count(times, access)).join(", ");
    const many = number(shown.length);
    return { approve: `Approve these ${many}: ${these}`, reject: `Reject all ${many}`, isWhole };
  }
  const one = waiting === 1 ? "this request" : `request ${first?.place ?? ""}`;
  return {
    approve: `Approve ${one}${isWhole ? "" : ", though not all of it is shown"}`,
    reject: waiting === 1 ? "Reject" : `Reject ${one}`,
    isWhole,
  };
}

/**
 * @param does the value of `do` that the form sends
 * @param about how a screen reader names the reason's field
 */
export function rejecting(words: string, does: "reject" | "reject-all", about: string, size = ""): Markup {
  return html`<span class="reasoned">
    <input
      name="reason"
      maxlength="${maxReasonChars}"
      aria-label="${about}"
      title="The model reads it"
      placeholder="Reason (optional)"
    />
    <button class="${size}" name="do" value="${does}">${words}</button>
  </span>`;
}

/** @param choices each a button and what it leads to */
export function otherDecisions(choices: Markup, size = ""): Markup {
  return html`<details class="menu up">
    <summary class="button ${size}">Other decisions</summary>
    <div class="pop">${choices}</div>
  </details>`;
}

export const alwaysChoice: Markup = html`<button name="do" value="always">
    Always allow this operation for this client
  </button>
  <p class="quiet small">
    You are not asked about it again, until you choose “Ask me again” under Approvals.
  </p>`;
