import { html } from "hono/html";
import { note } from "../../auth/pages/elements.ts";
import { show, type ConsoleContext } from "../context.ts";
import type { Refusal } from "../form.ts";
import { empty, pageHead } from "../parts/layout.ts";

/** The same for something that never existed and for something of another account. */
export function missingPage(c: ConsoleContext, sentence: string): Promise<Response> {
  return show(c, {
    title: "Not found",
    status: 404,
    body: html`${pageHead("Not found")}
    ${empty("search", "Nothing is here", sentence, html`<a class="button" href="/runs">All runs</a>`)}`,
  });
}

/** Says that the server refused a form, and why. */
export function refusedPage(c: ConsoleContext, { status, problem }: Refusal): Promise<Response> {
  return show(c, {
    title: "Not done",
    status,
    body: html`${pageHead("Not done")} ${note("fail", problem, "alert")}`,
  });
}
