/** Elements of pages, of the login and of the console. */
import { html } from "hono/html";
import type { Access } from "../../terms/api-file.ts";
import { accessLabels } from "../../terms/scopes.ts";
import { visibleLine } from "../../terms/visible.ts";
import { icon, type IconName } from "./icons.ts";
import type { Markup } from "./layout.ts";

/** What a colour means on every page (`style.ts`). */
export type Tone = "ok" | "wait" | "refuse" | "fail" | "run" | "calm";

const toneIcons: Record<Tone, IconName> = {
  ok: "done",
  wait: "clock",
  refuse: "ban",
  fail: "failed",
  run: "going",
  calm: "info",
};

/** Names and values; a value that is missing leaves its name out too. */
export function facts(all: Record<string, Markup | string | false | undefined>): Markup {
  const shown = Object.entries(all).filter(([, value]) => value !== undefined && value !== false);
  return html`<dl class="facts">
    ${shown.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

export function tick(
  type: "checkbox" | "radio",
  name: string,
  value: string,
  checked: boolean,
  words: Markup | string = value,
): Markup {
  return html`<label class="tick"
    ><input type="${type}" name="${name}" value="${value}" ${checked && "checked"} /><span
      >${words}</span
    ></label
  >`;
}

/** A state in one or two words. The icon says the same as the colour. */
export function state(tone: Tone, words: string | Markup, drawing: IconName = toneIcons[tone]): Markup {
  return html`<span class="state ${tone}">${icon(drawing)}${words}</span>`;
}

/**
 * A message across the page.
 * @param role `alert` for what the person has to correct, `status` for what has just been done
 */
export function note(
  tone: Tone,
  words: string | Markup,
  role?: "alert" | "status",
  drawing: IconName = tone === "fail" ? "warning" : toneIcons[tone],
): Markup {
  return html`<div class="note ${tone}" ${role && html`role="${role}"`}>
    ${icon(drawing)}
    <div>${words}</div>
  </div>`;
}

/** A name that a program gave itself, however long: all of it is in the title. */
export function shortName(name: string): Markup {
  const text = visibleLine(name);
  return html`<span class="name" title="${text}">${text}</span>`;
}

/** What is wrong with the field that stands before it; the field names it in `aria-describedby`. */
export function fieldError(id: string, words: string): Markup {
  return html`<p class="error" id="${id}" role="alert">${icon("warning")}<span>${words}</span></p>`;
}

const accessIcons: Record<Access, IconName> = { read: "eye", write: "pencil", delete: "trash" };

/** @param words instead of the name of the access alone */
export function accessChip(access: Access, words: string = accessLabels[access]): Markup {
  return html`<span class="access ${access}">${icon(accessIcons[access])}${words}</span>`;
}
