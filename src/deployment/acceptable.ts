/**
 * Decides whether a freshly compiled document takes the place of the one that is served. Pure: the caller loads
 * and stores. A document that suddenly lost a third of its operations is more likely an accident upstream than news.
 */
import type { OpenedCatalog } from "../spec/catalog.ts";
import { diffCatalogs, type CatalogDiff } from "../spec/read/diff.ts";

/** The share of operations that may vanish at once. */
const maxShrink = 1 / 3;

export type Refresh =
  | { kind: "unchanged" }
  | { kind: "replaced"; diff: CatalogDiff; summary: string }
  | { kind: "kept"; reason: string };

export interface Served {
  hash: string;
  opened: OpenedCatalog;
}

/** @param force takes the new one however much is missing */
export function decideRefresh(served: Served, fresh: Served, force = false): Refresh {
  if (served.hash === fresh.hash) return { kind: "unchanged" };
  const before = served.opened.operations.length;
  const after = fresh.opened.operations.length;
  if (!force && before > 0 && before - after > before * maxShrink) {
    return {
      kind: "kept",
      reason:
        `The document shrank from ${before} to ${after} operations; more than a third is missing, so the old one ` +
        "stays. If that is right, refresh it with --force.",
    };
  }
  const diff = diffCatalogs(served.opened, fresh.opened);
  const summary = `${diff.added.length} operations added, ${diff.removed.length} removed, ${diff.changed.length} changed`;
  return { kind: "replaced", diff, summary };
}
