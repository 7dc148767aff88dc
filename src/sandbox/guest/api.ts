import type { ClientConfig } from "../../terms/client-config.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import type { Subject } from "../../spec/read/search-document.ts";

/** One API of the run, as far as the program may look into it. */
export interface Api {
  name: string;
  client: ClientConfig | undefined;
  /** What the code calls its client by: `api`, or `apis.github` where there are several. */
  called: string;
  open(): OpenedCatalog;
  /** What `describe` describes: an operation or a schema of this API. */
  subject(asked: OperationSummary | string): Subject | undefined;
}
