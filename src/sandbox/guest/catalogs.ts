/**
 * The APIs of a run: what was shipped of each, opened when it is first touched. With several, the lists are joined
 * and every operation says which API it belongs to.
 */
import type { ClientConfig } from "../../terms/client-config.ts";
import type { FindOptions, OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { once } from "../../terms/once.ts";
import { labelType } from "../../request/account-labels.ts";
import { openDocument, withSearch } from "../../spec/read/open-document.ts";
import type * as findPart from "../../spec/read/find.ts";
import type * as describePart from "../../spec/read/search-document.ts";
import type { SeenTypes } from "../../spec/read/search-document.ts";
import type { GuestRun } from "./contract.ts";
import { moduleNames } from "./contract.ts";
import type { MissedPath } from "./guest-report.ts";
import * as own from "./primordials.ts";
import { shipped } from "./shipped.ts";

export { pointerOf } from "../../spec/read/units.ts";

/** An operation as it is listed where there are several APIs. */
type ListedOperation = OperationSummary & { api?: string };

export interface Api {
  name: string;
  client: ClientConfig | undefined;
  open(): OpenedCatalog;
}

/** Reads the modules of every API; opens none of them. */
export async function loadApis(
  { apis, pathsByName }: Pick<GuestRun, "apis" | "pathsByName">,
  describe: typeof describePart | undefined,
  find: typeof findPart | undefined,
): Promise<Api[]> {
  const clientOf = (name: string) => (apis.length === 1 ? "api" : `apis.${name}`);
  return Promise.all(
    apis.map(async ({ name, hasBody, client, seen }) => {
      const operations = await readModule<string>(moduleNames.operations(name));
      const outline = hasBody ? await readModule<string>(moduleNames.outline(name)) : "";
      const body = hasBody ? await readModule<ArrayBuffer>(moduleNames.body(name)) : undefined;
      const text = find && (await readModule<string>(moduleNames.search(name)));
      const open = once(() => {
        const missed = (path: string) => miss({ api: name, path });
        const document = openDocument({ operations, outline }, body, { pathsByName, missed });
        const more = { seen: typesIn(seen), signed: client?.signed, client: clientOf(name) };
        const index = once(() => shipped(find).searchIndex(text as string));
        return withSearch(document, index, () => shipped(describe).describeIn, more);
      });
      return { name, client, open };
    }),
  );
}

/** More are not told. */
const maxMissed = 3;
const maxPathChars = 300;
/** Filled beforehand, so that no setter on `Array.prototype` is asked. */
const missed: (MissedPath | undefined)[] = [undefined, undefined, undefined];
let missedCount = 0;

function miss({ api, path }: MissedPath): void {
  for (let at = 0; at < missedCount; at++) if (missed[at]?.path === path && missed[at]?.api === api) return;
  if (missedCount < maxMissed && path.length <= maxPathChars) missed[missedCount++] = { api, path };
}

/** Paths that code looked up in `spec.paths` and did not find. */
export function missedPaths(): MissedPath[] {
  const found: MissedPath[] = [];
  for (let at = 0; at < missedCount; at++) own.append(found, missed[at] as MissedPath);
  return found;
}

function typesIn(seen: Record<string, string> | undefined): SeenTypes | undefined {
  return seen && ((id) => (own.hasOwn(seen, id) ? seen[id] : undefined));
}

async function readModule<T>(name: string): Promise<T> {
  return ((await import(name)) as { default: T }).default;
}

/** The lists of all APIs as one. */
export interface Catalogs {
  operations(): ListedOperation[];
  /** Ranked operations. With several APIs the best of each come first, then the second best. */
  find(text: string, options?: FindOptions & { api?: string }): ListedOperation[];
  describe(operation: ListedOperation | string): string;
}

export function joined(apis: Api[]): Catalogs {
  const isSingle = apis.length === 1;
  /** Where an operation that was handed out belongs. */
  const origins = own.newMap<object, { api: Api; operation: OperationSummary }>();

  function listed(api: Api, operations: OperationSummary[]): ListedOperation[] {
    if (isSingle) return operations;
    return operations.map((operation) => {
      const copy = { api: api.name, ...operation };
      own.mapSet(origins, copy as never, { api, operation } as never);
      return copy;
    });
  }

  /** With several accounts of the user, how to choose one other than the first. */
  function described({ name, client, open }: Api, operation: OperationSummary | string): string {
    const text = open().describe(operation);
    const accounts = client?.accounts ?? [];
    if (accounts.length < 2) return text;
    return `${text}\n// With another account: ${isSingle ? "api" : `apis.${name}`}.as(${labelType(accounts)}).…`;
  }

  /** As the first API that has the operation describes it. If none has, the nearest of all are named. */
  function describedByOne(asked: OperationSummary | string): string {
    const [first] = apis;
    if (!first) throw new own.NativeError("No API is configured: ask the operator to add one.");
    if (isSingle) return described(first, asked);
    const id = typeof asked === "object" && asked !== null ? asked.id : asked;
    const holder = apis.find(({ open }) => open().operations.some((operation) => operation.id === id));
    if (holder) return described(holder, id);
    for (const api of apis) {
      try {
        return described(api, asked);
      } catch {
        // It is not this one's.
      }
    }
    const nearest = joint.find(String(id), { limit: 3 }).map(({ id: other, api }) => `${other} (${api})`);
    const hint =
      nearest.length > 0 ? `The nearest are: ${nearest.join(", ")}.` : "Use find(text) to find it.";
    throw new own.NativeError(`There is no operation "${String(id)}". ${hint}`);
  }

  const joint: Catalogs = {
    operations: once(() => {
      const lists = apis.map((api) => listed(api, api.open().operations));
      return lists.length === 1 ? (lists[0] as ListedOperation[]) : lists.flat();
    }),
    find(text, { api: only, ...options } = {}) {
      const limit = options.limit ?? 10;
      const lists = apis
        .filter(({ name }) => only === undefined || name === only)
        .map((api) => listed(api, api.open().find(text, options)));
      const ranked: ListedOperation[] = [];
      for (let rank = 0; rank < limit; rank++)
        for (const list of lists) ranked.push(...list.slice(rank, rank + 1));
      return ranked.slice(0, limit);
    },
    describe(asked) {
      if (typeof asked !== "object" || asked === null) return describedByOne(asked);
      const origin = own.mapGet(origins, asked as never) as
        { api: Api; operation: OperationSummary } | undefined;
      if (origin) return described(origin.api, origin.operation);
      const api = apis.find(({ name }) => name === asked.api);
      return api ? described(api, asked.id ?? asked) : describedByOne(asked);
    },
  };
  return joint;
}
