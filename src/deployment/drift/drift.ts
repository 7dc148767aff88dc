/**
 * What changed between two contracts of an API, as data: operations that came, went and moved, and what changed inside
 * one; whether it breaks a call that was right, or an answer that code reads. A change of a component is told once, with
 * all operations that it reaches. Pure.
 */
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { isObject, objectOf, type Json } from "../../spec/objects.ts";
import type { OperationObject } from "../../spec/openapi.ts";
import {
  contentOf,
  isBodyNeeded,
  isOwnHeader,
  mediaSchema,
  mustBeGiven,
  parametersOf,
  shownSchema,
  type Parameter,
} from "../../spec/read/required.ts";
import { titleOf } from "../../request/nearest.ts";
import { isSuccess } from "./contract.ts";
import type { Change, Direction, Place } from "./change.ts";
import { isAlike, isAlmost, Node, renamed, Schemas } from "./schemas.ts";

/** An operation before and after. */
export interface Pair {
  was: OperationSummary;
  is: OperationSummary;
}

export interface Drift {
  added: OperationSummary[];
  /** Each breaks its callers. */
  removed: OperationSummary[];
  changes: Change[];
  /** Those in which something changed. */
  changed: Pair[];
}

/** @param before and after contracts, opened: what only says something to people is in neither */
export function driftBetween(before: OpenedCatalog, after: OpenedCatalog): Drift {
  const { pairs, removed, added } = paired(before.operations, after.operations);
  const schemas = { request: new Schemas("request"), answer: new Schemas("answer") };
  const changes = new Map<string, Change>();
  const changed: Pair[] = [];
  for (const pair of pairs) {
    const node = new Node();
    compareSummaries(pair, node);
    compareObjects(
      { summary: pair.was, object: before.operationObject(pair.was), servers: before.servers(pair.was) },
      { summary: pair.is, object: after.operationObject(pair.is), servers: after.servers(pair.is) },
      schemas,
      node,
    );
    const found = node.all();
    if (found.size > 0) changed.push(pair);
    for (const [key, one] of found) {
      const known = changes.get(key) ?? { ...one, operations: [] };
      changes.set(key, known);
      known.operations.push(titleOf(pair.is));
    }
  }
  return { added, removed, changes: [...changes.values()], changed };
}

/** Whether somebody's code may stop working. */
export function isBreaking({ removed, changes }: Drift): boolean {
  return removed.length > 0 || changes.some(({ breaking }) => breaking);
}

type Operations = readonly OperationSummary[];

/** The same operation by method and path, whatever its parameters are called; or else by its id. */
function paired(before: Operations, after: Operations) {
  let removed = [...before];
  let added = [...after];
  const pairs: Pair[] = [];
  for (const keyOf of [byPath, byShape, ({ id }: OperationSummary) => id]) {
    const left = new Map<string, OperationSummary | undefined>();
    // Of two with one key, none is meant.
    for (const one of removed) left.set(keyOf(one), left.has(keyOf(one)) ? undefined : one);
    const taken = new Set<OperationSummary>();
    const rest: OperationSummary[] = [];
    for (const is of added) {
      const was = left.get(keyOf(is));
      if (!was || taken.has(was)) {
        rest.push(is);
        continue;
      }
      taken.add(was);
      pairs.push({ was, is });
    }
    removed = removed.filter((one) => !taken.has(one));
    added = rest;
  }
  const order = new Map(after.map((operation, position) => [operation, position]));
  pairs.sort((one, other) => order.get(one.is)! - order.get(other.is)!);
  return { pairs, removed, added };
}

const byPath = ({ method, path }: OperationSummary) => `${method} ${path}`;
const byShape = ({ method, path }: OperationSummary) => `${method} ${path.replaceAll(/\{[^{}]*\}/g, "{}")}`;

function compareSummaries({ was, is }: Pair, node: Node): void {
  const [from, to] = [was, is].map(({ method, path }) => `${method.toUpperCase()} ${path}`) as [
    string,
    string,
  ];
  if (from !== to) node.add({ at: from }, { kind: "moved", to }, true);
  if (was.id !== is.id) node.add({ at: "id" }, { kind: "id", was: was.id, is: is.id }, true);
  const gone = was.tags.filter((tag) => !is.tags.includes(tag));
  const added = is.tags.filter((tag) => !was.tags.includes(tag));
  if (gone.length + added.length > 0) node.add({ at: "tags" }, { kind: "tags", gone, added }, false);
  if (was.deprecated !== is.deprecated)
    node.add({ at: "operation" }, { kind: "deprecated", deprecated: is.deprecated }, false);
}

interface Side {
  summary: OperationSummary;
  object: OperationObject;
  servers: unknown[];
}

type Both = Record<Direction, Schemas>;

function compareObjects(was: Side, is: Side, schemas: Both, node: Node): void {
  compareParameters(was, is, schemas.request, node);
  compareBodies(was.object, is.object, schemas.request, node);
  compareAnswers(objectOf(was.object.responses), objectOf(is.object.responses), schemas.answer, node);
  const [old, now] = [securityOf(was.object), securityOf(is.object)];
  if (old.join() !== now.join())
    node.add(
      { at: "security" },
      { kind: "security", was: old.join(" or ") || "none", is: now.join(" or ") || "none" },
      old.length === 0 ? !now.includes("none") : old.some((one) => !now.includes(one)),
    );
  const [from, to] = [was, is].map(({ servers }) =>
    servers.map((one) => String(objectOf(one)["url"])).join(", "),
  );
  if (from !== to) node.add({ at: "servers" }, { kind: "servers", was: from!, is: to! }, false);
}

/** The alternatives, each the schemes that are needed together. */
function securityOf({ security }: OperationObject): string[] {
  const all = Array.isArray(security) ? (security as unknown[]).filter(isObject) : [];
  return all.map((one) => Object.keys(one).sort().join(" and ") || "none");
}

function compareParameters(was: Side, is: Side, schemas: Schemas, node: Node): void {
  const old = parametersBy(was);
  const now = parametersBy(is);
  const gone = [...old.keys()].filter((key) => !now.has(key));
  const come = [...now.keys()].filter((key) => !old.has(key));
  const place = ({ in: where, name }: Parameter): Place => ({ at: `${where} parameter ${name}` });
  const names = renamed(gone, come, (from, to) => {
    const [one, other] = [old.get(from)!, now.get(to)!];
    return (
      one.in === other.in && isAlmost(one.name, other.name) && isAlike(shownSchema(one), shownSchema(other))
    );
  });
  const named = new Set(names.flatMap(({ from, to }) => [from, to]));
  for (const { from, to } of names)
    node.add(place(old.get(from)!), { kind: "renamed", to: now.get(to)!.name }, true);
  for (const key of gone) if (!named.has(key)) node.add(place(old.get(key)!), { kind: "gone" }, true);
  for (const key of come) {
    if (named.has(key)) continue;
    const required = mustBeGiven(now.get(key)!, []);
    node.add(place(now.get(key)!), { kind: "new", required }, required);
  }
  for (const [key, one] of old) {
    const other = now.get(key);
    if (!other) continue;
    const required = mustBeGiven(other, []);
    if (mustBeGiven(one, []) !== required) node.add(place(other), { kind: "required", required }, required);
    schemas.compare(shownSchema(one), shownSchema(other), place(other), node);
  }
}

/** By place and name; names of headers have no case. */
function parametersBy({ object, summary }: Side): Map<string, Parameter> {
  const all = parametersOf(object, summary.path).filter((one) => !isOwnHeader(one));
  return new Map(
    all.map((one) => [`${one.in} ${one.in === "header" ? one.name.toLowerCase() : one.name}`, one]),
  );
}

function compareBodies(was: OperationObject, is: OperationObject, schemas: Schemas, node: Node): void {
  const [had, has] = [isObject(was.requestBody), isObject(is.requestBody)];
  const required = isBodyNeeded(is);
  if (had && !has) node.add({ at: "body" }, { kind: "gone" }, true);
  if (!had && has) node.add({ at: "body" }, { kind: "new", required }, required);
  if (!had || !has) return;
  if (isBodyNeeded(was) !== required) node.add({ at: "body" }, { kind: "required", required }, required);
  compareContent(contentOf(was), contentOf(is), "body", schemas, node);
}

function compareContent(was: Json, is: Json, at: string, schemas: Schemas, node: Node): void {
  for (const type of Object.keys(was)) {
    if (Object.hasOwn(is, type)) schemas.compare(mediaSchema(was, type), mediaSchema(is, type), { at }, node);
    else node.add({ at: `${at} as ${type}` }, { kind: "gone" }, true);
  }
  for (const type of Object.keys(is))
    if (!Object.hasOwn(was, type))
      node.add({ at: `${at} as ${type}` }, { kind: "new", required: false }, false);
}

function compareAnswers(was: Json, is: Json, schemas: Schemas, node: Node): void {
  const [old, now] = [Object.keys(was), Object.keys(is)];
  for (const status of old)
    if (!now.includes(status)) node.add({ at: `answer ${status}` }, { kind: "gone" }, isSuccess(status, old));
  for (const status of now)
    if (!old.includes(status)) node.add({ at: `answer ${status}` }, { kind: "new", required: false }, false);
  for (const status of old) {
    if (!isSuccess(status, old) || !isSuccess(status, now) || !now.includes(status)) continue;
    const [one, other] = [was[status], is[status]].map((answer) => objectOf(objectOf(answer)["content"]));
    compareContent(one!, other!, `answer ${status}`, schemas, node);
  }
}
