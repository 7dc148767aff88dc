/** Judges the arguments of one call by the parameters and the body of its operation. */
import { aliases } from "../../request/aliases.ts";
import { isObject, type Json } from "../../spec/objects.ts";
import { alternatives, type Value } from "../values/value.ts";
import { isMissing, isThere, judge, didYouMean } from "./judge.ts";
import { bodySchema, namesShown } from "./body.ts";
import { jsonIn } from "../calls/fetched.ts";
import type { PathQuery } from "../calls/operation-of.ts";
import { block, once, type Problem, warn } from "./problem.ts";
import { isStandardHeader, looksLikeCredential, memberOf, type Place, places } from "./places.ts";

export interface Expectation {
  /** The operation object of the document. */
  object: Json;
  /** Names of path parameters that stand in the path already. */
  given: ReadonlySet<string>;
  /** What stands in the query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
  /** Parameters that the gateway sets. */
  signed: readonly { in: string; name: string }[];
  /** Members of the arguments that only this method has. */
  extra: readonly string[];
}

interface Parameter extends Json {
  name: string;
  in: string;
}

const members = ["path", "query", "headers", "cookies", "body", "contentType", "check"];

/** @returns nothing for a call with `check: false`, and for arguments that are not known */
export function argumentProblems(args: Value, wanted: Expectation): Problem[] {
  return alternatives(args).flatMap((one) => {
    if (one.kind === "absent")
      return membersProblems({ kind: "object", members: new Map(), open: false }, wanted);
    if (one.kind === "object") return membersProblems(one, wanted);
    if (one.kind === "literal" && one.value !== null)
      return [block("the second argument has to be an object { path, query, headers, cookies, body }")];
    return [];
  });
}

function membersProblems(args: Extract<Value, { kind: "object" }>, wanted: Expectation): Problem[] {
  const check = args.members.get("check");
  // Whatever it is, somebody thought about it.
  if (check && !(check.value.kind === "literal" && check.value.value === true)) return [];
  const parameters = parametersOf(wanted.object);
  const ofBody = bodyMembers(args, parameters, wanted.object);
  const problems = outerProblems(args, parameters, [...wanted.extra, ...ofBody]);
  problems.push(...pathQueryProblems(parameters, wanted));
  for (const place of places) problems.push(...placeProblems(place, args, parameters, wanted));
  if (ofBody.length === 0) return [...problems, ...bodyProblems(args, wanted.object)];
  const shown = ofBody.map((name) => `${quotedName(name)}: …`).join(", ");
  const why = `${ofBody.join(", ")}: members of the body belong into body: { body: { ${shown} } }`;
  return [...problems, block(why)];
}

/** Members of the body that stand where `body` should: other clients take the body as their second argument. */
function bodyMembers(
  args: Extract<Value, { kind: "object" }>,
  parameters: Parameter[],
  { requestBody }: Json,
): string[] {
  if (args.members.has("body") || !isObject(requestBody) || !isObject(requestBody["content"])) return [];
  const properties = bodySchema(requestBody["content"], undefined).schema?.["properties"];
  return [...args.members.keys()].filter(
    (name) =>
      isObject(properties) &&
      Object.hasOwn(properties, name) &&
      !members.includes(name) &&
      !parameters.some((parameter) => parameter.name === name),
  );
}

function outerProblems(
  args: Extract<Value, { kind: "object" }>,
  parameters: Parameter[],
  extra: readonly string[],
): Problem[] {
  return [...args.members].flatMap(([name, member]) => {
    if (members.includes(name) || extra.includes(name) || !isThere(member)) return [];
    const owner = parameters.find((parameter) => parameter.name === name);
    if (owner) {
      const place = memberOf(owner.in);
      return [block(`${name} belongs into ${place}: { ${place}: { ${quotedName(name)}: … } }`)];
    }
    const meant = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
    return [
      block(`${name} is not an argument${meant ? `; did you mean ${meant}?` : didYouMean(members, name)}`),
    ];
  });
}

const quotedName = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** Parameters in the query of the path itself. */
function pathQueryProblems(parameters: Parameter[], wanted: Expectation): Problem[] {
  const declared = parameters.filter((parameter) => parameter.in === "query");
  return [...(wanted.query ?? [])].flatMap(([name, value]) => {
    const plain = name.replace(/\[\]$/, "");
    const parameter = find(declared, name, "query") ?? find(declared, plain, "query");
    if (parameter) return parameterProblems(parameter, value, `query.${name}`);
    if (isOpen("query", name, parameters, wanted) || isOpen("query", plain, parameters, wanted)) return [];
    const names = declared.map((one) => one.name);
    return [once(name, `query.${name} in the path is not known${didYouMean(names, name)}`)];
  });
}

function placeProblems(
  place: Place,
  args: Extract<Value, { kind: "object" }>,
  parameters: Parameter[],
  wanted: Expectation,
): Problem[] {
  const name = memberOf(place);
  const declared = parameters.filter((parameter) => parameter.in === place);
  const member = args.members.get(name);
  const values = member ? alternatives(member.value) : args.open ? [] : [{ kind: "absent" as const }];
  return values.flatMap((value) => {
    const empty = value.kind === "absent" || (value.kind === "literal" && value.value === null);
    if (empty)
      return missing(place, declared, { kind: "object", members: new Map(), open: false }, new Set(), wanted);
    if (value.kind === "literal" || value.kind === "array") return [block(`${name} has to be an object`)];
    if (value.kind !== "object") return [];
    const strangers = [...value.members].filter(
      ([key, given]) =>
        isThere(given) && !find(declared, key, place) && !isOpen(place, key, parameters, wanted),
    );
    const explained = new Set<string>();
    const problems = missing(
      place,
      declared,
      value,
      new Set(strangers.map(([key]) => key)),
      wanted,
      explained,
    );
    for (const [key] of strangers) {
      if (explained.has(key)) continue;
      const elsewhere = parameters.find((parameter) => parameter.name === key);
      const all = declared.map((parameter) => parameter.name);
      problems.push(
        block(
          elsewhere
            ? `${name}.${key} belongs into ${memberOf(elsewhere.in)}`
            : `${name}.${key} is not known${didYouMean(all, key)}`,
        ),
      );
    }
    for (const [key, given] of value.members) {
      const parameter = find(declared, key, place);
      if (parameter) problems.push(...parameterProblems(parameter, given.value, `${name}.${key}`));
    }
    return problems;
  });
}

function missing(
  place: Place,
  declared: Parameter[],
  value: Extract<Value, { kind: "object" }>,
  strangers: ReadonlySet<string>,
  wanted: Expectation,
  explained = new Set<string>(),
): Problem[] {
  if (value.open) return [];
  return declared.flatMap((parameter) => {
    const { name } = parameter;
    if (parameter["required"] !== true && place !== "path") return [];
    if (place === "path" && wanted.given.has(name)) return [];
    if (place === "query" && (!wanted.query || wanted.query.has(name))) return [];
    if (isSigned(parameter, wanted) || looksLikeCredential(name)) return [];
    if (place === "header" && /^(?:accept|content-type|authorization)$/i.test(name)) return [];
    const key = [...value.members.keys()].find((one) => sameName(one, name, place));
    if (key !== undefined && !isMissing(value.members.get(key))) return [];
    // A deep object may be given spelled out: `filter[x]`.
    if ([...value.members.keys()].some((one) => one.startsWith(`${name}[`))) return [];
    const instead =
      strangers.size === 1 && declared.length === 1 ? [...strangers][0] : nearest(name, strangers);
    if (instead !== undefined) explained.add(instead);
    return [
      block(`${memberOf(place)}.${name} is missing${instead === undefined ? "" : ` (you gave ${instead})`}`),
    ];
  });
}

function nearest(name: string, strangers: ReadonlySet<string>): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  return [...strangers].find((one) => plain(one).includes(plain(name)) || plain(name).includes(plain(one)));
}

function parameterProblems(parameter: Parameter, value: Value, at: string): Problem[] {
  const { schema, content, ...own } = parameter;
  if (content !== undefined) return [];
  // Swagger 2.0 has type and enum on the parameter itself.
  const known = isObject(schema) ? schema : (own as Json);
  return alternatives(value).flatMap((one) => {
    const list = known["type"] === "array" && isObject(known["items"]) ? known["items"] : undefined;
    if (list && one.kind === "literal")
      return typeof one.value === "string" && one.value.includes(",")
        ? []
        : judge(list, one, at, { asText: true });
    return judge(known, one, at, { asText: true });
  });
}

function bodyProblems(args: Extract<Value, { kind: "object" }>, object: Json): Problem[] {
  const body = args.members.get("body");
  const requestBody = object["requestBody"];
  const content = isObject(requestBody) && isObject(requestBody["content"]) ? requestBody["content"] : {};
  if (!isObject(requestBody) || Object.keys(content).length === 0)
    return body && isThere(body) ? [warn("the document knows no body for this operation")] : [];
  const { schema, asText } = bodySchema(content, args.members.get("contentType")?.value);
  if (isMissing(body)) {
    if (args.open || requestBody["required"] !== true) return [];
    // A body that may as well be empty is often declared as required.
    const empty: Value = { kind: "object", members: new Map(), open: false };
    const needed = schema ? judge(schema, empty, "body", { asText }) : [];
    return needed.length > 0 ? [block("body is missing"), ...needed.slice(0, 3)] : [warn("body is missing")];
  }
  if (!schema || !body) return [];
  // Code often stringifies a body itself; the client sends such a text as it is.
  const values = alternatives(body.value).map((one) => (one.kind === "some" && !asText ? jsonIn(one) : one));
  const problems = values.flatMap((one) =>
    one.kind === "object" || one.kind === "array" ? judge(schema, one, "body", { asText }) : [],
  );
  if (problems.every(({ stranger }) => stranger === undefined)) return problems;
  // What the document's own examples have is known, whatever its schema says.
  const shown = namesShown(content);
  return problems.filter(({ stranger }) => stranger === undefined || !shown.has(stranger));
}

/** Names that the document need not declare. */
function isOpen(place: Place, name: string, parameters: Parameter[], wanted: Expectation): boolean {
  if (isSigned({ in: place, name }, wanted)) return true;
  if (place === "header") return isStandardHeader(name) || /^x-/i.test(name);
  if (place === "cookie") return true;
  if (place !== "query") return false;
  return parameters.some((parameter) => {
    if (parameter.in === "querystring") return true;
    if (parameter.in !== "query") return false;
    const schema = isObject(parameter["schema"]) ? parameter["schema"] : {};
    // A form of an object spreads its members over the query; a deep object may be spelled out.
    const spreads = parameter["explode"] !== false && (parameter["style"] ?? "form") === "form";
    return (
      (spreads && (schema["type"] === "object" || "properties" in schema)) ||
      name.startsWith(`${parameter.name}[`)
    );
  });
}

function isSigned(parameter: { in: string; name: string }, { signed }: Expectation): boolean {
  return signed.some(
    (place) => place.in === parameter.in && sameName(place.name, parameter.name, parameter.in),
  );
}

function find(declared: Parameter[], name: string, place: string): Parameter | undefined {
  return declared.find((parameter) => sameName(parameter.name, name, place));
}

function sameName(one: string, other: string, place: string): boolean {
  return one === other || (place === "header" && one.toLowerCase() === other.toLowerCase());
}

function parametersOf(object: Json): Parameter[] {
  const list = Array.isArray(object["parameters"]) ? (object["parameters"] as unknown[]) : [];
  return list.filter(
    (parameter): parameter is Parameter =>
      isObject(parameter) && typeof parameter["name"] === "string" && typeof parameter["in"] === "string",
  );
}
