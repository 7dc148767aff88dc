/**
 * Counts operations in a raw document, on purpose without any code of src/spec/: it is what "none was lost" is
 * measured against.
 */
import type { LoadedDocument } from "../../src/spec/document.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

type Json = Record<string, unknown>;

export function countRawOperations(document: LoadedDocument): number {
  const root = document.files.get(document.url) as Json;
  let count = 0;
  for (const [path, item] of Object.entries((root["paths"] ?? {}) as Json)) {
    if (path.startsWith("x-")) continue;
    const keys = new Set<string>();
    collect(document, item, document.url, keys, 0);
    count += keys.size;
  }
  return count;
}

function collect(
  document: LoadedDocument,
  item: unknown,
  url: string,
  keys: Set<string>,
  hops: number,
): void {
  if (typeof item !== "object" || item === null || hops > 20) return;
  const members = item as Json;
  for (const method of methods) {
    const operation = members[method];
    if (typeof operation === "object" && operation !== null && !Array.isArray(operation)) keys.add(method);
  }
  for (const method of Object.keys((members["additionalOperations"] ?? {}) as Json)) keys.add(`+${method}`);
  const reference = members["$ref"];
  if (typeof reference !== "string") return;
  const target = new URL(reference, url);
  const tokens = decodeURIComponent(target.hash.slice(1)).split("/").slice(1);
  target.hash = "";
  const file = reference.startsWith("#") ? url : target.href;
  let at = document.files.get(file);
  for (const token of tokens)
    at = (at as Json | undefined)?.[token.replaceAll("~1", "/").replaceAll("~0", "~")];
  collect(document, at, file, keys, hops + 1);
}
