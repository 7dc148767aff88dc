/** A page with one message: what happened, and what to do next. */
import { html } from "hono/html";
import { page } from "./layout.ts";

type Message = { title: string; sentence: string; next: string; status: number };

export function messagePage({ title, sentence, next, status }: Message): Promise<Response> {
  return page({
    title,
    status,
    body: html`<div class="sheet">
      <h1>${title}</h1>
      <p>${sentence}</p>
      <p class="quiet">${next}</p>
    </div>`,
  });
}
