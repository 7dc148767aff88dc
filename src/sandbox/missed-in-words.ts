/**
 * What code asked of a document in vain, in a sentence each. What was looked up comes from an isolate: it is bounded,
 * and quoted.
 */
import { nearestOperations, titleOf } from "../request/nearest.ts";
import { splitIndex } from "../spec/layout.ts";
import { openDocument } from "../spec/read/open-document.ts";
import type { MissedPath } from "./guest/guest-report.ts";

type Shipped = readonly { name: string; index?: string }[];

/**
 * The paths nearest to those that code looked up in `spec.paths`.
 *
 * @param apis of the run, each with its index if that was shipped
 */
export function missedInWords(missed: readonly MissedPath[], apis: Shipped): string[] {
  return missed.flatMap(({ api, path }) => {
    const index = apis.find(({ name }) => name === api)?.index;
    if (index === undefined) return [];
    const document = opened(index);
    const near = nearestOperations(document.inOrder, "get", path).map(titleOf);
    const paths = `${apis.length === 1 ? "spec" : `specs.${api}`}.paths`;
    const nearest = near.length > 0 ? ` The nearest are: ${near.join("; ")}.` : "";
    return [`${paths} has no ${JSON.stringify(path)}.${nearest}`];
  });
}

/**
 * What one of `operations` looks like, for code that went through them and was left with nothing: `.tag` and
 * `method === "GET"` are as often the reason as that there is none.
 *
 * @param code what was run
 */
export function listedInWords(code: string, apis: Shipped): string[] {
  const index = /\boperations\b/.test(code) ? apis.find((api) => api.index !== undefined)?.index : undefined;
  const [example] = index === undefined ? [] : opened(index).operations;
  if (!example) return [];
  const named = { ...(apis.length > 1 && { api: apis[0]?.name }), ...example, summary: "…" };
  return [`The first of operations is ${JSON.stringify(named)}.`];
}

const opened = (index: string) => openDocument({ ...splitIndex(index), outline: "" }, undefined);
