/** The APIs that a command serves: API files of `specs/`, or one document named on the command line, compiled. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ApiFile, ApiName } from "../terms/api-file.ts";
import { type DeployedApi } from "../terms/manifest.ts";
import { documentReport } from "../spec/document-report.ts";
import type { CompiledCatalog, CompileReport, Fault, OpenedCatalog } from "../spec/catalog.ts";
import { compileDocument } from "../spec/compile/compile-document.ts";
import { fileLabel } from "../spec/pointer.ts";
import { openCatalog } from "../spec/read/open-catalog.ts";
import { unfittingEntries } from "../deployment/unfitting.ts";
import { baseUrls } from "../request/servers.ts";
import { DocumentError, loadDocument } from "../spec/load/load-document.ts";
import { readJsonc } from "./jsonc-file.ts";
import { commandFor, places } from "./places.ts";
import { assertFree } from "./reserved-names.ts";
import { proxyHint } from "./server/proxy.ts";
import { SchemaCheck } from "./schema-faults.ts";
import { secretNames } from "./secrets.ts";
import { trimEndOf } from "../terms/trim-end.ts";

export const specsFolder = places.specs;

/** An API file, read and checked. */
export interface ConfiguredApi {
  name: string;
  file: ApiFile;
  /** Folder that relative sources are resolved against. */
  folder: string;
  /** Where the API file is; undefined if the command line says what it would. */
  path?: string;
}

export interface PreparedApi {
  api: DeployedApi;
  catalog: CompiledCatalog;
  /** Its faults begin with those of the API file. */
  report: CompileReport;
  /** Entries of the API file that fit nothing in the document. */
  unfitting: Fault[];
  opened: OpenedCatalog;
  /** The first base URL, if the document or the file names one. */
  base: string | undefined;
  /** The further files that the document is made of. */
  parts: string[];
  /** The document was not yet held against the schema of OpenAPI on this machine. */
  unchecked?: SchemaCheck;
}

/** All files of `specs/`, in the order of their names. */
export async function configuredApis(folder = specsFolder): Promise<ConfiguredApi[]> {
  const all = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === "ENOENT"
        ? `There is no folder of API files ${folder}. Check its path, or add an API: ${commandFor("api", "add <file or URL>")}`
        : `The folder of API files ${folder} cannot be read (${error.code}). Check its path.`,
    );
  });
  const names = all.filter((name) => name.endsWith(".jsonc")).sort();
  return Promise.all(names.map((name) => readApiFile(join(folder, name))));
}

/** The same, to be served. @throws Error that says what to do if there are none */
export async function apisToServe(folder = specsFolder): Promise<ConfiguredApi[]> {
  const all = await configuredApis(folder);
  if (all.length > 0) return all;
  throw new Error(
    `There is no API in ${folder}. Name a document, or add one: ${commandFor("api", "add <file or URL>")}`,
  );
}

/**
 * Reads `specs/<name>.jsonc`.
 * @throws Error that names the file, the place and the mistake
 */
export async function readApiFile(path: string): Promise<ConfiguredApi> {
  const text = await readFile(path, "utf8");
  const content = readJsonc(text, path);
  const name = ApiName.safeParse(basename(path, ".jsonc"));
  if (!name.success) throw new Error(`${path}: ${name.error.issues[0]?.message}. Rename the file.`);
  const file = ApiFile.safeParse(content);
  if (!file.success) throw new Error(`${path} does not match its schema:\n${z.prettifyError(file.error)}`);
  assertFree(secretNames(file.data.credential), path);
  return { name: name.data, file: file.data, folder: dirname(resolve(path)), path };
}

/**
 * Loads and compiles the document of an API.
 * @param schema whether the report has what swagger-parser says: `now`, which takes longer than reading the document; only
 *   if it is `known` from before; or not at all
 * @param cacheFolder where documents from npm packages are kept
 * @throws Error with a sentence that a person can act on
 */
export async function prepareApi(
  { name, file, folder, path }: ConfiguredApi,
  {
    schema = "no",
    cacheFolder = places.documents,
  }: { schema?: "now" | "known" | "no"; cacheFolder?: string } = {},
): Promise<PreparedApi> {
  const loaded = await loadDocument(file.source, {
    folder,
    cacheFolder,
    allowedOrigins: file.references ?? [],
    closed: [places.home],
  }).catch((error: unknown) => {
    if (!(error instanceof DocumentError && error.code === "unreachable")) throw error;
    throw new DocumentError(error.code, error.message + proxyHint(process.env));
  });
  const { catalog, report } = await compileDocument(loaded, file);
  const opened = openCatalog(catalog.index, catalog.body.slice().buffer);
  const unfitting = unfittingEntries(file, opened, path === undefined ? optionOf : undefined);
  report.faults.unshift(...unfitting);
  const check = schema === "no" ? undefined : new SchemaCheck(loaded);
  const schemaFaults = await (schema === "now" ? check?.faults() : check?.kept());
  report.faults.push(...(schemaFaults ?? []));
  const title = file.title ?? report.title;
  const api = { name, title, hash: catalog.hash, file, report: documentReport(report, Date.now()) };
  const parts = [...loaded.files.keys()].filter((url) => url !== loaded.url);
  const [base] = baseUrls(opened.spec["servers"]);
  return {
    api,
    catalog,
    opened,
    base,
    report,
    unfitting,
    parts: parts.map((url) => fileLabel(url, loaded.url)),
    ...(check && !schemaFaults && { unchecked: check }),
  };
}

/** The option that gave this member of an API file. */
function optionOf([member, inside, key]: string[]): string {
  if (member === "server") return "--server";
  if (inside === "secrets") return `--credential ${key}`;
  return key === undefined ? "--paste" : `--paste ${key}`;
}

/** A default name for a document: from its file or host name. */
export function nameFor(source: string): string {
  const last = (source.split(/[?#]/, 1)[0] ?? "").split(/[/\\]/).findLast((part) => part !== "") ?? "api";
  const plain = last
    .replace(/\.(json|ya?ml)(\.gz)?$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "");
  return trimEndOf(plain, /_/).slice(0, 40) || "api";
}
