/**
 * Reads the documents of a deployment again, by the clock, so that what is served follows the API. A document that
 * cannot be read, is broken, or lost much at once changes nothing: the catalog that is served stays. APIs are taken
 * one after the other, because a Worker has 128 MB, and what happens to one touches no other.
 */
import { addressProblem } from "../request/address.ts";
import type { CompiledCatalog, CompileReport } from "../spec/catalog.ts";
import { compileDocument } from "../spec/compile/compile-document.ts";
import { formatDiff, type CatalogDiff } from "../spec/read/diff.ts";
import { DocumentError, type LoadLimits } from "../spec/document.ts";
import { loadHttp } from "../spec/load/http.ts";
import { openCatalog } from "../spec/read/open-catalog.ts";
import { decideRefresh, type Refresh } from "./acceptable.ts";
import { openDeployed, readManifest, replaceDeployed, writeCatalog } from "../store/catalogs.ts";
import { newDestinations } from "./destinations.ts";
import { removeReplaced } from "./removal.ts";
import { logEvent } from "../terms/log.ts";
import { type DeployedApi, type DocumentChange } from "../terms/manifest.ts";
import { documentReport } from "../spec/document-report.ts";

/** Smaller than on a computer: the text, its value and the catalogs before and after are in memory at once. */
const limits: LoadLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxFiles: 500,
  timeoutMs: 30_000,
  maxRedirects: 5,
};

/** Lines of each kind in the manifest, which is read with every request, and their length. */
const maxKeptLines = 10;
const maxLineChars = 200;

/** What became of one API. `failed`: there was no usable document; like `kept`, the old catalog stays. */
export type RefreshOutcome = { api: string } & (Refresh | { kind: "failed"; reason: string });

/**
 * Refreshes every API whose document came from an http(s) URL, and logs one line of JSON for each. Never throws for
 * what is wrong with an API or its document.
 * @throws Error if the manifest itself cannot be read
 */
export async function refreshCatalogs(env: Pick<Env, "CATALOGS">): Promise<RefreshOutcome[]> {
  const { apis } = await readManifest(env.CATALOGS);
  const outcomes: RefreshOutcome[] = [];
  for (const api of apis.filter(({ file }) => /^https?:\/\//i.test(file.source))) {
    const startedMs = Date.now();
    const outcome = { api: api.name, ...(await refreshOne(env.CATALOGS, api)) };
    logEvent("isogate.refresh", attributes(outcome, Date.now() - startedMs));
    outcomes.push(outcome);
  }
  await sweep(env.CATALOGS);
  return outcomes;
}

/** What a refresh or a deployment replaced goes some days later. A failure here waits for the next time. */
async function sweep(bucket: R2Bucket): Promise<void> {
  try {
    const { marked, removed } = await removeReplaced(bucket, Date.now());
    if (removed.length === 0) return;
    const counts = { "isogate.catalogs.removed": removed.length, "isogate.catalogs.waiting": marked.length };
    logEvent("isogate.catalogs", counts);
  } catch (error) {
    logEvent("isogate.catalogs", {}, error);
  }
}

async function refreshOne(
  bucket: R2Bucket,
  api: DeployedApi,
): Promise<Refresh | { kind: "failed"; reason: string }> {
  try {
    const { catalog, report, unread } = await readAgain(api);
    const lost = lostFiles(unread, report, api);
    if (lost !== undefined) return { kind: "kept", reason: lost };
    const served = await openDeployed(bucket, api);
    const fresh = openCatalog(catalog.index, catalog.body.slice().buffer);
    const decision = decideRefresh({ hash: api.hash, opened: served }, { hash: catalog.hash, opened: fresh });
    if (decision.kind !== "replaced") return decision;
    const elsewhere = newDestinations(served, fresh, api.file);
    if (elsewhere.length > 0) return { kind: "kept", reason: elsewhereReason(elsewhere) };
    // In this order: the manifest never names a catalog that is not whole.
    await writeCatalog(bucket, catalog);
    const replaced = await replaceDeployed(bucket, api, entryFor(api, catalog, report, decision.diff));
    if (replaced) return decision;
    return { kind: "kept", reason: "Somebody deployed this API meanwhile; what they deployed stays." };
  } catch (error) {
    if (error instanceof DocumentError) return { kind: "failed", reason: error.message };
    // A bug or a storage failure: it is said, and the next API has its turn.
    return { kind: "failed", reason: `It could not be refreshed: ${String(error)}` };
  }
}

/** @throws DocumentError if there is no usable document at its URL, or the API's file does not allow the URL */
async function readAgain({ file }: DeployedApi) {
  const loaded = await loadHttp(file.source, {
    limits,
    allowedOrigins: file.references ?? [],
    refuse: (url) => addressProblem(url.href, file),
  });
  return { ...(await compileDocument(loaded, file)), unread: loaded.refused.size };
}

/** A document that came in part is no news of the API. What was missing before already is no reason. */
function lostFiles(unread: number, { faults }: CompileReport, api: DeployedApi): string | undefined {
  const before = api.report?.faultCount ?? 0;
  if (unread === 0 || faults.length <= before) return undefined;
  return (
    `${unread} of the document's files could not be read, and it has ${faults.length} faults instead of ${before}, ` +
    `so the old one stays. If that is right, deploy it again. The first fault is at ${faults[0]?.pointer}: ${faults[0]?.message}`
  );
}

function elsewhereReason(elsewhere: string[]): string {
  return (
    `The document now names ${elsewhere.slice(0, 3).join(", ")}, where credentials would go, so the old one stays. ` +
    "If that is right, deploy it again."
  );
}

function entryFor(
  api: DeployedApi,
  catalog: CompiledCatalog,
  report: CompileReport,
  diff: CatalogDiff,
): DeployedApi {
  const atMs = Date.now();
  const change: DocumentChange = {
    atMs,
    ...countsOf(diff),
    lines: formatDiff(diff, maxKeptLines).map((line) => line.slice(0, maxLineChars)),
  };
  return {
    ...api,
    title: api.file.title ?? report.title,
    hash: catalog.hash,
    report: documentReport(report, atMs),
    change,
  };
}

function countsOf({ added, removed, changed }: CatalogDiff) {
  return { added: added.length, removed: removed.length, changed: changed.length };
}

/** Named as the lines of runs and requests are. Durations in seconds. */
function attributes(outcome: RefreshOutcome, durationMs: number): Record<string, unknown> {
  const counts = outcome.kind === "replaced" ? countsOf(outcome.diff) : undefined;
  return {
    "isogate.api": outcome.api,
    "isogate.outcome": outcome.kind,
    "isogate.refresh.duration": durationMs / 1000,
    ...(counts && {
      "isogate.operations.added": counts.added,
      "isogate.operations.removed": counts.removed,
      "isogate.operations.changed": counts.changed,
    }),
    ...("reason" in outcome && { "isogate.reason": outcome.reason }),
  };
}
