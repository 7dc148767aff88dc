import { html } from "hono/html";
import type { Markup } from "./layout.ts";

const shown: Record<string, { label: string; kind: "ok" | "bad" | "ask" | "" }> = {
  ok: { label: "ok", kind: "ok" },
  running: { label: "running", kind: "" },
  interrupted: { label: "interrupted", kind: "bad" },
  "needs-approval": { label: "needs approval", kind: "ask" },
};

/** How a run ended, as a small coloured word; the word says it too, not only the colour. */
export function outcomeBadge(outcome: string): Markup {
  const { label, kind } = shown[outcome] ?? { label: outcome.replaceAll("-", " "), kind: "bad" };
  return html`<span class="badge ${kind}">${label}</span>`;
}
