/**
 * Declarations of the operations that a program calls, for the type checker: what `describe` says, complete where it
 * is short, and softer where documents are often wrong. One type `$Op<n>` for each operation, to be put on its call.
 */
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import type { Json } from "../../spec/objects.ts";
import { isSilent } from "../../learned/silent.ts";
import { looseType, operationTypes, type OperationTypes } from "../../spec/read/describe.ts";
import { noNames, Overflow } from "../../spec/read/types.ts";

export interface CalledOperation {
  catalog: OpenedCatalog;
  operation: OperationSummary;
  /** Schema of its answer as it was seen; used where the document says nothing of it. */
  seen?: Json | undefined;
}

/**
 * How deep an operation is written out, with the room that it has there. The first that fits is taken; of one that
 * fits nowhere no types are worth the time that they take to check.
 */
const levels = [
  { depth: 3, room: 5_000 },
  { depth: 2, room: 24_000 },
];

/** What every program may use and the compiler's library does not have. */
export const commonDeclarations = `type $Answer<T> = { status: number; headers: Record<string, string>; data: T; complete?: false };
type $PageList<T> = AsyncIterable<$Answer<T>> & { all(): Promise<any[]>; complete: boolean; hint?: string };
declare var api: any, apis: any, spec: any, specs: any, operations: any[], find: any, describe: any, recall: any;
declare var fetch: any, ApiError: any, console: any, crypto: any, URL: any, URLSearchParams: any, Blob: any, File: any, FormData: any;
declare var TextEncoder: any, TextDecoder: any, Headers: any, Request: any, Response: any, Uint8Array: any, Intl: any;
declare function $entry<T extends (context: $Globals) => any>(main: T): T;
type $Globals = { api: any; apis: any; spec: any; specs: any; operations: any; find: any; describe: any; recall: any; fetch: any };
type Blob = any;
type Uint8Array = any;
`;

/** Begins the names of the namespaces whose types were seen in answers and are not the document's. */
export const seenSpace = "$Seen";

/** @returns `type $Op0 = …; type $Pages0 = …` and what they refer to */
export function declarationOf({ catalog, operation, seen }: CalledOperation, number: number): string {
  const object = catalog.operationObject(operation);
  const shown = seen && isSilent(object) ? seen : undefined;
  for (const { depth, room } of levels) {
    try {
      const types = operationTypes(object, depth, noNames(room));
      if (!shown) return declaration(types, number);
      const space = `${seenSpace}${number}`;
      const data = looseType(shown, depth + 2, noNames(room));
      return `declare namespace ${space} { type Data = ${data}; }\n${declaration({ ...types, data: `${space}.Data` }, number)}`;
    } catch (error) {
      if (!(error instanceof Overflow)) throw error;
    }
  }
  return `type $Op${number} = any;\ntype $Pages${number} = any;\n`;
}

function declaration({ body, data, declarations }: OperationTypes, number: number): string {
  const space = `$Types${number}`;
  const own = [...declarations, `type Body = ${body}`, `type Data = ${data}`];
  return `declare namespace ${space} {\n${own.map((text) => `${text};\n`).join("")}}
type $Op${number} = (path: string, args?: { body?: ${space}.Body; [more: string]: any }) => Promise<$Answer<${space}.Data>>;
type $Pages${number} = (path: string, args?: any) => $PageList<${space}.Data>;
`;
}
