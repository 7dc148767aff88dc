/** Judges the arguments of one call by the parameters and the body of its operation. Pure. */
import { isObject, objectOf, type Json } from "../spec/objects.ts";
import {
  contentOf,
  groupOf,
  groups,
  isBodyNeeded,
  isJson,
  isMultipart,
  isNamed,
  isSigned,
  mustBeGiven,
  parametersOf,
  schemaOf,
  type Group,
  type Parameter,
  type Signed,
} from "../spec/read/required.ts";
import { schemasOf, shapeOf } from "../spec/read/shape.ts";
import { segmentProblem } from "./canonical.ts";
import { doubted, judge, paired } from "./judge.ts";
import {
  isMissing,
  isNothing,
  isSure,
  jsonIn,
  nothing,
  valueOf,
  type Known,
  type KnownObject,
  type Nonsense,
} from "./known.ts";
import { encodesAs, isFile, isForm } from "./media.ts";
import type { PathQuery } from "./operations.ts";
import { argumentNames, inAll, type Problem, severityOf } from "./problem.ts";

/** What the arguments of a call are held to. */
export interface Expectation {
  /** Any case. */
  method: string;
  /** The operation's path in the document. */
  template: string;
  /** Whether a parameter of the path may hold slashes. */
  maySlash(name: string): boolean;
  /** The operation object of the document. */
  object: Json;
  /** Values of path parameters that stand in the path already; undefined where the value is not known. */
  given: ReadonlyMap<string, string | undefined>;
  /** What stands in the query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
  /** Parameters that the gateway sets. */
  signed: readonly Signed[];
  /** Members of the arguments that only this method has. */
  extra?: readonly string[];
}

const maxBodyProblems = 8;

/**
 * @param args the second argument of the call
 * @returns what is wrong with it in every way that it can turn out; with `check: false` only what cannot be sent
 */
export function argumentProblems(args: Known, wanted: Expectation): Problem[] {
  return inAll(args, (one) => {
    if (one.kind === "object") return membersProblems(one, wanted);
    if (one.kind === "absent") return membersProblems(nothing, wanted);
    return isNoObject(one) || one.kind === "nonsense" ? [{ kind: "not-an-object", at: "" }] : [];
  });
}

const isNoObject = ({ kind }: Known) => /^(?:literal|array|function)$/.test(kind);

function membersProblems(args: KnownObject, wanted: Expectation): Problem[] {
  const parameters = parametersOf(wanted.object, wanted.template);
  const ofBody = bodyMembers(args, parameters, wanted.object);
  const problems = outerProblems(args, parameters, [...(wanted.extra ?? []), ...ofBody]);
  if (ofBody.length > 0) {
    const sure = ofBody.map((name) => args.members.get(name)).find(isSure);
    problems.push(...doubted(sure, [{ kind: "body-members", names: ofBody }]));
  }
  for (const name of [...groups, "body"]) {
    const member = args.members.get(name);
    if (member?.sure) walk(member.value, name, (one, at) => nonsenseIn(one, at, problems));
  }
  for (const group of groups) problems.push(...groupProblems(group, args, parameters, wanted));
  if (ofBody.length === 0) problems.push(...bodyProblems(args, wanted));
  return isHeld(args) ? problems : problems.filter((problem) => severityOf(problem) === "never");
}

/** Whatever `check` is set to but true, somebody thought about it. */
function isHeld({ members }: KnownObject): boolean {
  const check = members.get("check");
  return !check || isMissing(check) || (check.value.kind === "literal" && check.value.value !== false);
}

/** Members of the body that stand where `body` should: other clients take the body as their second argument. */
function bodyMembers(args: KnownObject, parameters: Parameter[], object: Json): string[] {
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

/** What other clients call the arguments. */
const aliases: [names: RegExp, argument: string][] = [
  [/^(?:(?:query|search)?params|qs)$/i, "query"],
  [/^pathparams$/i, "path"],
  [/^header$/i, "headers"],
  [/^(?:json|data|payload|form|requestbody)$/i, "body"],
];

function outerProblems(args: KnownObject, parameters: Parameter[], known: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const [name, member] of args.members) {
    if (argumentNames.includes(name) || known.includes(name) || isMissing(member)) continue;
    const owner = parameters.find((parameter) => parameter.name === name);
    const instead = aliases.find(([names]) => names.test(name))?.[1];
    const problem: Problem = owner
      ? { kind: "not-in-group", name, group: groupOf(owner) }
      : { kind: "unknown-argument", name, instead };
    problems.push(...doubted(member, [problem]));
  }
  for (const at of groups) {
    const member = args.members.get(at);
    const wrong = (one: Known): Problem[] =>
      isNoObject(one) && !isNothing(one) ? [{ kind: "not-an-object", at }] : [];
    if (member) problems.push(...inAll(valueOf(member), wrong));
  }
  const type = args.members.get("contentType");
  if (type)
    problems.push(
      ...inAll(valueOf(type), (one) => (isNoText(one) ? [{ kind: "not-a-string", at: "contentType" }] : [])),
    );
  return problems;
}

const maxNonsense = 4;

/** Values that JavaScript would turn into nonsense on the wire: a promise is `{}` in JSON, `NaN` is null. */
function nonsenseIn(value: Known, at: string, problems: Problem[]): void {
  const what = value.kind === "nonsense" ? value.what : value.kind;
  if ((what === "function" || value.kind === "nonsense") && problems.length < maxNonsense)
    problems.push({ kind: "nonsense", at, what: what as Nonsense });
}

/** Shows a value and all that is in it. Of objects each once: one may be in many places, and in itself. */
function walk(
  value: Known,
  at: string,
  show: (one: Known, at: string) => void,
  seen = new Set<Known>(),
  depth = 0,
): void {
  if (depth > 30) return;
  show(value, at);
  if ((value.kind !== "array" && value.kind !== "object") || seen.has(value)) return;
  seen.add(value);
  const inner = (one: Known, place: string) => walk(one, place, show, seen, depth + 1);
  if (value.kind === "array") value.items.forEach((item, index) => inner(item, `${at}[${index}]`));
  else for (const [name, member] of value.members) if (member.sure) inner(member.value, `${at}.${name}`);
}

function groupProblems(
  group: Group,
  args: KnownObject,
  parameters: Parameter[],
  wanted: Expectation,
): Problem[] {
  const declared = parameters.filter((parameter) => groupOf(parameter) === group);
  const member = args.members.get(group);
  return inAll(member ? valueOf(member) : { ...nothing, open: args.open }, (value) => {
    const held = isNothing(value) ? nothing : value.kind === "object" ? value : { ...nothing, open: true };
    return valuesProblems(group, declared, withPath(held, group, declared, wanted), parameters, wanted);
  });
}

/** What stands in the path counts as given. */
function withPath(
  value: KnownObject,
  group: Group,
  declared: Parameter[],
  { given, query }: Expectation,
): KnownObject {
  const inPath = new Map<string, Known>(group === "query" ? query : []);
  if (group === "path")
    for (const [name, text] of given) {
      if (text !== undefined && isPlaceholder(text)) continue;
      // What a style puts around the value is not part of it: `.blue`, `;color=blue`.
      const isBare = (named(declared, name)?.style ?? "simple") === "simple";
      inPath.set(name, text !== undefined && isBare ? { kind: "literal", value: text } : { kind: "text" });
    }
  if (inPath.size === 0 && query) return value;
  const members = new Map([...inPath].map(([name, one]) => [name, { value: one, sure: true }]));
  for (const [name, member] of value.members) members.set(name, member);
  return { kind: "object", members, open: value.open || (group === "query" && !query) };
}

function valuesProblems(
  group: Group,
  declared: Parameter[],
  value: KnownObject,
  parameters: Parameter[],
  wanted: Expectation,
): Problem[] {
  const problems: Problem[] = [];
  const strangers: string[] = [];
  for (const [name, given] of value.members) {
    const parameter = named(declared, name);
    if (!parameter && !isMissing(given) && !isOpen(group, name, parameters, wanted)) strangers.push(name);
    const free = group === "cookies" || group === "headers";
    const owner = parameter ?? (free && { name, in: group === "headers" ? "header" : "cookie" });
    if (owner) problems.push(...parameterProblems(owner, name, valueOf(given), wanted));
  }
  const needed = declared.flatMap((parameter) =>
    value.open || !mustBeGiven(parameter, wanted.signed) || isGiven(parameter, value) ? [] : parameter.name,
  );
  const { missing, unknown } = paired(needed, strangers);
  for (const { name, instead } of missing) {
    const hole = group === "path" && instead === undefined ? wanted.given.get(name) : undefined;
    const kind = group === "path" ? "missing-in-path" : "missing";
    problems.push(
      hole === undefined ? { kind, at: group, name, instead } : { kind: "placeholder", value: hole, name },
    );
  }
  const names = declared.map((parameter) => parameter.name);
  for (const name of unknown) {
    const elsewhere = parameters.find((parameter) => parameter.name === name);
    const problem: Problem =
      group === "query" && wanted.query?.has(name)
        ? { kind: "unknown-in-path", name, names }
        : elsewhere
          ? { kind: "misplaced", at: group, name, group: groupOf(elsewhere) }
          : { kind: "unknown-parameter", at: group, name, names };
    problems.push(...doubted(value.members.get(name), [problem]));
  }
  return problems;
}

/** A deep object may be given spelled out: `filter[x]`. */
function isGiven(parameter: Parameter, { members }: KnownObject): boolean {
  return [...members].some(
    ([name, member]) =>
      (isNamed(parameter, name) && !isNothing(member.value)) ||
      (parameter.in === "query" && name.startsWith(`${parameter.name}[`)),
  );
}

/** `{zoneId}`, `:id` or `${id}` in a path, where the document has another name or another way to write it. */
const isPlaceholder = (value: string) => /^(?:\$?\{.*\}|:[A-Za-z_]\w*|<\w+>)$/.test(value);

/** @param name as it was given */
function parameterProblems(parameter: Parameter, name: string, value: Known, wanted: Expectation): Problem[] {
  const at = `${groupOf(parameter)}.${name}`;
  return inAll(value, (one) => {
    const unsent = isNothing(one) ? undefined : unsendable(parameter, name, one, at, wanted);
    return unsent ? [unsent] : judge(schemaOf(parameter), one, at, { asText: true });
  });
}

/** What cannot be written in its place, or would become something else there. */
function unsendable(
  { in: place, style = "simple", explode, content }: Parameter,
  name: string,
  value: Known,
  at: string,
  { maySlash }: Expectation,
): Problem | undefined {
  if (place === "header" && !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return { kind: "header-name", name };
  // JSON in a header is written in ASCII.
  if (place === "header") {
    const isJsonText = isJson(Object.keys(content ?? {})[0] ?? "");
    return !isJsonText && textsIn(value).some(isOutsideHeader) ? { kind: "header-value", at } : undefined;
  }
  if (place === "cookie") {
    // All but names is percent-encoded, unless the style is that of OpenAPI 3.2.
    const isSpread = explode !== false && !content && value.kind === "object";
    const raw = style === "cookie" ? textsIn(value) : isSpread ? [...value.members.keys()] : [];
    return [name, ...raw].some((text) => /[;\r\n\0]/.test(text)) ? { kind: "cookie", at } : undefined;
  }
  if (place !== "path") return undefined;
  if (isEmpty(value, style)) return { kind: "empty", at };
  for (const text of textsIn(value)) {
    if (text.includes("/") && !maySlash(name)) return { kind: "slash", at, value: text };
    const why = text.split("/").map(segmentProblem).find(Boolean);
    if (why !== undefined) return { kind: "segment", at, why };
  }
  // What `${x}` and `String(x)` make of a variable that holds no text.
  const lost =
    value.kind === "literal" && /^(?:undefined|null|NaN|\[object \w+\])$/.test(String(value.value));
  return lost ? { kind: "lost-variable", at, value: String(value.value) } : undefined;
}

/**
 * Without its value the path may be that of another operation: DELETE /things/{id} becomes DELETE /things/. A matrix
 * still has its name.
 */
function isEmpty(value: Known, style: string): boolean {
  if (value.kind === "literal") return value.value === "" && style !== "matrix";
  if (value.kind === "array")
    return !value.open && value.items.every((item) => isNothing(item) || isEmpty(item, style));
  return (
    value.kind === "object" && !value.open && [...value.members.values()].every((one) => isNothing(one.value))
  );
}

/** Every text and number in a value, and the names in it. */
function textsIn(value: Known): string[] {
  const texts: string[] = [];
  walk(value, "", (one) => {
    if (one.kind === "literal" && one.value !== null) texts.push(String(one.value));
    if (one.kind === "object") for (const name of one.members.keys()) texts.push(name);
  });
  return texts;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const isOutsideHeader = (text: string) => !/^[\t\u0020-\u007e]*$/.test(text);

function bodyProblems(args: KnownObject, { method, object }: Expectation): Problem[] {
  const body = args.members.get("body");
  const content = contentOf(object);
  const declared = Object.keys(content);
  if (!body || isMissing(body)) {
    if (args.open || declared.length === 0 || objectOf(object["requestBody"])["required"] !== true) return [];
    if (!isBodyNeeded(object)) return [{ kind: "body-left-out" }];
    const { schema } = schemaFor(content, encodesAs(declared, nothing, undefined)?.key);
    const needed = schema ? judge(schema, nothing, "body", { asText: false }) : [];
    return [{ kind: "missing-body" }, ...needed.filter(({ kind }) => kind === "missing").slice(0, 3)];
  }
  if (/^(?:get|head)$/i.test(method))
    return inAll(valueOf(body), (one) =>
      holdsSomething(one) ? [{ kind: "no-body-by-method", method: method.toUpperCase() }] : [],
    );
  const asked = args.members.get("contentType");
  const given = asked && !isMissing(asked) ? valueOf(asked) : undefined;
  const type = given?.kind === "literal" && typeof given.value === "string" ? given.value : undefined;
  if (given && type === undefined) return [];
  const undeclared: Problem[] = declared.length === 0 ? [{ kind: "no-body-in-document" }] : [];
  return inAll(valueOf(body), (value) => oneBodyProblems(value, content, type)).concat(undeclared);
}

function oneBodyProblems(value: Known, content: Json, asked: string | undefined): Problem[] {
  const declared = Object.keys(content);
  const choice = encodesAs(declared, value, asked);
  if (choice?.problem) return [choice.problem];
  const { schema, asText } = schemaFor(content, choice?.key);
  if (!schema) return [];
  // Code often stringifies a body itself; the client sends such a text as it is.
  const isJsonText = isText(value) && isJson(choice?.key ?? "") && !shapeOf(schema).types.has("string");
  const held = isJsonText ? jsonIn(value) : value;
  if (held?.kind !== "object" && held?.kind !== "array") return [];
  const inParts = held.kind === "object" && isMultipart(choice?.key ?? "") ? withoutFiles(held) : held;
  const problems = judge(schema, inParts, "body", { asText }).slice(0, maxBodyProblems);
  if (!problems.some(({ kind }) => kind === "unknown-member")) return problems;
  // What the document's own examples have is known, whatever its schema says.
  const shown = namesShown(content);
  return problems.filter((problem) => problem.kind !== "unknown-member" || !shown.has(problem.name));
}

/** A file may be given as bytes, with its name, or several in a list: whatever the schema says, each is a part. */
function withoutFiles(body: KnownObject): KnownObject {
  const members = [...body.members].map(([name, member]) => {
    const { value } = member;
    const isPart =
      value.kind === "array" ? value.items.length > 0 && value.items.every(isFile) : isFile(value);
    return [name, isPart ? { ...member, value: { kind: "unknown" } as const } : member] as const;
  });
  return { ...body, members: new Map(members) };
}

function schemaFor(content: Json, key = ""): { schema: Json | undefined; asText: boolean } {
  const { schema } = objectOf(content[key]);
  return { schema: isObject(schema) ? schema : undefined, asText: isForm(key) };
}

const isNoText = (value: Known) =>
  !isText(value) && (isNoObject(value) || value.kind === "object" || value.kind === "nonsense");

const isText = (value: Known) =>
  (value.kind === "literal" && typeof value.value === "string") ||
  (value.kind === "some" && value.type === "string");

function holdsSomething(value: Known): boolean {
  if (value.kind === "object") return [...value.members.values()].some((member) => !isMissing(member));
  return value.kind === "array" || (value.kind === "literal" && value.value !== null && value.value !== "");
}

/** Names of all members in the examples of a body. */
function namesShown(content: Json): Set<string> {
  const names = new Set<string>();
  const shown = Object.values(content).map((media) => {
    const { example, examples, schema } = objectOf(media);
    return [example, examples, objectOf(schema)["example"]];
  });
  JSON.stringify(shown, (name, value: unknown) => (names.add(name), value));
  return names;
}

/** Headers that any request may carry, whatever the document says. */
const standardHeaders =
  /^(?:x-.*|accept(?:-encoding|-language)?|authorization|cache-control|connection|content-(?:disposition|encoding|language|length|md5|type)|cookie|date|digest|expect|idempotency-key|if-(?:match|modified-since|none-match|range|unmodified-since)|origin|pragma|prefer|range|referer|trace(?:parent|state)|user-agent)$/i;

/** Names that the document need not declare. */
function isOpen(group: Group, name: string, parameters: Parameter[], { signed }: Expectation): boolean {
  if (group === "cookies") return true;
  if (group === "headers") return standardHeaders.test(name) || isSigned({ in: "header", name }, signed);
  if (group === "path") return false;
  return (
    isSigned({ in: "query", name }, signed) ||
    parameters.some((parameter) => {
      if (parameter.in !== "query") return parameter.in === "querystring";
      if (name.startsWith(`${parameter.name}[`)) return true;
      // A form of an object spreads its members over the query.
      const spreads = parameter.explode !== false && (parameter.style ?? "form") === "form";
      const schema = schemaOf(parameter);
      return spreads && (schema["type"] === "object" || "properties" in schema);
    })
  );
}

function named(declared: Parameter[], name: string): Parameter | undefined {
  const plain = name.replace(/\[\]$/, "");
  return (
    declared.find((one) => isNamed(one, name)) ??
    declared.find((one) => one.in === "query" && one.name === plain)
  );
}
