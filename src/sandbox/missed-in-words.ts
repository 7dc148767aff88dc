/**
 * The paths nearest to those that code looked up in `spec.paths` in vain, in a sentence each. What was looked up comes
 * from an isolate: it is bounded, and quoted.
 */
import { nearestOperations, titleOf } from "../request/nearest.ts";
import { splitIndex } from "../spec/layout.ts";
import { openDocument } from "../spec/read/open-document.ts";
import type { MissedPath } from "./guest/guest-report.ts";

/** @param apis of the run, each with its index if that was shipped */
export function missedInWords(
  missed: readonly MissedPath[],
  apis: readonly { name: string; index?: string }[],
): string[] {
  return missed.flatMap(({ api, path }) => {
    const index = apis.find(({ name }) => name === api)?.index;
    if (index === undefined) return [];
    const document = openDocument({ ...splitIndex(index), outline: "" }, undefined);
    const near = nearestOperations(document.inOrder, "get", path).map(titleOf);
    const paths = `${apis.length === 1 ? "spec" : `specs.${api}`}.paths`;
    const nearest = near.length > 0 ? ` The nearest are: ${near.join("; ")}.` : "";
    return [`${paths} has no ${JSON.stringify(path)}.${nearest}`];
  });
}
