/**
 * How an operation is called, in TypeScript: what a call needs, with every limit. It is shipped beside every program that
 * calls an API, for the error of a wrong call; what `describe` tells beyond it is in `describe.ts`.
 */
import type { DescribeDetail, OpenedDocument, OperationSummary } from "../catalog.ts";
import type { OperationObject, SchemaObject } from "../openapi.ts";
import { isObject, type Json } from "../objects.ts";
import { isUrlencoded } from "../../terms/media-type.ts";
import {
  contentOf,
  groupOf,
  groups,
  isBodyNeeded,
  isOwnHeader,
  mediaSchema,
  mustBeGiven,
  parametersOf,
  preferredType,
  shownSchema,
  signedPlaces,
  type Parameter,
  type Signed,
} from "./required.ts";
import {
  documentName,
  noNames,
  Overflow,
  shownName,
  typeText,
  type Direction,
  type Names,
  type TypeOptions,
} from "./types.ts";

/** About 600 tokens of o200k. */
const roomOfSignature = 2_000;

export type Level = Omit<TypeOptions, "direction" | "wanted" | "words">;

export const level = ([depth = 0, choices = 0, members = 0, comment = 0, others = 0]: number[]): Level => ({
  depth,
  choices,
  members,
  comment,
  others,
});

/** From rich to terse. The first that fits is used. */
export const requestLevels = [
  [5, 20, 60, 240, 400],
  [4, 16, 40, 140, 400],
  [3, 12, 40, 80, 400],
  [2, 10, 30, 60, 400],
  [2, 6, 14, 50, 400],
  [1, 4, 14, 40, 300],
  [1, 4, 8, 0, 300],
  [0, 4, 0, 0, 200],
].map(level);

export interface Described {
  operation: OperationSummary;
  /** The operation object of the document. */
  object: OperationObject;
  /** Parameters that the gateway sets. */
  signed: readonly Signed[];
  /** What the code calls the API by: `api`, or `apis.github` where there are several. */
  client: string;
  /** The type of its answers, if the document does not say it. */
  seen?: string | undefined;
  /** Lines that are added. */
  more?: string | undefined;
}

/** The types that are declared, by what they are written for: a request hides other members than an answer. */
export interface Shared extends Record<Direction, Map<object, string>> {
  /** Long lists of choices, by their text. */
  lists: Map<string, string>;
}

/** The types that nothing is shared with. */
export const nothingShared = (): Shared => ({
  request: new Map(),
  response: new Map(),
  both: new Map(),
  lists: new Map(),
});

/** How an operation of the document is called, for the error of a wrong call. */
export function signatureIn(
  operation: OperationSummary,
  document: OpenedDocument,
  { signed, client = "api" }: SignatureOptions = {},
  members: readonly string[] = [],
): string {
  const object = document.operationObject(operation);
  const places = signedPlaces(document.spec, signed);
  return describeCall({ operation, object, signed: places, client }, roomOfSignature, members);
}

export interface SignatureOptions {
  /** Parameters that the gateway sets, besides those of the document's own security schemes. */
  signed?: readonly Signed[] | undefined;
  /** See `Described`. */
  client?: string | undefined;
}

/**
 * How to call an operation, in at most `maxChars`.
 * @param members only these, what is around them, and what a call needs; everything if there are none
 */
export function describeCall(
  described: Described,
  maxChars: number,
  members: readonly string[] = [],
): string {
  const { text } = firstFitting(
    requestLevels.slice(1),
    maxChars,
    "request",
    members.length > 0 ? { members } : {},
    nothingShared(),
    (options, names) => callText(described, options, names),
  );
  return text.length <= maxChars ? text : `${calleeText(described)}, { … })`;
}

function calleeText({ client, operation: { id, method, path } }: Described): string {
  return ["get", "post", "put", "patch", "delete", "head", "options"].includes(method)
    ? `${client}.${method}(${JSON.stringify(path)}`
    : `${client}.call(${JSON.stringify(id)}`;
}

export function callText(described: Described, request: TypeOptions, names: Names): string {
  const { object, operation, signed } = described;
  const parts: string[] = [];
  const parameters = parametersOf(object, operation.path).filter((parameter) => !isOwnHeader(parameter));
  for (const group of groups) {
    const own = parameters.filter((parameter) => groupOf(parameter) === group);
    if (own.length > 0) parts.push(parameterGroup(group, own, signed, request, names));
  }
  const body = bodyText(object, request, names);
  if (body) parts.push(body);
  const argumentsText = parts.length > 0 ? `, {\n${parts.map((part) => `  ${part},`).join("\n")}\n}` : "";
  return `${calleeText(described)}${argumentsText})`;
}

function parameterGroup(
  argument: string,
  parameters: Parameter[],
  signed: readonly Signed[],
  options: TypeOptions,
  names: Names,
): string {
  const properties: Json = {};
  const required: string[] = [];
  for (const parameter of parameters) {
    const { name } = parameter;
    const schema = shownSchema(parameter);
    const own = parameter as unknown as Json;
    const said = Object.fromEntries(
      ["description", "example", "deprecated"].flatMap((key) => (key in own ? [[key, own[key]]] : [])),
    );
    const shown = Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(schema),
        ...Object.getOwnPropertyDescriptors(said),
        // A path needs the parameter even if it has a default.
        ...(argument === "path" && { default: { value: undefined }, readOnly: { value: undefined } }),
      },
    );
    Object.defineProperty(properties, name, { value: shown, enumerable: true });
    if (mustBeGiven(parameter, signed)) required.push(name);
  }
  const type = typeText(
    { type: "object", properties, required },
    { ...options, depth: Math.max(2, options.depth), members: Math.max(8, options.members), asListed: true },
    names,
    "  ",
  );
  return `${argument}${required.length > 0 ? "" : "?"}: ${type}`;
}

function bodyText(object: OperationObject, options: TypeOptions, names: Names): string | undefined {
  const content = contentOf(object);
  const types = Object.keys(content);
  const type = preferredType(types);
  if (type === undefined) return undefined;
  const schema = mediaSchema(content, type);
  const needed = isBodyNeeded(object);
  if (isObject(schema) && isUrlencoded(type) && isEmptyForm(schema) && !needed) return undefined;
  const others = types.filter((other) => other !== type);
  const note =
    type === "application/json" && others.length === 0
      ? ""
      : ` /* ${[type, ...others.slice(0, 3)].map(mediaName).join(" or ")} */`;
  return `body${needed ? "" : "?"}:${note} ${typeText(schema ?? {}, options, names, "  ", needed)}`;
}

/** Documents declare a form without fields for requests that have none. */
function isEmptyForm(schema: SchemaObject): boolean {
  return (
    isObject(schema.properties) &&
    Object.keys(schema.properties).length === 0 &&
    schema.additionalProperties !== true
  );
}

/** The first of the levels that fits; the last one always does. */
export function firstFitting(
  levels: readonly Level[],
  room: number,
  direction: Direction,
  detail: DescribeDetail,
  shared: Shared,
  write: (options: TypeOptions, names: Names) => string,
): { text: string; names: Names; options: TypeOptions } {
  for (const [index, candidate] of levels.entries()) {
    const isLast = index === levels.length - 1;
    const names: Names = {
      ...noNames(isLast ? Infinity : room),
      declared: shared[direction],
      lists: shared.lists,
      nameFor: (schema) => nameIn(shared, direction, schema),
    };
    const wanted = detail.members && new Set(detail.members);
    const options: TypeOptions = { ...candidate, direction, wanted, words: detail.words };
    try {
      const text = write(options, names);
      if (isLast || text.length <= room) return { text, names, options };
    } catch (error) {
      if (!(error instanceof Overflow)) throw error;
    }
  }
  throw new Error("There is no level of detail.");
}

/** A name that no other type of the reply has. */
export function nameIn(shared: Shared, direction: Direction, schema: object): string {
  const name = shownName(documentName(schema));
  return freeName(shared, [name, `${name}${direction === "response" ? "Answer" : "Input"}`]);
}

/** The first of the names that nothing shared has, or the last of them with a number. */
export function freeName(shared: Shared, wanted: string[]): string {
  const { request, response, both, lists } = shared;
  const taken = new Set([request, response, both, lists].flatMap((names) => [...names.values()]));
  return wanted.find((name) => !taken.has(name)) ?? `${wanted.at(-1)}_${taken.size}`;
}

/** A media type for a comment, which a media range would end. */
export function mediaName(type: string): string {
  const line = type.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
  return line.replaceAll("*/*", "any media type").replaceAll("*/", "* /");
}
