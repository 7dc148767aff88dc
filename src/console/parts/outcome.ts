/** Badges: how a run ended, and what access an operation needs. The filter of runs uses the same words. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import type { Access } from "../../terms/api-file.ts";
import type { FailureKind } from "../../terms/failure.ts";

/** The ledger does not record the end of a stopped run, so such a run counts as interrupted. */
export const outcomes: Record<"ok" | "running" | FailureKind, string> = {
  ok: "ok",
  running: "running",
  "unusable-code": "unusable code",
  syntax: "syntax error",
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

/** The word carries the meaning as well as the colour. */
export function outcomeBadge(outcome: string): Markup {
  const label = (outcomes as Record<string, string>)[outcome] ?? outcome;
  return html`<span class="badge ${kinds[outcome] ?? "bad"}">${label}</span>`;
}

const accessKinds: Record<Access, string> = { read: "ok", write: "ask", delete: "bad" };

export function accessBadge(access: Access): Markup {
  return html`<span class="badge ${accessKinds[access]}">${access}</span>`;
}
