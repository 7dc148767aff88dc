/**
 * Decides whether a freshly compiled document replaces the served one. Pure: the caller loads and stores. A document
 * that suddenly lost a third of its operations is more likely broken than new, and one that sends credentials elsewhere
 * or loosens what holds needs a person.
 */
import type { OpenedCatalog } from "../spec/catalog.ts";
import { diffCatalogs, type CatalogDiff } from "../spec/read/diff.ts";
import type { ApiFile } from "../terms/api-file.ts";
import { newDestinations } from "./destinations.ts";
import { loosened } from "./loosened.ts";

/** The share of operations that may vanish at once. */
const maxShrink = 1 / 3;
/** More would hide the first. */
const maxReasons = 5;

export type Refresh =
  | { kind: "unchanged" }
  | { kind: "replaced"; diff: CatalogDiff; summary: string }
  | { kind: "kept"; reason: string };

export interface Served {
  hash: string;
  opened: OpenedCatalog;
}

interface RefreshOptions {
  file: ApiFile;
  /** The command with which a person accepts what is kept otherwise. */
  accept: string;
  /** A person has accepted it. */
  force?: boolean;
  /**
   * What a person accepted last, if refreshes have replaced it since. What one of them removes and a later one brings back
   * under another name is neither new nor a change of what is served.
   */
  accepted?: OpenedCatalog | undefined;
}

export function decideRefresh(
  served: Served,
  fresh: Served,
  { file, accept, force, accepted }: RefreshOptions,
): Refresh {
  if (served.hash === fresh.hash) return { kind: "unchanged" };
  const reason = force ? undefined : reasonToKeep(served.opened, fresh.opened, file, accepted);
  if (reason !== undefined)
    return { kind: "kept", reason: `${reason}, so the old document stays. If this is intended: ${accept}` };
  const diff = diffCatalogs(served.opened, fresh.opened);
  const summary = `${diff.added.length} operations added, ${diff.removed.length} removed, ${diff.changed.length} changed`;
  return { kind: "replaced", diff, summary };
}

function reasonToKeep(
  served: OpenedCatalog,
  fresh: OpenedCatalog,
  file: ApiFile,
  accepted = served,
): string | undefined {
  const before = served.operations.length;
  const after = fresh.operations.length;
  if (before > 0 && before - after > before * maxShrink)
    return `The document shrank from ${before} to ${after} operations. More than a third is missing`;
  const elsewhere = newDestinations(served, fresh);
  if (elsewhere.length > 0)
    return `The document now names ${elsewhere.slice(0, 3).join(", ")}, where credentials would go`;
  const known = new Set([served, accepted]);
  const looser = [...new Set([...known].flatMap((catalog) => loosened(catalog, fresh, file)))];
  if (looser.length === 0) return undefined;
  const more = looser.length > maxReasons ? `; and ${looser.length - maxReasons} more` : "";
  return `The document would loosen what holds: ${looser.slice(0, maxReasons).join("; ")}${more}`;
}
