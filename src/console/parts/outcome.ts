/** How a run ended, in words: those of the badge, which are those of the filter. */
import { html } from "hono/html";
import type { FailureKind } from "../../terms/failure.ts";
import type { Markup } from "./layout.ts";

/** In the ledger a run that was stopped has no end, so it is found as interrupted. */
export const outcomes: Record<"ok" | "running" | FailureKind, string> = {
  ok: "ok",
  running: "running",
  "unusable-code": "unusable code",
  syntax: "did not parse",
  "unknown-operation": "unknown operation",
  "bad-arguments": "wrong arguments",
  thrown: "the code threw",
  "timed-out": "timed out",
  "limit-reached": "limit reached",
  denied: "denied",
  "needs-approval": "needs approval",
  "needs-scope": "needs a scope",
  "upstream-error": "API answered an error",
  "upstream-unreachable": "API unreachable",
  "outcome-unknown": "outcome unknown",
  misconfigured: "misconfigured",
  stopped: "stopped",
  interrupted: "interrupted",
};

const kinds: Record<string, "ok" | "ask" | ""> = { ok: "ok", running: "", "needs-approval": "ask" };

/** A small coloured word; the word says it too, not only the colour. */
export function outcomeBadge(outcome: string): Markup {
  const label = (outcomes as Record<string, string>)[outcome] ?? outcome;
  return html`<span class="badge ${kinds[outcome] ?? "bad"}">${label}</span>`;
}
