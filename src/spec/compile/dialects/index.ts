/** Finds the dialect of a document. To add one: a file here, and a line in `readDialect`. */
import { DocumentError } from "../../document.ts";
import { isObject, own } from "../../objects.ts";
import type { Dialect } from "../emitter.ts";
import { openapi30 } from "./openapi30.ts";
import { openapi31, openapi32 } from "./openapi31.ts";
import { swagger20 } from "./swagger20.ts";

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
  if (/^2(?:\.0)?$/.test(version)) return swagger20(root);
  if (version.startsWith("3.0")) return openapi30;
  if (version.startsWith("3.1")) return openapi31;
  if (version.startsWith("3.")) return openapi32;
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
    `${name} is no OpenAPI document: ${what}. Name a file that starts with "openapi: 3.x" or "swagger: 2.0".`,
  );
}
