/**
 * Lists the operations of a raw document, on purpose without any code of src/spec/: it is what "none was lost" is
 * measured against. Each by its method and path, so that one too many does not make up for one that is missing.
 */
import type { LoadedDocument } from "../../src/spec/document.ts";
import { asSent, RawDocument } from "./dereference.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/** @returns `get /pets`, every one once */
export function rawOperations(document: LoadedDocument): Set<string> {
  const raw = new RawDocument(document);
  const found = new Set<string>();
  const paths = ["paths", "x-ms-paths"].flatMap((holder) => {
    const map = raw.member(raw.root, holder);
    return [...((map && raw.meaning(map).members) ?? [])];
  });
  for (const [path, item] of paths) {
    if (path.startsWith("x-")) continue;
    const add = (method: string) => found.add(`${method.toLowerCase()} ${asSent(path)}`);
    for (const [key, { value }] of raw.meaning(item).members ?? [])
      if (methods.includes(key.toLowerCase()) && isObject(value)) add(key);
    const additional = raw.member(item, "additionalOperations");
    for (const method of (additional && raw.meaning(additional).members?.keys()) ?? []) add(method);
  }
  return found;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
