/** A page with one message: what happened, and what to do next. */
import { html } from "hono/html";
import { note, type Tone } from "./elements.ts";
import { page } from "./layout.ts";

type Message = { title: string; sentence: string; next: string; status: number };

/** Who was refused did nothing wrong, and who comes too soon only waits. */
const tones: Record<number, Tone> = { 403: "refuse", 429: "wait" };

/** Who connected in a wrong way can do it in another one. The start page is no way on for those that it would send here again. */
const leadsOn = new Set([400, 414]);

export function messagePage({ title, sentence, next, status }: Message): Promise<Response> {
  return page({
    title,
    status,
    body: html`<div class="sheet">
      <h1>${title}</h1>
      ${note(tones[status] ?? "fail", sentence)}
      <p>${next}</p>
      ${
        leadsOn.has(status) &&
        html`<div class="row"><a class="button" href="/">How to connect a client</a></div>`
      }
    </div>`,
  });
}
