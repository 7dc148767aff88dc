/** Finds the dialect that a document is written in, by the version it names. */
import { DocumentError } from "../document.ts";
import { isObject, own } from "../objects.ts";
import { dialects } from "./dialects/index.ts";
import type { Dialect } from "./emitter.ts";

/**
 * @param root the parsed root file
 * @param name how to call the document in messages
 * @throws DocumentError if it does not say that it is Swagger 2.0 or OpenAPI 3
 */
export function readDialect(root: unknown, name: string): Dialect {
  if (!isObject(root)) {
    const what = Array.isArray(root) ? "a list" : typeof root === "string" ? "plain text" : String(root);
    throw notOpenApi(name, `it is ${what}`);
  }
  const version = String(own(root, "openapi") ?? own(root, "swagger") ?? "");
  const known = dialects.find((one) => one.reads(version));
  if (known) return known.dialect(root);
  if (version !== "") throw notOpenApi(name, `its version is "${version.slice(0, 40)}"`);
  const keys = Object.keys(root).slice(0, 5);
  throw notOpenApi(
    name,
    `it has neither "openapi" nor "swagger", but ${keys.map((key) => `"${key.slice(0, 40)}"`).join(", ") || "nothing"}`,
  );
}

function notOpenApi(name: string, what: string): DocumentError {
  return new DocumentError(
    "not-openapi",
    `${name} is not an OpenAPI document: ${what}. Name a file that starts with "openapi: 3.x" or "swagger: 2.0".`,
  );
}
