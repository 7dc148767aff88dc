/** The parameters that a page may be asked for with: what the document declares, and what the code gave. Pure. */
import type { OperationObject, ParameterObject, SchemaObject } from "../../../../spec/openapi.ts";
import { plain } from "../../../../request/nearest.ts";
import { objectOf } from "../../../../spec/objects.ts";
import { parametersOf } from "../../../../spec/read/required.ts";
import { holdsType, isJson } from "../../../../terms/media-type.ts";
import { memberOf, shapeOf } from "../../../../spec/read/shape.ts";
import type { CallArguments } from "../arguments.ts";
import type { Resolved } from "../operations.ts";
import { isObject } from "../parameters.ts";

type Kind = "page" | "offset" | "size" | "token" | undefined;

/** Where a value goes: the group, and member names below it; more than one for a parameter within an object. */
interface Target {
  group: "query" | "headers" | "body";
  path: readonly string[];
}

export interface Place extends Target {
  /** Its whole name without spelling: `page[number]` and `page.number` are `pagenumber`. */
  name: string;
  kind: Kind;
  isNumber: boolean;
  about: string;
  schema: SchemaObject;
}

/** What to set, and where. */
export type Values = [Target, unknown][];

const maxDepth = 3;

export function placesOf({ operation, object }: Resolved, args: CallArguments): Place[] {
  const places = new Map<string, Place>();
  const add = (group: Place["group"], path: string[], schema: SchemaObject, about = ""): void => {
    const names = path.length < maxDepth ? shapeOf(schema).holders.flatMap(Object.keys) : [];
    for (const name of names) add(group, [...path, name], memberOf(schema, name) ?? {});
    const key = JSON.stringify([group, path]);
    if (names.length > 0 || path.length === 0 || places.has(key)) return;
    const isNumber = /^(?:integer|number)/.test([schema.type].flat().join());
    const name = plain(path.join(""));
    const text = `${about} ${String(schema.description)}`.slice(0, 1_000);
    places.set(key, {
      group,
      path,
      name,
      kind: meantBy(text, path, isNumber),
      isNumber,
      about: text,
      schema,
    });
  };
  const given = (group: Place["group"], path: string[], value: unknown): void => {
    if (isObject(value) && path.length < maxDepth)
      for (const name of Object.keys(value)) given(group, [...path, name], value[name]);
    else if (value !== undefined) add(group, path, {});
  };
  for (const { name, in: at, schema, ...rest } of parametersOf(object)) {
    const group = at === "header" ? "headers" : at;
    const { description } = rest as ParameterObject;
    if (/^(?:query|headers)$/.test(group))
      add(group as "query", [name], objectOf(schema ?? rest), String(description));
  }
  const content = objectOf(objectOf(object.requestBody)["content"]);
  const json = operation.method === "get" ? undefined : Object.keys(content).find(isJson);
  if (json !== undefined) add("body", [], objectOf(objectOf(content[json])["schema"]));
  given("query", [], args.query);
  given("body", [], args.body);
  return [...places.values()];
}

const sizes =
  /(?:perpage|limit|(?:page|batch)size|maxresults|maxitems|maxkeys|pagelen|pagelength)$|^(?:size|count|take|top|rows|first)$/;
const pages = /^(?:current|sysparm)?page(?:number|num|no|nr|index)?$/;
const offsets =
  /offset$|^skip(?:count)?$|^start(?:at|index|position|row|record)$|^(?:ret|limit|row|list)start$|^firstresult$/;
const tokens =
  /cursor|token|after|marker|continu|scrollid|bookmark|next|startkey|since|anchor|iterator|lastid|^(?:start|from)$/;
const others =
  /before|prev|until|access|auth|csrf|client|session|secret|apitoken|created|updated|modified|ending/;

/** These are sizes in a request, and in an answer something else. */
const onlyAsked = /^(?:max(?:num)?|retmax|length|num|ps)$/;

/** What a parameter is for: by its description where its name is used for something else. */
function meantBy(about: string, path: readonly string[], isNumber: boolean): Kind {
  const last = plain(path.at(-1) ?? "");
  // OpenProject's offset counts pages, Etherscan's is the size of one, and Keycloak's first is an offset.
  if (offsets.test(last) && /\bpage (?:number|index)\b/i.test(about)) return "page";
  if (offsets.test(last) && /\bnumber of [\w ]*per page\b/i.test(about)) return "size";
  if (last === "first" && /\boffset\b/i.test(about)) return "offset";
  if (/^(?:p|pg)$/.test(last) && /\bpage\b/i.test(about)) return "page";
  return kindOf(path, isNumber) ?? (onlyAsked.test(last) ? "size" : undefined);
}

/** What a parameter is for, or what a number of an answer means, by its name and the name above it. */
export function kindOf(path: readonly string[], isNumber: boolean): Kind {
  const [name = "", above = ""] = path
    .flatMap((part) => part.split(/[[\].]+/).map(plain))
    .filter(Boolean)
    .toReversed();
  if (sizes.test(name)) return "size";
  if (pages.test(name) || (/^(?:number|index)$/.test(name) && above.startsWith("pag"))) return "page";
  if (offsets.test(name)) return "offset";
  // These mean other things, too.
  if (isNumber && /^(?:start|from)$/.test(name)) return "offset";
  if (isNumber && /^(?:p|pg)$/.test(name)) return "page";
  return tokens.test(name) && !others.test(name) ? "token" : undefined;
}

/** What a request has at a place. @param search what its address has */
export function valueAt({ group, path }: Target, args: CallArguments, search: URLSearchParams): unknown {
  const [name = "", ...rest] = path;
  const inAddress = group === "query" ? search.get(name + rest.map((one) => `[${one}]`).join("")) : null;
  return inAddress ?? path.reduce<unknown>((value, one) => objectOf(value)[one], args[group]);
}

/** The arguments with other values at some places. */
export function withValues(args: CallArguments, values: Values): CallArguments {
  return values.reduce(
    (changed, [{ group, path }, value]) => put(changed, [group, ...path], value) as CallArguments,
    args,
  );
}

function put(holder: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const held = objectOf(holder);
  return { ...held, [name]: put(held[name], rest, value) };
}

/** A count, also in text. */
export const numberOf = (value: unknown): number | undefined =>
  /^\d{1,15}$/.test(String(value)) ? Number(value) : undefined;

/** Schema of the JSON of the first successful answer that the document describes. */
export function answerSchema(object: OperationObject): unknown {
  const responses = objectOf(object.responses);
  const status = Object.keys(responses).find((code) => code.startsWith("2")) ?? "default";
  const content = objectOf(objectOf(responses[status])["content"]);
  const mediaType = Object.keys(content).find((type) => isJson(type) || holdsType(type, "application/json"));
  return mediaType === undefined ? undefined : objectOf(content[mediaType])["schema"];
}
