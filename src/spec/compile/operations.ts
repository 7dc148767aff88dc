/** Emits every path item: what is short of its operations into its chunk, the rest into parts. */
import type { ApiFile } from "../../deployment/api-file.ts";
import type { OperationKind } from "../layout.ts";
import { plainList } from "../normalise/unfold.ts";
import { own, setOwn, type Json } from "../objects.ts";
import { emitMembers, type Emitter } from "./emitter.ts";
import { AccessOverrides, Identifiers } from "./identify.ts";
import { Parts, Table } from "./parts.ts";
import {
  findPaths,
  memberPlace,
  resolveParameter,
  type FoundOperation,
  type FoundPath,
} from "./path-items.ts";
import { searchText, type SearchText } from "./search-text.ts";
import { effectiveServers, type ServerContext } from "./servers.ts";

export interface CompiledOperations {
  paths: string[];
  /** The chunk of each path: its path item. */
  items: string[];
  parts: Parts;
  /** See `layout.ts`. */
  rows: number[];
  ids: string[];
  summaries: string[];
  kinds: OperationKind[];
  servers: unknown[][];
  /** `security` of the root. */
  security: unknown[];
  search: SearchText[];
}

export function compileOperations(
  root: Json,
  rootUrl: string,
  emitter: Emitter,
  file: Pick<ApiFile, "server" | "auth" | "access">,
): CompiledOperations {
  const paths = findPaths(root, rootUrl, emitter);
  const all = paths.flatMap((path) => path.operations);
  const identifiers = new Identifiers(all.map((operation) => own(operation.place.value, "operationId")));
  const context: ServerContext = { documentUrl: rootUrl, override: file.server, root: own(root, "servers") };
  const stated = file.auth?.security ?? own(root, "security");
  const security = Array.isArray(stated) ? stated : [];
  const kinds = new Table<OperationKind>();
  const servers = new Table<unknown[]>();
  servers.add(effectiveServers(undefined, context));
  const access = new AccessOverrides(file.access);
  const parts = new Parts();
  const result: CompiledOperations = {
    paths: paths.map(({ path }) => path),
    items: [],
    parts,
    rows: [],
    ids: [],
    summaries: [],
    kinds: kinds.values,
    servers: servers.values,
    security,
    search: [],
  };
  for (const found of paths) {
    const { path, operations } = found;
    result.rows.push(operations.length);
    const emitted = operations.map((operation) => {
      const method = operation.key.toLowerCase();
      const { id, fault } = identifiers.identify(own(operation.place.value, "operationId"), method, path);
      const whole = emitOperation(operation, emitter, fault);
      const ownSecurity = plainList(memberPlace(operation.place, "security"), emitter);
      whole["security"] = effectiveSecurity(ownSecurity, security, file);
      whole["servers"] = effectiveServers(operation.servers, context);
      result.search.push(searchText(id, method, path, whole, parameterNames(operation, emitter), emitter));
      const normal = normalised(whole, id);
      const kind = kinds.add({
        method,
        tags: normal.tags,
        access: access.of(id, method, path),
        deprecated: whole["deprecated"] === true,
        servers: servers.add(whole["servers"] as unknown[]),
      });
      result.rows.push(kind);
      result.ids.push(id);
      result.summaries.push(summaryOf(whole));
      return parts.divide(normal);
    });
    result.items.push(JSON.stringify(emitItem(found, emitted, emitter, parts)));
  }
  for (const key of access.unused()) {
    emitter.faults.push({
      pointer: "",
      message: `The API's file sets the access of "${key}", but no operation is called so`,
    });
  }
  return result;
}

/** What every operation of `spec` has, whatever the document says. */
function normalised(whole: Json, operationId: string): Json & { tags: string[] } {
  const { tags } = whole;
  return { ...whole, tags: isTextList(tags) ? tags : [], operationId };
}

/** One line for the list of operations. */
function summaryOf({ summary, description }: Json): string {
  if (typeof summary === "string") return summary;
  return typeof description === "string" ? firstSentence(description) : "";
}

function emitItem(
  { operations, members, other }: FoundPath,
  emitted: Json[],
  emitter: Emitter,
  parts: Parts,
): unknown {
  if (other) return emitter.at(other.url, other.tokens, () => emitter.emit(other.value, "any"));
  const item: Json = {};
  for (const [index, { key, additional }] of operations.entries()) {
    const holder = additional ? ((item["additionalOperations"] ??= {}) as Json) : item;
    setOwn(holder, key, emitted[index]);
  }
  for (const [key, place] of members)
    setOwn(
      item,
      key,
      parts.shortOrMarker(emitter.at(place.url, place.tokens, () => emitter.emit(place.value, "any"))),
    );
  return item;
}

function emitOperation(operation: FoundOperation, emitter: Emitter, fault: string | undefined): Json {
  const { url, tokens, value } = operation.place;
  return emitter.at(url, tokens, () => {
    if (fault) emitter.fault(fault);
    if (emitter.dialect.operation) return emitter.dialect.operation(value, operation.parameters, emitter);
    const { parameters: _, ...rest } = value;
    const result = emitMembers(rest, emitter, "operation");
    result["parameters"] = operation.parameters.map((place) =>
      emitter.at(place.url, place.tokens, () => emitter.emit(place.value, "parameter")),
    );
    return result;
  });
}

/** A correction is for every operation, except those that the document opens to everyone. */
function effectiveSecurity(stated: unknown, root: unknown[], file: Pick<ApiFile, "auth">): unknown[] {
  if (!Array.isArray(stated)) return root;
  return file.auth?.security && stated.length > 0 ? root : stated;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function parameterNames(operation: FoundOperation, emitter: Emitter): string[] {
  return operation.parameters.flatMap((place) => {
    const name = resolveParameter(place, emitter)?.value["name"];
    return typeof name === "string" ? [name] : [];
  });
}

/** The beginning of a description, for a list that has room for one line. */
export function firstSentence(description: string): string {
  const text = description.replace(/\s+/g, " ").trim();
  const end = /[.!?](?= |$)/.exec(text)?.index;
  const sentence = end === undefined ? text : text.slice(0, end + 1);
  return sentence.length <= 120 ? sentence : `${sentence.slice(0, 119)}…`;
}
