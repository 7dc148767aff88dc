/** Describes an operation in TypeScript: how to call it, and the type of its answer. */
import type { ContentObject, OperationObject, SchemaObject } from "../openapi.ts";
import type { OperationSummary } from "../catalog.ts";
import { isObject, type Json } from "../objects.ts";
import { unescapeToken } from "../pointer.ts";
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
  type Parameter,
  type Signed,
} from "./required.ts";
import {
  declarationText,
  isIdentifier,
  noNames,
  Overflow,
  short,
  typeText,
  type Names,
  type TypeOptions,
} from "./types.ts";

/** About 400 tokens of o200k. */
const maxCharacters = 1_400;

type Level = Omit<TypeOptions, "direction">;

/** From rich to terse. The first that fits is used. */
const levels = [
  [5, 20, 60, 70],
  [4, 16, 40],
  [3, 12, 30],
  [2, 10, 24],
  [2, 6, 14],
  [1, 4, 12],
].map(([depth = 0, choices = 0, members = 0, comment = 0]): Level => ({ depth, choices, members, comment }));

export interface Described {
  operation: OperationSummary;
  /** The operation object of the document. */
  object: OperationObject;
  /** Parameters that the gateway sets. */
  signed: readonly Signed[];
  /** What the code calls the API by: `api`, or `apis.github` where there are several. */
  client: string;
}

export function describeOperation(described: Described): string {
  const text = firstFitting(levels.slice(0, -1), maxCharacters, (level) =>
    render(described, level, maxCharacters),
  );
  return text ?? render(described, levels.at(-1) as Level, Infinity);
}

/** @returns the text of the first level that fits into `maxChars`, if any */
function firstFitting(
  candidates: Level[],
  maxChars: number,
  write: (level: Level) => string,
): string | undefined {
  for (const level of candidates) {
    try {
      const text = write(level);
      if (text.length <= maxChars) return text;
    } catch (error) {
      if (!(error instanceof Overflow)) throw error;
    }
  }
  return undefined;
}

function render(described: Described, level: Level, room: number): string {
  const { operation, object } = described;
  const names = noNames(room);
  const request: TypeOptions = { ...level, direction: "request" };
  const response: TypeOptions = { ...level, direction: "response" };
  // Repeated until no new recursive type is found, so that each is used by its name everywhere.
  let signature = "";
  for (let known = -1; known !== names.recursive.size;) {
    known = names.recursive.size;
    names.room = room;
    signature = `${callText(described, request, names)}: ${responseText(object.responses, response, names)}`;
  }
  const declarations = recursiveTypes(names, { ...response, depth: Math.min(response.depth, 2) });
  for (const recursive of names.recursive.values()) names.abbreviated.delete(recursive);
  const notes = [...names.abbreviated].slice(0, 6).map(([name, pointer]) => `${name}: ${specPath(pointer)}`);
  const left = names.abbreviated.size > 6 ? `; ${names.abbreviated.size - 6} more` : "";
  return [
    heading(operation, object, level.comment > 0 ? 240 : 120),
    signature,
    ...declarations,
    ...(notes.length > 0 ? [`// Cut short, see ${notes.join("; ")}${left}`] : []),
  ].join("\n");
}

/** Declares every recursive type. A declaration may add another. */
function recursiveTypes(names: Names, options: TypeOptions): string[] {
  const declarations: string[] = [];
  // A map that grows while it is iterated yields the new entries too.
  for (const [schema, name] of names.recursive)
    declarations.push(declarationText(schema, name, options, names));
  return declarations;
}

function heading(operation: OperationSummary, object: OperationObject, length: number): string {
  const lines = [
    `${operation.summary || operation.id} (${operation.id}, ${operation.access}${operation.deprecated ? ", deprecated" : ""})`,
  ];
  const description = short(object.description, length);
  if (description && description !== operation.summary) lines.push(description);
  return lines.map((line) => `// ${line}`).join("\n");
}

/** How to call an operation, in at most `maxChars`. */
export function describeCall(described: Described, maxChars: number): string {
  const text = firstFitting(levels.slice(1), maxChars, (level) =>
    callText(described, { ...level, direction: "request" }, noNames(maxChars * 2)),
  );
  return text ?? `${calleeText(described)}, { … })`;
}

function calleeText({ client, operation: { id, method, path } }: Described): string {
  return ["get", "post", "put", "patch", "delete", "head", "options"].includes(method)
    ? `${client}.${method}(${JSON.stringify(path)}`
    : `${client}.call(${JSON.stringify(id)}`;
}

function callText(described: Described, request: TypeOptions, names: Names): string {
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
    const description = (parameter as unknown as Json)["description"] ?? schema.description;
    const shown = Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(schema),
        description: { value: description, enumerable: true },
        // A path needs the parameter even if it has a default.
        ...(argument === "path" && { default: { value: undefined }, readOnly: { value: undefined } }),
      },
    );
    Object.defineProperty(properties, name, { value: shown, enumerable: true });
    if (mustBeGiven(parameter, signed)) required.push(name);
  }
  const type = typeText(
    { type: "object", properties, required },
    { ...options, depth: Math.max(2, options.depth) },
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
  if (isObject(schema) && isEmptyForm(schema) && !needed) return undefined;
  const others = types.filter((other) => other !== type);
  const note =
    type === "application/json" && others.length === 0
      ? ""
      : ` /* ${[type, ...others.slice(0, 3)].map(mediaName).join(" or ")} */`;
  return `body${needed ? "" : "?"}:${note} ${typeText(schema ?? {}, options, names, "  ")}`;
}

function isEmptyForm(schema: SchemaObject): boolean {
  return (
    isObject(schema.properties) &&
    Object.keys(schema.properties).length === 0 &&
    schema.additionalProperties !== true
  );
}

function responseText(responses: unknown, options: TypeOptions, names: Names): string {
  if (!isObject(responses)) return "Promise<{ status: number; headers; data: unknown }>";
  const keys = Object.keys(responses);
  const good = keys.filter((key) => /^[23]/.test(key));
  const status = good.find((key) => key.startsWith("2")) ?? good[0] ?? keys.find((key) => key === "default");
  const failing = keys.filter((key) => /^[45]/.test(key));
  const errors = failing.length > 0 ? ` // throws ApiError: ${failing.slice(0, 8).join(", ")}` : "";
  const also = good.filter((key) => key !== status);
  const label = [status === "default" || status === undefined ? "number" : status, ...also].filter((key) =>
    /^(?:\d+|number)$/.test(key),
  );
  return `Promise<{ status: ${label.join(" | ") || "number"}; headers; data: ${dataText(status === undefined ? undefined : responses[status], options, names)} }>${errors}`;
}

function dataText(response: unknown, options: TypeOptions, names: Names): string {
  if (!isObject(response)) return "unknown";
  const content = response["content"];
  const types = isObject(content) ? Object.keys(content) : [];
  const type = preferredType(types);
  if (type === undefined) return "null";
  const note = /json/.test(type) ? "" : `/* ${mediaName(type)} */ `;
  return note + typeText(mediaSchema(content as ContentObject, type) ?? {}, options, names);
}

/** A media type for a comment, which a media range would end. */
function mediaName(type: string): string {
  return type.replaceAll("*/*", "any media type").replaceAll("*/", "* /");
}

/** `#/components/schemas/Pet` as the expression that reads it. */
function specPath(pointer: string): string {
  if (!pointer.startsWith("#/components/")) return pointer;
  const tokens = pointer.slice(2).split("/").map(unescapeToken);
  return `spec${tokens.map((token) => (isIdentifier(token) ? `.${token}` : `[${JSON.stringify(token)}]`)).join("")}`;
}
