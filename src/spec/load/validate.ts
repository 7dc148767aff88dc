/**
 * Holds a document against the published schema of its version of OpenAPI. Node only, and in a thread of its own
 * (`src/cli/schema-faults.ts`): GitHub's and Microsoft Graph's documents take it 4 and 9 s. What it says is a fault and
 * never a refusal.
 *
 * swagger-parser does not read the document, because it refuses some that are served: every one of OpenAPI 3.2, and those
 * with a reference that leads nowhere (Okta's); it follows a `$ref` in an example, and drops doubled keys. It gets the
 * files that `gather.ts` has admitted, and no others.
 */
import type { OpenAPI } from "openapi-types";
import type { Fault } from "../catalog.ts";
import type { LoadedDocument } from "../document.ts";
import { isObject } from "../objects.ts";

/** One mistake makes many: each of the forms that are allowed at its place reports why it does not fit. */
const maxFaults = 20;

/** @returns no faults for a version that swagger-parser does not know, or if references lead nowhere */
export async function validate(document: LoadedDocument): Promise<Fault[]> {
  const root = document.files.get(document.url);
  if (!isObject(root) || document.refused.size > 0) return [];
  const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
  const admitted = {
    order: 1,
    canRead: true,
    read: ({ url }: { url: string }) => {
      const value = document.files.get(url);
      if (value === undefined) throw new Error("is no file of the document");
      return JSON.stringify(value);
    },
  };
  try {
    // It changes what it is given.
    await SwaggerParser.validate(document.url, structuredClone(root) as unknown as OpenAPI.Document, {
      resolve: { file: false, http: false, admitted },
      validate: { schema: true, spec: false },
    });
    return [];
  } catch (error) {
    return schemaFaults(error);
  }
}

/** The errors of the schema, without those that repeat another at the same place. */
function schemaFaults(error: unknown): Fault[] {
  const { details } = error as { details?: unknown };
  const faults = (Array.isArray(details) ? details : []).filter(isObject).map((one) => ({
    pointer: `#${String(one["instancePath"] ?? "")}`,
    message: `By the schema of OpenAPI, it ${String(one["message"])}`,
  }));
  const places = new Map(faults.toReversed().map((fault) => [fault.pointer, fault]));
  return [...places.values()].toReversed().slice(0, maxFaults);
}
