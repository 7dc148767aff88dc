import { html } from "hono/html";
import { note } from "../../auth/pages/elements.ts";
import { show, type ConsoleContext } from "../context.ts";
import type { Refusal } from "../form.ts";
import { pageHead, type PageContent } from "../parts/layout.ts";

interface Missing {
  title: string;
  /** Why it may be missing. */
  words: string;
  section?: PageContent["section"];
  /** The list that it would be in. */
  back: [path: string, words: string];
}

const orAnothers = "or belongs to another account.";

/** The same for something that never existed and for something of another account. */
const missing = {
  page: {
    title: "This page does not exist",
    words: "The address may be mistyped, or of another version of this server.",
    back: ["/approvals", "Approvals"],
  },
  run: {
    title: "This run does not exist",
    words: `It was deleted, is older than runs are kept, ${orAnothers}`,
    section: "runs",
    back: ["/runs", "All runs"],
  },
  runOfThen: {
    title: "There is nothing to compare with any more",
    words: "The run of then was deleted, or is older than runs are kept.",
    section: "runs",
    back: ["/runs", "All runs"],
  },
  result: {
    title: "This result is no longer stored",
    words: "Whole results are kept for a while. The page of the run still has the beginning.",
    section: "runs",
    back: ["/runs", "All runs"],
  },
  paused: {
    title: "This waiting run does not exist",
    words: `What waited in it was decided or dropped long ago, ${orAnothers}`,
    section: "approvals",
    back: ["/approvals", "Approvals"],
  },
  program: {
    title: "This program does not exist",
    words: `It was deleted, was refused before anything of it was allowed, ${orAnothers}`,
    section: "programs",
    back: ["/programs", "All programs"],
  },
  file: {
    title: "This file does not exist",
    words: `It was deleted, is older than files are kept, ${orAnothers}`,
    section: "files",
    back: ["/files", "All files"],
  },
  api: {
    title: "This server has no API of this name",
    words: "It may have been renamed or removed.",
    section: "apis",
    back: ["/apis", "All APIs"],
  },
  operation: {
    title: "This API has no operation with this id",
    words: "Its document may have changed since.",
    section: "apis",
    back: ["/apis", "All APIs"],
  },
} satisfies Record<string, Missing>;

export function missingPage(c: ConsoleContext, what: keyof typeof missing): Promise<Response> {
  const { title, words, section, back }: Missing = missing[what];
  const [path, there] = back;
  return show(c, {
    title,
    status: 404,
    ...(section !== undefined && { section }),
    body: html`${pageHead(title, { under: words })}
      <div class="row"><a class="button" href="${path}">${there}</a></div>`,
  });
}

/** Says that the server refused a form, and why. */
export function refusedPage(c: ConsoleContext, { status, problem }: Refusal): Promise<Response> {
  const back = pageOf(c.req.header("Referer"), c.req.url);
  return show(c, {
    title: "Nothing was done",
    status,
    body: html`${pageHead("Nothing was done")} ${note("fail", problem, "alert")}
      <div class="row"><a class="button" href="${back}">Go back</a></div>`,
  });
}

/** The page that the form was on, if it is one of ours. */
function pageOf(referer: string | undefined, here: string): string {
  const from = referer !== undefined && URL.canParse(referer) ? new URL(referer) : undefined;
  return from?.origin === new URL(here).origin ? from.pathname + from.search : "/";
}
