/**
 * The APIs of a run: what was shipped of each, opened when it is first touched. With several, the lists are joined
 * and every operation says which API it belongs to.
 */
import type { FindOptions, OperationSummary } from "../../spec/catalog.ts";
import type { FoundProgram } from "../../terms/kept-programs.ts";
import { once } from "../../terms/once.ts";
import { labelType } from "../../request/account-labels.ts";
import { openDocument, withSearch } from "../../spec/read/open-document.ts";
import type * as findPart from "../../spec/read/find.ts";
import type * as signaturePart from "../../spec/read/signature.ts";
import type { SeenTypes } from "../../spec/read/search-document.ts";
import { calledBy, type Api } from "./api.ts";
import type * as describePart from "./descriptions.ts";
import type { Descriptions, Lookup } from "./descriptions.ts";
import type { GuestRun } from "./contract.ts";
import { moduleNames } from "./contract.ts";
import type { MissedPath } from "./guest-report.ts";
import * as own from "./primordials.ts";
import { shipped } from "./shipped.ts";

export { pointerOf } from "../../spec/read/units.ts";

/** An operation as it is listed where there are several APIs. */
type ListedOperation = OperationSummary & { api?: string };

/** A kept program, as it is listed before the operations. */
interface ListedProgram {
  program: string;
  summary: string;
  /** How to run it. */
  call: string;
}

/** What was shipped for the program. */
export interface ApiParts {
  signature: typeof signaturePart | undefined;
  describe: typeof describePart | undefined;
  find: typeof findPart | undefined;
}

/** Reads the modules of every API; opens none of them. */
export async function loadApis(
  { apis, pathsByName }: Pick<GuestRun, "apis" | "pathsByName">,
  { signature, describe, find }: ApiParts,
): Promise<Api[]> {
  return Promise.all(
    apis.map(async (api) => {
      const { name, hasBody, client, seen } = api;
      const called = calledBy(api, apis);
      const operations = await readModule<string>(moduleNames.operations(name));
      const outline = hasBody ? await readModule<string>(moduleNames.outline(name)) : "";
      const body = hasBody ? await readModule<ArrayBuffer>(moduleNames.body(name)) : undefined;
      const text = find && (await readModule<string>(moduleNames.search(name)));
      const accounts = client?.accounts ?? [];
      const more = {
        seen: typesIn(seen),
        signed: client?.signed,
        client: called,
        ...(accounts.length > 1 && {
          more: `// With another account: ${called}.as(${labelType(accounts)}).…`,
        }),
      };
      const open = once(() => {
        const missed = (path: string) => miss({ api: name, path });
        const document = openDocument({ operations, outline }, body, { pathsByName, missed });
        const index = once(() => shipped(find).searchIndex(text as string));
        const texts = {
          describe: () => shipped(describe).describeIn,
          signature: () => shipped(signature).signatureIn,
        };
        return withSearch(document, index, texts, more);
      });
      return {
        name,
        client,
        called,
        open,
        subject: (asked) => shipped(describe).subjectOf(asked, open(), more),
      };
    }),
  );
}

function listedProgram({ name, every, operations }: FoundProgram): ListedProgram {
  const when = every === undefined ? "by its name" : `by itself (${every}) and by its name`;
  const does = operations.length > 0 ? `; it may call ${operations.slice(0, 8).join(", ")}` : "";
  return {
    program: name,
    summary: `A kept program, which the user allowed: it runs ${when}${does}.`,
    call: `await run(${own.quote(name)}, input)`,
  };
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
  find(text: string, options?: FindOptions & { api?: string }): (ListedOperation | ListedProgram)[];
  descriptions(): Descriptions;
}

export function joined(
  apis: Api[],
  { describe, find, programs }: Pick<ApiParts, "describe" | "find"> & { programs: readonly FoundProgram[] },
): Catalogs {
  const isSingle = apis.length === 1;
  /** Where an operation that was handed out belongs. */
  const origins = own.newMap<object, { api: Api; operation: OperationSummary }>();
  /** What the program looked for. */
  const askedFor: string[] = [];

  function listed(api: Api, operations: OperationSummary[]): ListedOperation[] {
    if (isSingle) return operations;
    return operations.map((operation) => {
      const copy = { api: api.name, ...operation };
      own.mapSet(origins, copy as never, { api, operation } as never);
      return copy;
    });
  }

  function ranked(
    text: string,
    { api: only, ...options }: FindOptions & { api?: string },
  ): ListedOperation[] {
    const limit = options.limit ?? 10;
    const lists = apis
      .filter(({ name }) => only === undefined || name === only)
      .map((api) => listed(api, api.open().find(text, options)));
    const best: ListedOperation[] = [];
    for (let rank = 0; rank < limit; rank++)
      for (const list of lists) best.push(...list.slice(rank, rank + 1));
    return best.slice(0, limit);
  }

  return {
    operations: once(() => {
      const lists = apis.map((api) => listed(api, api.open().operations));
      return lists.length === 1 ? (lists[0] as ListedOperation[]) : lists.flat();
    }),
    find(text, asked) {
      askedFor.push(String(text));
      // `texts.map(find)` hands over the position.
      const options = typeof asked === "number" ? {} : (asked ?? {});
      const names = apis.map(({ name }) => name);
      shipped(find).checkOptions(text, options, names);
      const found = ranked(text, options);
      const kept = Object.keys(options).every((name) => name === "limit")
        ? shipped(find).programsFor(text, programs).map(listedProgram)
        : [];
      if (kept.length > 0) return [...kept, ...found].slice(0, options.limit ?? 10);
      if (found.length === 0 && options.tag !== undefined)
        shipped(find).checkTag(
          options.tag,
          apis.flatMap(({ open }) => open().operations.flatMap((operation) => operation.tags)),
        );
      return found;
    },
    descriptions: once(() =>
      shipped(describe).descriptions({
        apis,
        originOf: (asked) => own.mapGet(origins, asked as never) as ReturnType<Lookup["originOf"]>,
        nearest: (name) =>
          ranked(name, { limit: 3 }).map(({ id, api }) => (api === undefined ? id : `${id} (${api})`)),
        askedFor,
      }),
    ),
  };
}
