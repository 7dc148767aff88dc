import { html } from "hono/html";
import { show, type ConsoleContext } from "../context.ts";
import type { Refusal } from "../form.ts";

/** The same for something that never existed and for something of another account. */
export function missingPage(c: ConsoleContext, sentence: string): Promise<Response> {
  return show(c, {
    title: "Not found",
    status: 404,
    body: html`<h1>Not found</h1>
      <p>${sentence}</p>
      <p><a href="/runs">All runs</a></p>`,
  });
}

/** Says that the server refused a form, and why. */
export function refusedPage(c: ConsoleContext, { status, problem }: Refusal): Promise<Response> {
  return show(c, {
    title: "Not done",
    status,
    body: html`<h1>Not done</h1>
      <p class="problem">${problem}</p>`,
  });
}
