/**
 * Decides whether a freshly compiled document replaces the served one. Pure: the caller loads and stores. A document
 * that suddenly lost a third of its operations is more likely broken than new.
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

/** @param force replaces the served one even if many operations are missing */
export function decideRefresh(served: Served, fresh: Served, force = false): Refresh {
  if (served.hash === fresh.hash) return { kind: "unchanged" };
  const before = served.opened.operations.length;
  const after = fresh.opened.operations.length;
  if (!force && before > 0 && before - after > before * maxShrink) {
    return {
      kind: "kept",
      reason:
        `The document shrank from ${before} to ${after} operations. More than a third is missing, so the old document ` +
        "stays. If this is intended, refresh with --force.",
    };
  }
  const diff = diffCatalogs(served.opened, fresh.opened);
  const summary = `${diff.added.length} operations added, ${diff.removed.length} removed, ${diff.changed.length} changed`;
  return { kind: "replaced", diff, summary };
}
