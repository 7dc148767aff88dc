/**
 * Entries of an API file that fit nothing in its document: a typing mistake, or a document that calls things otherwise
 * now. A deny rule that fits nothing denies nothing. One list serves `api add`, `api check`, the start, a deployment and
 * the daily refresh. Pure.
 */
import type { Fault, OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { signedPlaces } from "../spec/read/required.ts";
import { formatPointer } from "../spec/pointer.ts";
import { nearestById, nearestNames, nearestOperations } from "../request/nearest.ts";
import { operationsOf } from "../request/operations.ts";
import { matchesPattern } from "../request/pattern.ts";
import type { ApiFile } from "../terms/api-file.ts";
import { clientConfigOf } from "../terms/client-config.ts";
import { plainName } from "../terms/never-sent.ts";
import { once } from "../terms/once.ts";
import { mayFit, meetsOf, outsideOperations, type Meets } from "./may-fit.ts";
import { addUselessSchemes, type AddFault } from "./useless-secrets.ts";

/** The methods of HTTP, OpenAPI and WebDAV: a rule for one that the document does not use is for later. */
const methods =
  "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE QUERY SEARCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT MERGE PURGE LINK UNLINK".split(
    " ",
  );

/**
 * @param named what a person calls a member: by default its JSON pointer in the API file
 * @returns a fault for each entry, with that as its pointer, and the nearest name that does exist
 */
export function unfittingEntries(
  file: ApiFile,
  catalog: OpenedCatalog,
  named = (place: string[]) => `API file#${formatPointer(place)}`,
): Fault[] {
  const faults: Fault[] = [];
  const add: AddFault = (place, what, nearest = []) =>
    faults.push({
      pointer: named(place.map(String)),
      message: `${what}${nearest[0] === undefined ? "" : `. Did you mean ${nearest[0]}?`}`,
    });
  const all = [...catalog.operations, ...outsideOperations(file)];
  const operations = once(() => operationsOf(catalog, file));
  const meets = meetsOf(operations);
  for (const [index, rule] of (file.policy ?? []).entries()) {
    const before = faults.length;
    for (const [member, names] of Object.entries(namesOf(all, meets))) {
      const given = [rule[member as keyof typeof rule] ?? []].flat();
      for (const [position, name] of given.entries()) {
        if (names.has(name)) continue;
        const place = ["policy", index, member, ...(Array.isArray(rule[member as "tag"]) ? [position] : [])];
        add(place, `The document has no ${member} "${name}"`, names.nearest(name));
      }
    }
    const isByName = rule.operation ?? rule.tag ?? rule.path;
    if (
      faults.length === before &&
      isByName !== undefined &&
      !all.some((one) => mayFit(rule, one, file, meets))
    )
      add(["policy", index], "No operation of the document fits all members of this rule");
  }
  const stated = file.access ?? {};
  for (const one of catalog.operations) {
    const title = titleOf(one);
    if (!Object.hasOwn(stated, one.id) || !Object.hasOwn(stated, title)) continue;
    if (one.id === title || stated[one.id] === stated[title]) continue;
    add(
      ["access", title],
      `${title} is the operation "${one.id}": it is "${stated[title]}" here, and "${stated[one.id]}" by that name, which holds. Keep one of them`,
    );
  }
  for (const key of Object.keys(stated)) {
    if (catalog.operations.some((one) => one.id === key || titleOf(one) === key)) continue;
    const [, method, path] = /^([A-Za-z]+) (\/.*)$/.exec(key) ?? [];
    const nearest =
      method && path
        ? nearestOperations(catalog.operations, method, path).map(titleOf)
        : nearestById(catalog.operations, key).map(({ id }) => id);
    add(["access", key], `The document has no operation "${key}"`, nearest);
  }
  for (const [index, { path }] of (file.slashes ?? []).entries())
    for (const pattern of [path].flat())
      if (!catalog.operations.some((one) => matchesPattern(pattern, one.path) && one.path.includes("{")))
        add(
          ["slashes", index, "path"],
          `The document has no path template "${pattern}" with parameters`,
          nearestPath(catalog.operations, pattern),
        );
  for (const { place, path } of checkedPaths(file))
    if (operations().byPath("get", path).found.length === 0)
      add(place, `The document has no operation GET ${path}`, nearestPath(catalog.operations, path, "get"));
  const signed = signedPlaces(catalog.spec, clientConfigOf({ name: "", file }).signed);
  for (const [index, name] of (file.headers ?? []).entries())
    if (signed.some((place) => place.in === "header" && plainName(place.name) === plainName(name)))
      add(["headers", index], `A credential goes into "${name}": code cannot send it`);
  addUselessSchemes(file, catalog, add);
  return faults;
}

interface Names {
  has(name: string): boolean;
  nearest(name: string): string[];
}

/** What the members of a rule can name. */
function namesOf(
  all: readonly OperationSummary[],
  meets: Meets,
): Record<"operation" | "tag" | "path" | "method", Names> {
  const tags = [...new Set(all.flatMap((operation) => operation.tags))];
  const used = new Set([...methods, ...all.map(({ method }) => method.toUpperCase())]);
  return {
    operation: {
      has: (name) => all.some(({ id }) => matchesPattern(name, id)),
      nearest: (name) => nearestById(all, name).map(({ id }) => id),
    },
    tag: {
      has: (name) => tags.some((tag) => matchesPattern(name, tag)),
      nearest: (name) => nearestNames(tags, name),
    },
    path: {
      has: (name) => all.some((operation) => meets(name, operation)),
      nearest: (name) => nearestPath(all, name),
    },
    method: {
      has: (name) => name === "*" || used.has(name.toUpperCase()),
      nearest: (name) => nearestNames([...used], name),
    },
  };
}

function titleOf({ method, path }: OperationSummary): string {
  return `${method.toUpperCase()} ${path}`;
}

function nearestPath(operations: readonly OperationSummary[], path: string, method = ""): string[] {
  const known = method === "" ? operations : operations.filter((one) => one.method === method);
  return nearestOperations(known, method, path, 1).map((one) => one.path);
}

/** Paths that the server calls by itself. */
function checkedPaths({ credential }: ApiFile): { place: string[]; path: string }[] {
  if (credential?.from === "user") return [{ place: ["credential", "check"], path: credential.check }];
  if (credential?.from === "oauth" && credential.account)
    return [{ place: ["credential", "account", "path"], path: credential.account.path }];
  return [];
}
