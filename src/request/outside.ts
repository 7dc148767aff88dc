/** What the API file allows beside the document, for one request. Pure. */
import type { OperationSummary } from "../spec/catalog.ts";
import { Access, type ApiFile } from "../terms/api-file.ts";
import { accessOfMethod } from "../terms/methods.ts";
import { trimEndOf } from "../terms/trim-end.ts";
import { hrefOf, type CanonicalUrl } from "./canonical.ts";
import type { Match } from "./match.ts";

const outsidePrefix = "outside ";

export const isOutside = ({ id }: OperationSummary) => id.startsWith(outsidePrefix);

/**
 * Stands for a path that the document does not describe but the API file allows. What some server may take for an
 * operation of the document is described: it has to be written as the document writes it.
 * @param method upper case
 */
export function outsideOperation(
  file: Pick<ApiFile, "outside">,
  { url, knownOrigin, readAs }: Extract<Match, { kind: "outside" }>,
  method: string,
): OperationSummary | undefined {
  if (!knownOrigin || url.slashed.length > 0 || readAs.length > 0) return undefined;
  const path = pathOf(url);
  const found = file.outside?.find(
    ({ prefix }) => path === prefix || path.startsWith(`${trimEndOf(prefix, /\//)}/`),
  );
  if (!found) return undefined;
  // The file may call a POST a read; every other method does at least what it means.
  const access = method === "POST" ? found.access : strictestAccess([found.access, accessOfMethod(method)]);
  const id = outsidePrefix + found.prefix;
  return { id, method: method.toLowerCase(), path, summary: "", tags: [], access, deprecated: false };
}

export function strictestAccess(all: readonly Access[]): Access {
  return Access.options[Math.max(...all.map((one) => Access.options.indexOf(one)))] ?? "delete";
}

export const isStricter = (one: Access, other: Access) =>
  Access.options.indexOf(one) > Access.options.indexOf(other);

export function pathOf(url: CanonicalUrl): string {
  return new URL(hrefOf({ ...url, search: "" })).pathname;
}
