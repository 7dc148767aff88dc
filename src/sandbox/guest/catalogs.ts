/**
 * The APIs of a run: what was shipped of each, opened when it is first touched. With several, the lists are joined
 * and every operation says which API it belongs to.
 */
import type { ClientConfig } from "../../terms/client-config.ts";
import type { FindOptions, OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { once } from "../../terms/once.ts";
import { labelType } from "../../request/accounts.ts";
import { openDocument, withSearch } from "../../spec/read/open-document.ts";
import type * as searchPart from "../../spec/read/search-document.ts";
import type { SeenTypes } from "../../spec/read/search-document.ts";
import type { GuestRun } from "./contract.ts";
import { moduleNames } from "./contract.ts";
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
  search: typeof searchPart | undefined,
): Promise<Api[]> {
  return Promise.all(
    apis.map(async ({ name, hasBody, client, seen }) => {
      const operations = await readModule<string>(moduleNames.operations(name));
      const outline = hasBody ? await readModule<string>(moduleNames.outline(name)) : "";
      const body = hasBody ? await readModule<ArrayBuffer>(moduleNames.body(name)) : undefined;
      const text = search && (await readModule<string>(moduleNames.search(name)));
      const open = once(() => {
        const document = openDocument({ operations, outline }, body, { pathsByName });
        const more = { seen: typesIn(seen), signed: client?.signed };
        const made = () => shipped(search).searchDocument(document, text as string, more);
        return withSearch(document, once(made));
      });
      return { name, client, open };
    }),
  );
}

function typesIn(seen: Record<string, string> | undefined): SeenTypes | undefined {
  return seen && ((id) => (own.hasOwn(seen, id) ? seen[id] : undefined));
}

async function readModule<T>(name: string): Promise<T> {
  return ((await import(name)) as { default: T }).default;
}

export class Catalogs {
  readonly #apis: Api[];
  #operations: ListedOperation[] | undefined;
  /** Where an operation that was handed out belongs. */
  readonly #origin = own.newMap<object, { api: Api; operation: OperationSummary }>();

  constructor(apis: Api[]) {
    this.#apis = apis;
  }

  get operations(): ListedOperation[] {
    const [only, ...others] = this.#apis;
    if (only && others.length === 0) return only.open().operations;
    return (this.#operations ??= this.#apis.flatMap((api) =>
      api.open().operations.map((operation) => this.#listed(api, operation)),
    ));
  }

  /** Ranked operations. With several APIs the best of each come first, then the second best. */
  find(text: string, options: FindOptions & { api?: string } = {}): ListedOperation[] {
    const { api: only, ...rest } = options;
    const limit = rest.limit ?? 10;
    const lists = this.#apis
      .filter(({ name }) => only === undefined || name === only)
      .map((api) =>
        api
          .open()
          .find(text, rest)
          .map((operation) => this.#listed(api, operation)),
      );
    const ranked: ListedOperation[] = [];
    for (let rank = 0; rank < limit; rank++)
      for (const list of lists) if (list[rank]) ranked.push(list[rank] as ListedOperation);
    return ranked.slice(0, limit);
  }

  describe(operation: ListedOperation | string): string {
    if (typeof operation === "object" && operation !== null) {
      const origin = own.mapGet(this.#origin, operation as never) as
        { api: Api; operation: OperationSummary } | undefined;
      if (origin) return this.#described(origin.api, origin.operation);
      const api = this.#apis.find(({ name }) => name === operation.api) ?? this.#holding(operation.id);
      return this.#described(api, operation.id ?? operation);
    }
    return this.#described(this.#holding(operation), operation);
  }

  /** With several accounts of the user, how another than the first is chosen. */
  #described({ name, client, open }: Api, operation: OperationSummary | string): string {
    const text = open().describe(operation);
    const accounts = client?.accounts ?? [];
    if (accounts.length < 2) return text;
    const holder = this.#apis.length === 1 ? "api" : `apis.${name}`;
    return `${text}\n// With another account: ${holder}.as(${labelType(accounts)}).…`;
  }

  /** The first API that has the operation; any other one says best itself that it has not. */
  #holding(id: string): Api {
    const found = this.#apis.find((api) => api.open().operations.some((operation) => operation.id === id));
    const [first] = this.#apis;
    if (!first) throw new own.NativeError("No API is configured: ask the operator to add one.");
    return found ?? first;
  }

  #listed(api: Api, operation: OperationSummary): ListedOperation {
    if (this.#apis.length === 1) return operation;
    const listed = { api: api.name, ...operation };
    own.mapSet(this.#origin, listed as never, { api, operation } as never);
    return listed;
  }
}
