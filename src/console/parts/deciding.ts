/** What stands beside "Approve": the button that rejects, with its reason, and the menu of other decisions. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";

export const maxReasonChars = 500;

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
