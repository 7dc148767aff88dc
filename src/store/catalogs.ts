/**
 * Compiled catalogs in R2, addressed by content hash, and the manifest that names those which are served. A stored
 * catalog never changes, so a copy in memory is never stale.
 */
import { parseJson } from "../terms/json.ts";
import { DeployedApi, Manifest } from "../terms/manifest.ts";
import { catalogHash, type CompiledCatalog, type OpenedCatalog } from "../spec/catalog.ts";
import { isReadable } from "../spec/layout.ts";
import { openCatalog } from "../spec/read/open-catalog.ts";
import { readTwice, StoreFault } from "./fault.ts";

export const manifestKey = "manifest.json";
export const catalogPrefix = "catalogs/";
// Lines of columns, not JSON. The name stays because a Worker that is rolled back looks for it.
export const indexKey = (hash: string) => `${catalogPrefix}${hash}/index.json`;
export const bodyKey = (hash: string) => `${catalogPrefix}${hash}/body.bin`;

/** The hash of a stored part, or undefined for another object. */
export function catalogHashOf(key: string): string | undefined {
  return /^catalogs\/([0-9a-f]{64})\/(?:index\.json|body\.bin)$/.exec(key)?.[1];
}

/** How long a manifest in memory is used: a change shows within this time. */
const manifestMaxAgeMs = 5_000;

/** A Worker has 128 MB; a body is a few MB. Beyond this, the oldest catalog is dropped. */
const maxCachedBytes = 64 * 1024 * 1024;

interface StoredCatalog {
  index: string;
  body: ArrayBuffer;
  opened?: OpenedCatalog;
}

// Values, never promises: in Workers, a request that waits for another request's promise hangs.
const catalogs = new Map<string, StoredCatalog>();
let manifest: { value: Manifest; readAt: number } | undefined;

/** The APIs of this deployment. Empty before the first upload. @throws StoreFault */
export async function readManifest(bucket: R2Bucket): Promise<Manifest> {
  const ageMs = manifest ? Date.now() - manifest.readAt : Infinity;
  // The age is negative after the clock was set back.
  if (manifest && ageMs >= 0 && ageMs < manifestMaxAgeMs) return manifest.value;
  return remember((await storedManifest(bucket)) ?? { apis: [] });
}

function remember(value: Manifest): Manifest {
  manifest = { value, readAt: Date.now() };
  return value;
}

/** The manifest as it is stored now, or undefined if there is none. @throws StoreFault */
export async function storedManifest(bucket: R2Bucket): Promise<Manifest | undefined> {
  const text = await readTwice("the list of APIs", async () => (await bucket.get(manifestKey))?.text());
  if (text === undefined) return undefined;
  const parsed = Manifest.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new StoreFault("The stored list of APIs cannot be read. Deploy it again.");
}

export async function writeManifest(bucket: R2Bucket, value: Manifest): Promise<void> {
  await bucket.put(manifestKey, JSON.stringify(value));
  remember(value);
}

/**
 * Replaces an entry that was read before. Reads the manifest again and writes it only if nobody else wrote in between.
 * @returns false if the entry was removed or replaced meanwhile; then nothing is written
 */
export async function replaceDeployed(
  bucket: R2Bucket,
  before: DeployedApi,
  after: DeployedApi,
): Promise<boolean> {
  const wanted = JSON.stringify(DeployedApi.parse(before));
  for (;;) {
    const object = await bucket.get(manifestKey);
    if (!object) return false;
    const { apis } = Manifest.parse(await object.json());
    const index = apis.findIndex((api) => JSON.stringify(api) === wanted);
    if (index < 0) return false;
    const value = { apis: apis.with(index, after) };
    const written = await bucket.put(manifestKey, JSON.stringify(value), {
      onlyIf: { etagMatches: object.etag },
    });
    if (!written) continue;
    remember(value);
    return true;
  }
}

/**
 * The catalog with this hash.
 * @throws StoreFault if it cannot be read, or if it is missing, partial or damaged: the manifest names a catalog only
 *   after both its parts are written
 */
export async function readCatalog(bucket: R2Bucket, hash: string): Promise<StoredCatalog> {
  const held = catalogs.get(hash);
  if (held) return held;
  const read = await fetchCatalog(bucket, hash);
  catalogs.set(hash, read);
  evict();
  return read;
}

/** Stores both parts; the caller names the hash in the manifest afterwards. */
export async function writeCatalog(bucket: R2Bucket, catalog: CompiledCatalog): Promise<void> {
  await writeCatalogPart(bucket, catalog.hash, "body", catalog.body);
  await writeCatalogPart(bucket, catalog.hash, "index", catalog.index);
}

/** Does not check that the content has this hash: `readCatalog` does. */
export async function writeCatalogPart(
  bucket: R2Bucket,
  hash: string,
  part: "index" | "body",
  content: string | ArrayBuffer | Uint8Array,
): Promise<void> {
  await bucket.put(part === "index" ? indexKey(hash) : bodyKey(hash), content);
}

/** The catalog of an API, opened in this isolate (for the gateway and the descriptions; never for model code). */
export async function openDeployed(bucket: R2Bucket, api: Pick<DeployedApi, "hash">): Promise<OpenedCatalog> {
  const stored = await readCatalog(bucket, api.hash);
  return (stored.opened ??= openCatalog(stored.index, stored.body));
}

export async function isStored(bucket: R2Bucket, hash: string): Promise<boolean> {
  const parts = await Promise.all([bucket.head(indexKey(hash)), bucket.head(bodyKey(hash))]);
  return parts.every((part) => part !== null);
}

/** Removes a catalog that is no longer named. The index goes first: a catalog without it counts as missing. */
export async function removeCatalog(bucket: R2Bucket, hash: string): Promise<void> {
  await bucket.delete(indexKey(hash));
  await bucket.delete(bodyKey(hash));
}

async function fetchCatalog(bucket: R2Bucket, hash: string): Promise<StoredCatalog> {
  const parts = await readTwice("the document of an API", async () => {
    const [index, body] = await Promise.all([bucket.get(indexKey(hash)), bucket.get(bodyKey(hash))]);
    return index && body && { index: await index.text(), body: await body.arrayBuffer() };
  });
  const unusable = (why: string) =>
    new StoreFault(`The document of an API ${why} (${hash}). Deploy it again.`);
  if (!parts) throw unusable("is not stored");
  const found = await catalogHash(new TextEncoder().encode(parts.index), new Uint8Array(parts.body));
  if (found !== hash) throw unusable("is stored only in part or damaged");
  if (!isReadable(parts.index)) throw unusable("was compiled by another version of isogate");
  return parts;
}

function evict(): void {
  let total = 0;
  for (const [hash, { index, body }] of [...catalogs].toReversed()) {
    total += index.length + body.byteLength;
    if (total > maxCachedBytes) catalogs.delete(hash);
  }
}
