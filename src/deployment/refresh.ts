/**
 * Reads the documents of a deployment again on a schedule, so that the served catalogs follow the APIs. The served
 * catalog stays if the document cannot be read, is broken, or suddenly lost much. One API after the other, because a
 * Worker has 128 MB; a failure of one does not affect the others.
 */
import { addressProblem } from "../request/address.ts";
import type { CompiledCatalog, CompileReport, Fault } from "../spec/catalog.ts";
import { compileDocument } from "../spec/compile/compile-document.ts";
import { formatDiff, type CatalogDiff } from "../spec/read/diff.ts";
import { DocumentError, type LoadLimits } from "../spec/document.ts";
import { loadHttp } from "../spec/load/http.ts";
import { openCatalog } from "../spec/read/open-catalog.ts";
import { decideRefresh, type Refresh } from "./acceptable.ts";
import { openDeployed, readManifest, replaceDeployed, writeCatalog } from "../store/catalogs.ts";
import { unfittingEntries } from "./unfitting.ts";
import { removeReplaced } from "./removal.ts";
import { logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { documentReport } from "../spec/document-report.ts";

/** Lower than in the command: the text, its value and both catalogs are in memory together. */
const limits: LoadLimits = { maxBytes: 16 * 1024 * 1024, maxFiles: 500, timeoutMs: 30_000, maxRedirects: 5 };

/** Limits the lines of each kind in the manifest, which every request reads. */
const maxKeptLines = 10;
const maxLineChars = 200;

/** `failed`: no usable document was found, so the old catalog stays. */
type Outcome = Refresh | { kind: "failed"; reason: string };
/** `unfitting`: entries of the API file that fit nothing in the new document, if there are any. */
export type RefreshOutcome = { api: string; unfitting?: Fault[] } & Outcome;

/**
 * Refreshes every API whose document came from an http(s) URL, and logs each. Does not throw for a broken API or
 * document.
 * @throws StoreFault if the manifest cannot be read
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
  try {
    const { marked, removed } = await removeReplaced(env.CATALOGS, Date.now());
    const counts = { "isogate.catalogs.removed": removed.length, "isogate.catalogs.waiting": marked.length };
    if (removed.length > 0) logEvent("isogate.catalogs", counts);
  } catch (error) {
    // The next refresh tries again.
    logEvent("isogate.catalogs", {}, error);
  }
  return outcomes;
}

async function refreshOne(
  bucket: R2Bucket,
  api: DeployedApi,
): Promise<Omit<RefreshOutcome, "api"> & Outcome> {
  try {
    const read = await readAgain(api);
    const { unfitting } = read;
    return { ...(await replaceWith(read, bucket, api)), ...(unfitting.length > 0 && { unfitting }) };
  } catch (error) {
    if (error instanceof DocumentError) return { kind: "failed", reason: error.message };
    // A bug or a storage failure: reported, and the next API follows.
    return { kind: "failed", reason: `It could not be refreshed: ${String(error)}` };
  }
}

type ReadAgain = Awaited<ReturnType<typeof readAgain>>;

/** Replaces the served catalog, if the new document is one that needs no person. */
async function replaceWith(read: ReadAgain, bucket: R2Bucket, api: DeployedApi): Promise<Outcome> {
  const { catalog, report, opened } = read;
  const lost = lostFiles(read, api);
  if (lost !== undefined) return { kind: "kept", reason: lost };
  const served = await openDeployed(bucket, api);
  const accepted =
    api.accepted === undefined ? undefined : await openDeployed(bucket, { hash: api.accepted });
  const fresh = { hash: catalog.hash, opened };
  const accept = `npm run api -- refresh ${api.name} --force, then npm run deploy.`;
  const decision = decideRefresh({ hash: api.hash, opened: served }, fresh, {
    file: api.file,
    accept,
    accepted,
  });
  if (decision.kind !== "replaced") return decision;
  // In this order, so that the manifest never names an incomplete catalog.
  await writeCatalog(bucket, catalog);
  const replaced = await replaceDeployed(bucket, api, entryFor(api, catalog, report, decision.diff));
  if (replaced) return decision;
  return { kind: "kept", reason: "This API was deployed meanwhile, and that deployment stays." };
}

/** @throws DocumentError if there is no usable document at its URL, or the API file does not allow the URL */
async function readAgain({ file }: DeployedApi) {
  const loaded = await loadHttp(file.source, {
    limits,
    allowedOrigins: file.references ?? [],
    refuse: (url) => addressProblem(url.href, file),
  });
  const { catalog, report } = await compileDocument(loaded, file);
  const opened = openCatalog(catalog.index, catalog.body.slice().buffer);
  const unfitting = unfittingEntries(file, opened);
  report.faults.unshift(...unfitting);
  return { catalog, report, opened, unfitting, unread: loaded.refused.size };
}

/** A document that was read only in part does not count. Faults that the served one already has do not matter. */
function lostFiles(
  { unread, report: { faults }, unfitting }: ReadAgain,
  api: DeployedApi,
): string | undefined {
  const before = api.report?.faultCount ?? 0;
  if (unread === 0 || faults.length <= before) return undefined;
  const first = faults[unfitting.length];
  return (
    `${unread} of the document's files could not be read, and it has ${faults.length} faults instead of ${before}, ` +
    `so the old document stays. If this is intended, deploy it again. The first fault is at ${first?.pointer}: ${first?.message}`
  );
}

function entryFor(
  api: DeployedApi,
  catalog: CompiledCatalog,
  report: CompileReport,
  diff: CatalogDiff,
): DeployedApi {
  const atMs = Date.now();
  const lines = formatDiff(diff, maxKeptLines).map((line) => line.slice(0, maxLineChars));
  return {
    ...api,
    title: api.file.title ?? report.title,
    hash: catalog.hash,
    accepted: api.accepted ?? api.hash,
    report: documentReport(report, atMs),
    change: { atMs, ...countsOf(diff), lines },
  };
}

function countsOf({ added, removed, changed }: CatalogDiff) {
  return { added: added.length, removed: removed.length, changed: changed.length };
}

/** Durations in seconds. */
function attributes(outcome: RefreshOutcome, durationMs: number): Record<string, unknown> {
  const counts = outcome.kind === "replaced" ? countsOf(outcome.diff) : undefined;
  return {
    "isogate.api": outcome.api,
    "isogate.outcome": outcome.kind,
    "isogate.refresh.duration": durationMs / 1000,
    "isogate.operations.added": counts?.added,
    "isogate.operations.removed": counts?.removed,
    "isogate.operations.changed": counts?.changed,
    "isogate.reason": "reason" in outcome ? outcome.reason : undefined,
    "isogate.api_file.faults": outcome.unfitting?.map(({ pointer, message }) => `${pointer}: ${message}`),
  };
}
