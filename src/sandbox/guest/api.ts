import type { ClientConfig } from "../../terms/client-config.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import type { Subject } from "../../spec/read/search-document.ts";

/** One API of the run. */
export interface NamedApi {
  name: string;
  client?: ClientConfig | undefined;
}

/** The same, as far as the program may look into it. */
export interface Api extends NamedApi {
  /** What the code calls its client by. */
  called: string;
  open(): OpenedCatalog;
  /** What `describe` describes: an operation or a schema of this API. */
  subject(asked: OperationSummary | string): Subject | undefined;
}

/** What the code calls the client of an API by: `api`, or `apis.github` where there are several. */
export const calledBy = ({ name }: NamedApi, apis: readonly NamedApi[]): string =>
  apis.length === 1 ? "api" : `apis.${name}`;
