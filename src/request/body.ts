/** Judges the body of one call: what it is sent as, and whether it fits that. Pure. */
import type { ContentObject, OperationObject, SchemaObject } from "../spec/openapi.ts";
import { isObject, objectOf } from "../spec/objects.ts";
import { contentOf, isBodyNeeded, type Parameter } from "../spec/read/required.ts";
import { schemasOf, shapeOf } from "../spec/read/shape.ts";
import { isForm, isJson, isMultipart, mediaTypeOf } from "../terms/media-type.ts";
import { doubted, judge } from "./judge.ts";
import {
  isMissing,
  isNothing,
  jsonIn,
  nothing,
  valueOf,
  type Known,
  type KnownObject,
  type Member,
} from "./known.ts";
import { type Asked, type Choice, choicesFor, isFile, isFileItself, meantBy } from "./media.ts";
import { argumentNames, inAll, type Problem, severityOf } from "./problem.ts";

const maxBodyProblems = 8;

/** Members of the body that stand where `body` should: other clients take the body as their second argument. */
export function bodyMembers(args: KnownObject, parameters: Parameter[], object: OperationObject): string[] {
  if (!isMissing(args.members.get("body"))) return [];
  const strangers = [...args.members.keys()].filter(
    (name) => !argumentNames.includes(name) && !parameters.some((parameter) => parameter.name === name),
  );
  if (strangers.length === 0) return [];
  const shapes = Object.values(contentOf(object)).map((media) =>
    shapeOf(objectOf(objectOf(media)["schema"])),
  );
  return strangers.filter((name) => shapes.some((shape) => schemasOf(shape, name).length > 0));
}

/**
 * @param args the second argument of the call
 * @param method of the operation, any case
 * @param object the operation object of the document
 * @returns what is wrong with the body in every way that it can turn out
 */
export function bodyProblems(
  args: KnownObject,
  { method, object }: { method: string; object: OperationObject },
): Problem[] {
  const body = args.members.get("body");
  const content = contentOf(object);
  const declared = Object.keys(content);
  if (!body || isMissing(body)) {
    if (args.open || declared.length === 0 || objectOf(object.requestBody)["required"] !== true) return [];
    if (!isBodyNeeded(object)) return [{ kind: "body-left-out" }];
    const { schema } = schemaFor(content, bodyChoice(content, nothing, undefined)?.key);
    const needed = schema ? judge(schema, nothing, "body", { asText: false }) : [];
    return [{ kind: "missing-body" }, ...needed.filter(({ kind }) => kind === "missing").slice(0, 3)];
  }
  if (/^(?:get|head)$/i.test(method))
    return inAll(valueOf(body), (one) =>
      holdsSomething(one) ? [{ kind: "no-body-by-method", method: method.toUpperCase() }] : [],
    );
  const asked = askedTypes(args);
  const [type, other] = asked;
  if (asked.includes(undefined)) return [];
  if (type && other && mediaTypeOf(type.type).type !== mediaTypeOf(other.type).type)
    return [{ kind: "media-type", at: other.at, asked: other.type, declared: [type.type] }];
  const undeclared: Problem[] = declared.length === 0 ? [{ kind: "no-body-in-document" }] : [];
  return inAll(valueOf(body), (given) => {
    const value = meant(given, declared);
    const choice = bodyChoice(content, value, type);
    return choice?.problem ? [choice.problem] : problemsAs(value, content, choice?.key);
  }).concat(undeclared);
}

/** The arguments that say what the body is: `contentType` and the header `Content-Type`, in this order. */
export function saysType(args: KnownObject): { at: string; member: Member }[] {
  const headers = args.members.get("headers")?.value;
  const members = headers?.kind === "object" ? [...headers.members] : [];
  const inHeaders = members.flatMap(([name, member]) =>
    name.toLowerCase() === "content-type" && !isNothing(member.value)
      ? { at: `headers.${name}`, member }
      : [],
  );
  const own = args.members.get("contentType");
  return own && !isMissing(own) ? [{ at: "contentType", member: own }, ...inHeaders] : inHeaders;
}

/** What they say; undefined where that is not known. */
function askedTypes(args: KnownObject): (Asked | undefined)[] {
  return saysType(args).map(({ at, member: { value, sure } }) =>
    sure && value.kind === "literal" && typeof value.value === "string"
      ? { at, type: value.value }
      : undefined,
  );
}

/**
 * What a body is sent as: of all that the document declares, what the value is best written as and fits.
 * @param content `requestBody.content`
 * @returns undefined if it cannot be told, which is never so for a whole value
 */
export function bodyChoice(
  content: ContentObject,
  value: Known,
  asked: Asked | undefined,
): Choice | undefined {
  const choices = choicesFor(Object.keys(content), value, asked) ?? [];
  const isFit = ({ key }: Choice) =>
    key !== undefined && problemsAs(value, content, key).every((one) => severityOf(one) === "warn");
  const [first, ...others] = choices;
  if (others.length === 0 || first?.key === undefined || isFit(first)) return first;
  return others.find((choice) => listsAny(value, content, choice.key) && isFit(choice)) ?? first;
}

/** The value that is sent for what the code gave. */
export function meant(value: Known, declared: readonly string[]): Known {
  const how = meantBy(value, declared);
  if (how !== "content" || value.kind !== "object") return (how === "parsed" && jsonIn(value)) || value;
  const [content, type] = ["content", "contentType"].map((name) => value.members.get(name)?.value);
  const isTyped = content?.kind === "some" && content.type === "bytes" && type?.kind === "literal";
  return isTyped ? { ...content, mediaType: String(type.value) } : (content ?? value);
}

/** Whether a schema knows any of the members: one that knows nothing fits everything. */
function listsAny(value: Known, content: ContentObject, key: string | undefined): boolean {
  const { schema } = schemaFor(content, key);
  const members = membersIn(value)?.members ?? nothing.members;
  return (
    schema !== undefined && [...members.keys()].some((name) => schemasOf(shapeOf(schema), name).length > 0)
  );
}

const membersIn = (value: Known): KnownObject | undefined =>
  value.kind === "object" ? value : value.kind === "some" && "entries" in value ? value.entries : undefined;

/** What is wrong with a body that is sent as what this key of `content` says. */
function problemsAs(value: Known, content: ContentObject, key = ""): Problem[] {
  const { schema, asText } = schemaFor(content, key);
  if (!schema) return [];
  // Code often stringifies a body itself; the client sends such a text as it is.
  const isJsonText = isText(value) && isJson(key) && !shapeOf(schema).types.has("string");
  const held = isJsonText ? jsonIn(value) : (membersIn(value) ?? value);
  if (held?.kind !== "object" && held?.kind !== "array") return [];
  const inParts = held.kind === "object" && asText ? partsIn(held, schema, isMultipart(key)) : held;
  const files = held.kind === "object" && isMultipart(key) ? noFiles(held, schema) : [];
  const problems = [...files, ...judge(schema, inParts, "body", { asText })].slice(0, maxBodyProblems);
  if (!problems.some(({ kind }) => kind === "unknown-member")) return problems;
  // What the document's own examples have is known, whatever its schema says.
  const shown = namesShown(content);
  return problems.filter((problem) => problem.kind !== "unknown-member" || !shown.has(problem.name));
}

/**
 * A form as its schema has it. A file may be given as bytes, with its name, or several in a list: whatever the schema
 * says, each is a part. A deep member may be given spelled out: `metadata[id]`.
 */
function partsIn(body: KnownObject, schema: SchemaObject, withFiles: boolean): KnownObject {
  const shape = shapeOf(schema);
  const members = [...body.members].map(([name, member]) => {
    const { value } = member;
    const own = schemasOf(shape, name).length > 0 ? name : name.replace(/\[.*$/s, "");
    const isPart =
      withFiles &&
      (value.kind === "array" ? value.items.length > 0 && value.items.every(isFile) : isFile(value));
    return [
      own,
      isPart || own !== name ? { ...member, value: { kind: "unknown" } as const } : member,
    ] as const;
  });
  return { ...body, members: new Map(members) };
}

/** Objects where a file belongs, which would leave as JSON that is called a picture. */
function noFiles({ members }: KnownObject, schema: SchemaObject): Problem[] {
  return [...members].flatMap(([name, member]) => {
    const isObjectOnly = (one: Known) => one.kind === "object" && !one.open && !isFile(one);
    const { value } = member;
    const isWrong = isObjectOnly(value) || (value.kind === "array" && value.items.some(isObjectOnly));
    if (!isWrong || !schemasOf(shapeOf(schema), name).some(isFileItself)) return [];
    return doubted(member, [{ kind: "no-file", at: `body.${name}` }]);
  });
}

function schemaFor(content: ContentObject, key = ""): { schema: SchemaObject | undefined; asText: boolean } {
  const { schema } = objectOf(content[key]);
  return { schema: isObject(schema) ? schema : undefined, asText: isForm(key) };
}

export const isText = (value: Known) =>
  value.kind === "text" ||
  (value.kind === "literal" && typeof value.value === "string") ||
  (value.kind === "some" && value.type === "string");

function holdsSomething(value: Known): boolean {
  if (value.kind === "object") return [...value.members.values()].some((member) => !isMissing(member));
  return value.kind === "array" || (value.kind === "literal" && value.value !== null && value.value !== "");
}

/** Names of all members in the examples of a body. */
function namesShown(content: ContentObject): Set<string> {
  const names = new Set<string>();
  const shown = Object.values(content).map((media) => {
    const { example, examples, schema } = objectOf(media);
    const values = Object.values(objectOf(examples)).map((one) => objectOf(one)["value"]);
    return [example, values, objectOf(schema)["example"], objectOf(schema)["examples"]];
  });
  JSON.stringify(shown, (name, value: unknown) => (names.add(name), value));
  return names;
}
