/** Checks the arguments of a call against its operation, before anything leaves. Pure. */
import type { ClientConfig } from "../../../terms/client-config.ts";
import { aliases } from "../../../request/aliases.ts";
import { encodesAs, isForm } from "./media.ts";
import { isObject, type Parameter } from "./parameters.ts";
import { isOfUnknownMember, member, parameterProblems, record, suggestion, valueProblems } from "./schema.ts";
import { nonsenseIn } from "./sendable.ts";

export interface CallArguments {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  cookies?: Record<string, unknown>;
  body?: unknown;
  contentType?: string;
  /** False: send it as it is, because the document is wrong. */
  check?: boolean;
}

const members = ["path", "query", "headers", "cookies", "body", "contentType", "check"];

/** Headers that any request may carry, whatever the document says. */
const standardHeaders =
  /^(?:accept|accept-language|authorization|cache-control|content-language|content-md5|content-type|cookie|date|digest|idempotency-key|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|pragma|prefer|range|user-agent|traceparent|tracestate|x-request-id|x-correlation-id)$/i;

export interface Signature {
  parameters: Parameter[];
  object: Record<string, unknown>;
  /** Parameters that the gateway sets: never missing, ignored if given. */
  signed: readonly { in: string; name: string }[];
  /** Members that the document does not list were given on purpose: the same code was sent a second time. */
  passes?: ClientConfig["passes"];
}

const groups = ["path", "query", "headers", "cookies"] as const;

/** The arguments with plain objects where code gave what the platform has for it: URLSearchParams, Headers, a Map. */
export function settled(args: CallArguments): CallArguments {
  if (!isObject(args)) return args;
  const plain: CallArguments = { ...args };
  for (const group of groups) {
    const given: unknown = args[group];
    if (given instanceof URLSearchParams || given instanceof Headers || given instanceof Map)
      plain[group] = membersOf(given);
  }
  return plain;
}

function membersOf(entries: Iterable<[string, unknown]>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of entries)
    found[name] = Object.hasOwn(found, name) ? [found[name], value].flat() : value;
  return found;
}

/** Problems with the outer shape: always checked, for nothing sensible can be sent otherwise. */
export function shapeProblems(
  args: unknown,
  parameters: readonly Parameter[],
  object: Record<string, unknown> = {},
): string[] {
  if (args === undefined) return [];
  if (!isObject(args))
    return ["the second argument has to be an object { path, query, headers, cookies, body }"];
  const problems: string[] = [];
  const ofBody: string[] = [];
  for (const name of Object.keys(args)) {
    if (members.includes(name)) continue;
    const owner = parameters.find((parameter) => parameter.name === name);
    if (owner) {
      const place = placeOf(owner);
      problems.push(`${name} belongs into ${place}: { ${place}: { ${quotedName(name)}: … } }`);
    } else if (args["body"] === undefined && isOfBody(object, name)) ofBody.push(name);
    else {
      const meant = Object.hasOwn(aliases, name) ? `; did you mean ${aliases[name]}?` : undefined;
      problems.push(`${name} is not an argument${meant ?? suggestion(members, name)}`);
    }
  }
  if (ofBody.length > 0) {
    const shown = ofBody.map((name) => `${quotedName(name)}: …`).join(", ");
    problems.push(`${ofBody.join(", ")}: members of the body belong into body: { body: { ${shown} } }`);
  }
  for (const group of groups) {
    const given = args[group];
    if (given !== undefined && given !== null && !isObject(given))
      problems.push(`${group} has to be an object`);
    else problems.push(...nonsenseIn(given, group));
  }
  return [...problems, ...nonsenseIn(args["body"], "body")];
}

function isOfBody(object: Record<string, unknown>, name: string): boolean {
  const content = record(record(object["requestBody"])["content"]);
  return Object.values(content).some((media) => member(record(media)["schema"], name) !== undefined);
}

/** Values that stand in the path or query of the call already. */
export interface Given {
  path: Record<string, string>;
  query: URLSearchParams;
}

export function argumentProblems(
  { parameters, object, signed, passes }: Signature,
  args: CallArguments,
  given: Given,
): string[] {
  const problems: string[] = [];
  for (const place of ["path", "query", "header", "cookie"] as const) {
    const declared = parameters.filter((parameter) => parameter.in === place);
    const group = memberOf(place);
    const values: Record<string, unknown> = {
      ...(place === "path" ? given.path : {}),
      ...record(args[group]),
    };
    const find = (name: string) =>
      declared.find((parameter) => parameter.name === name) ??
      (place === "header"
        ? declared.find(({ name: own }) => own.toLowerCase() === name.toLowerCase())
        : undefined);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue;
      const parameter = find(name);
      if (place === "path" && typeof value === "string" && isLostVariable(value)) {
        problems.push(`path.${name}: ${JSON.stringify(value)} is what a variable without a value becomes`);
      } else if (place === "path" && given.path[name] === value && isPlaceholder(value)) {
        problems.push(
          `path: ${JSON.stringify(value)} stands where a value belongs; write {${name}} and give path: { ${quotedName(name)}: … }`,
        );
      } else if (parameter) {
        if (value !== null)
          problems.push(...parameterProblems(schemaOf(parameter), value, `${group}.${name}`));
      } else if (!isOpen(place, name, signed, parameters)) {
        problems.push(unknownName(group, name, declared, parameters));
      }
    }
    for (const parameter of declared) {
      const value = valueFor(values, parameter);
      if (!parameter.required || (value !== undefined && value !== null)) continue;
      if (place === "query" && given.query.has(parameter.name)) continue;
      if (
        isSigned(parameter, signed) ||
        (place === "header" && /^(?:accept|content-type)$/i.test(parameter.name))
      )
        continue;
      problems.push(`${group}.${parameter.name} is missing`);
    }
  }
  const ofBody = bodyProblems(object, args);
  return [
    ...problems,
    ...(passes === "unknown-members" ? ofBody.filter((problem) => !isOfUnknownMember(problem)) : ofBody),
  ];
}

/** What `${x}` and `String(x)` make of a variable that holds no text. */
const isLostVariable = (text: string) => /^(?:undefined|null|NaN|\[object \w+\])$/.test(text);

/** `{zoneId}`, `:id` or `${id}` in a path, where the document has another name or another way to write it. */
const isPlaceholder = (value: unknown) =>
  typeof value === "string" && /^(?:\$?\{.*\}|:[A-Za-z_]\w*|<\w+>)$/.test(value);

function bodyProblems(object: Record<string, unknown>, { body, contentType }: CallArguments): string[] {
  const requestBody = record(object["requestBody"]);
  const content = record(requestBody["content"]);
  const declared = Object.keys(content);
  if (body === undefined) {
    return requestBody["required"] === true && declared.length > 0 ? ["body is missing"] : [];
  }
  if (declared.length === 0) return [];
  const { key, problem } = encodesAs(declared, body, contentType);
  if (problem !== undefined) return [problem];
  const schema = key === undefined ? undefined : record(content[key])["schema"];
  if (!isObject(body) && !Array.isArray(body)) return [];
  return valueProblems(schema, body, "body", key !== undefined && isForm(key));
}

function unknownName(group: string, name: string, declared: Parameter[], all: Parameter[]): string {
  const elsewhere = all.find((parameter) => parameter.name === name);
  if (elsewhere) return `${group}.${name} belongs into ${placeOf(elsewhere)}`;
  return `${group}.${name} is not known${suggestion(
    declared.map((parameter) => parameter.name),
    name,
  )}`;
}

/** Names that the document need not declare. */
function isOpen(
  place: Parameter["in"],
  name: string,
  signed: Signature["signed"],
  parameters: readonly Parameter[],
): boolean {
  if (isSigned({ in: place, name }, signed)) return true;
  if (place === "header") return standardHeaders.test(name);
  if (place !== "query") return false;
  // A form of objects spreads its members over the query (form, explode), and deep objects may be given spelled out.
  return parameters.some((parameter) => {
    if (parameter.in === "querystring") return true;
    if (parameter.in !== "query") return false;
    const schema = record(schemaOf(parameter));
    const spreads = parameter.explode !== false && (parameter.style ?? "form") === "form";
    if (spreads && schema["type"] === "object") return true;
    return name.startsWith(`${parameter.name}[`);
  });
}

function isSigned(parameter: Pick<Parameter, "in" | "name">, signed: Signature["signed"]): boolean {
  if (parameter.in === "header" && parameter.name.toLowerCase() === "authorization") return true;
  const same = (name: string) =>
    parameter.in === "header" ? name.toLowerCase() === parameter.name.toLowerCase() : name === parameter.name;
  return signed.some((place) => place.in === parameter.in && same(place.name));
}

function valueFor(values: Record<string, unknown>, parameter: Parameter): unknown {
  if (Object.hasOwn(values, parameter.name)) return values[parameter.name];
  if (parameter.in !== "header") return undefined;
  const key = Object.keys(values).find((name) => name.toLowerCase() === parameter.name.toLowerCase());
  return key === undefined ? undefined : values[key];
}

function schemaOf({ schema, content, ...own }: Parameter): unknown {
  if (content) return undefined;
  // Swagger 2.0 has type and enum on the parameter itself; an upgrader may have left them there.
  return schema ?? own;
}

function memberOf(place: Parameter["in"]): "path" | "query" | "headers" | "cookies" {
  if (place === "header") return "headers";
  if (place === "cookie") return "cookies";
  return place === "path" ? "path" : "query";
}

const placeOf = (parameter: Parameter) => memberOf(parameter.in);

const quotedName = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
