/**
 * A request in words: what it does, by the document's own summary, and the values that matter. It stands above the exact
 * request and never in its place. A body of which anything is marked in the exact text (a key twice, a number that is
 * not the one that is read) is not put into words at all.
 */
import { requestText } from "../../request/shown/request-text.ts";
import { isJson } from "../../terms/media-type.ts";
import { match } from "../../request/match.ts";
import { visibleLine } from "../../terms/visible.ts";
import type { ExactRequest } from "../../terms/approvals.ts";
import { titleAmong, type DeployedApi } from "../../terms/manifest.ts";
import { openDeployed, readManifest } from "../../store/catalogs.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";

/** The APIs of the deployment by name. A document is there if the page asked for it and it can be read. */
export type Documents = Map<string, { api: DeployedApi; catalog?: OpenedCatalog }>;

/**
 * What a page needs of the documents must not keep a person from deciding: what cannot be read is shown by its id.
 * @param wanted names of the APIs whose documents the page needs: a document can have megabytes
 */
export async function documentsOf(bucket: R2Bucket, wanted: Iterable<string> = []): Promise<Documents> {
  const { apis } = await readManifest(bucket).catch(() => ({ apis: [] }));
  const names = new Set(wanted);
  const entries = apis.map(async (api) => {
    const catalog = names.has(api.name) ? await openDeployed(bucket, api).catch(() => undefined) : undefined;
    return [api.name, { api, ...(catalog && { catalog }) }] as const;
  });
  return new Map(await Promise.all(entries));
}

/** How every page names an API. */
export function apiTitle(documents: Documents, name: string): string {
  const apis = Array.from(documents.values(), ({ api }) => api);
  return visibleLine(titleAmong(apis, name));
}

/** The APIs to choose from: their ids, and what they are called. */
export const apiChoices = (documents: Documents): [id: string, title: string][] =>
  Array.from(documents.keys(), (name) => [name, apiTitle(documents, name)]);

const maxSummaryChars = 90;

/** "Create a DNS record", or the id of the operation if its document has no short summary. */
export function operationInWords(documents: Documents, api: string, id: string): string {
  const summary = summaries(documents, api).get(id) ?? "";
  return visibleLine(summary || id);
}

const known = new WeakMap<OpenedCatalog, Map<string, string>>();

function summaries(documents: Documents, name: string): Map<string, string> {
  const catalog = documents.get(name)?.catalog;
  if (!catalog) return new Map();
  let all = known.get(catalog);
  if (!all) {
    const short = (text: string) => text.trim().replace(/\.$/, "");
    const usable = (text: string) => text !== "" && text.length <= maxSummaryChars && !text.includes("\n");
    all = new Map(
      catalog.operations.flatMap((operation) => {
        const summary = short(operation.summary);
        // Records name an operation by its id; what is always allowed, by its method and path.
        const called = [operation.id, `${operation.method.toUpperCase()} ${operation.path}`];
        return usable(summary) ? called.map((one) => [one, summary] as const) : [];
      }),
    );
    known.set(catalog, all);
  }
  return all;
}

export interface InWords {
  /** What it does. */
  title: string;
  /** The title of the API, for people. */
  api: string;
  /** Names and values: of the path, the query and the body. */
  values: [name: string, value: string][];
  /** How many more values there are. */
  more: number;
}

const maxValues = 8;
const maxValueChars = 160;

export function inWords(documents: Documents, request: ExactRequest): InWords {
  const all = [...pathValues(documents, request), ...queryValues(request), ...bodyValues(request)];
  return {
    title: operationInWords(documents, request.api, request.operation),
    api: apiTitle(documents, request.api),
    values: all.slice(0, maxValues).map(([name, value]) => [visibleLine(name), cut(visibleLine(value))]),
    more: Math.max(0, all.length - maxValues),
  };
}

const cut = (text: string) => (text.length > maxValueChars ? `${text.slice(0, maxValueChars)}…` : text);

function pathValues(documents: Documents, { api, method, url, operation }: ExactRequest): [string, string][] {
  const found = documents.get(api);
  if (!found?.catalog) return [];
  const matched = match(found.catalog, found.api.file, method, url);
  if (matched.kind !== "matched") return [];
  const fit = matched.matched.fits.find((one) => one.operation.id === operation);
  return Object.entries(fit?.values ?? {}).map(([name, value]) => [name, String(value)]);
}

function queryValues({ url }: ExactRequest): [string, string][] {
  return URL.canParse(url) ? [...new URL(url).searchParams] : [];
}

function bodyValues(request: ExactRequest): [string, string][] {
  const { body, headers } = request;
  const type = headers.find(([name]) => name === "content-type")?.[1] ?? "";
  const { text, isWhole } = requestText(request);
  if (!body?.content || !isWhole || text.includes("⟨")) return [];
  const content = new TextDecoder().decode(body.content);
  if (type.startsWith("application/x-www-form-urlencoded")) return [...new URLSearchParams(content)];
  if (!isJson(type)) return [];
  const parsed = parsedObject(content);
  return Object.entries(parsed).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

function parsedObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** "Delete a DNS record (3 times) and create a DNS record": what several requests do together. */
export function togetherInWords(titles: readonly string[], all = titles.length): string {
  const alike = [...Map.groupBy(titles, (title) => title)];
  const parts = alike
    .slice(0, 2)
    .map(
      ([title, { length }], n) =>
        `${n === 0 ? title : lowered(title)}${length > 1 ? ` (${length} times)` : ""}`,
    );
  const left = all - alike.slice(0, 2).reduce((sum, [, { length }]) => sum + length, 0);
  if (left > 0) return `${parts.join(", ")} and ${left} more`;
  return parts.join(" and ");
}

const lowered = (text: string) =>
  /^\p{Lu}\p{Ll}/u.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
