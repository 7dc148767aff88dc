/** Finds the dialect of a document by its version. */
import { DocumentError } from "../document.ts";
import { isObject, own } from "../objects.ts";
import { dialects } from "./dialects/index.ts";
import type { Dialect } from "./emitter.ts";
import { otherFormatIn } from "../load/text/other-formats.ts";

/**
 * @param root the parsed root file
 * @param name of the document, for messages
 * @throws DocumentError if its version is neither Swagger 2.0 nor OpenAPI 3
 */
export function readDialect(root: unknown, name: string): Dialect {
  if (!isObject(root)) {
    const what = Array.isArray(root) ? "a list" : typeof root === "string" ? "plain text" : String(root);
    throw notOpenApi(name, root === null ? "it holds nothing" : `it is ${what}`);
  }
  // YAML reads `openapi: 3.0` without quotes as the number 3.
  const written = String(own(root, "openapi") ?? own(root, "swagger") ?? "").trim();
  const version = /^\d+$/.test(written) ? `${written}.0` : written.replace(/^v(?=\d)/i, "");
  const known = dialects.find((one) => one.reads(version));
  if (known) return known.dialect(root);
  if (version !== "") throw notOpenApi(name, `its version is "${version.slice(0, 40)}"`);
  const other = otherFormatIn(root);
  if (other) throw new DocumentError("not-openapi", `${name} is ${other.what}. ${other.next}`);
  const keys = Object.keys(root).slice(0, 5);
  const found = keys.map((key) => `"${key.slice(0, 40)}"`).join(", ") || "nothing";
  throw notOpenApi(name, `it has neither "openapi" nor "swagger", but ${found}`);
}

function notOpenApi(name: string, what: string): DocumentError {
  return new DocumentError(
    "not-openapi",
    `${name} is not an OpenAPI document: ${what}. Use a file that starts with "openapi: 3.x" or "swagger: 2.0".`,
  );
}
