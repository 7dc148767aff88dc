/**
 * What a deployment serves: its APIs, each with the hash of its compiled catalog. It is stored as one small object
 * beside the catalogs. A catalog never changes; a new one has another hash.
 */
import { z } from "zod";
import { ApiFile, ApiName } from "./api-file.ts";

/** What people see of the compilation. */
export const DocumentReport = z.strictObject({
  /** `info.version`. */
  version: z.string(),
  operationsFound: z.number(),
  operationsKept: z.number(),
  /** The first of `faultCount`. */
  faults: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
  faultCount: z.number(),
  /** When the document was read, in milliseconds since the epoch. */
  readAtMs: z.number(),
});
export type DocumentReport = z.infer<typeof DocumentReport>;

/** What people see of the last accepted refresh. */
export const DocumentChange = z.strictObject({
  /** In milliseconds since the epoch. */
  atMs: z.number(),
  /** How many operations. */
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  /** The first of each kind: `+ GET /zones (listZones)`, `-` for removed, `~` for changed. */
  lines: z.array(z.string()),
});
export type DocumentChange = z.infer<typeof DocumentChange>;

const CatalogHash = z.string().regex(/^[0-9a-f]{64}$/);

export const DeployedApi = z.strictObject({
  name: ApiName,
  title: z.string(),
  /** Content hash of the compiled catalog (lower-case hex, SHA-256). */
  hash: CatalogHash,
  /** That of the catalog that was deployed, if refreshes have replaced it since. */
  accepted: CatalogHash.optional(),
  file: ApiFile,
  /** It is the demo that comes with isogate, started with this server: whatever is done to it harms nobody. */
  demo: z.literal(true).optional(),
  report: DocumentReport.optional(),
  change: DocumentChange.optional(),
});
export type DeployedApi = z.infer<typeof DeployedApi>;

/**
 * What people call an API wherever they read or decide: its title, with its id where that of another one looks the same. The same
 * service may be served twice, for trying and for real, by one document. What is not served any more has only its id.
 */
export function titleAmong(apis: Iterable<Pick<DeployedApi, "name" | "title">>, name: string): string {
  const all = [...apis];
  const title = all.find((api) => api.name === name)?.title;
  if (title === undefined) return name;
  const isShared = all.some((api) => api.name !== name && spoken(api.title) === spoken(title));
  return isShared ? `${title} (${name})` : title;
}

/** Pages show blanks as one, and a reader takes no notice of capitals. */
const spoken = (title: string) => title.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();

export const Manifest = z.strictObject({ apis: z.array(DeployedApi) });
export type Manifest = z.infer<typeof Manifest>;
