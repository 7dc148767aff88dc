/** Judges the arguments of one call by the parameters and the body of its operation. Pure. */
import type { OperationObject } from "../spec/openapi.ts";
import { isNeverSent } from "../terms/never-sent.ts";
import { bodyMembers, bodyProblems, isText, saysType } from "./body.ts";
import { declaredHeaders, isHarmless } from "./headers.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import {
  byName,
  groupOf,
  groups,
  isNamed,
  isSigned,
  isSpread,
  isSpreadOpen,
  mustBeGiven,
  parametersOf,
  schemaOf,
  spreadMember,
  type Group,
  type Parameter,
  type Signed,
} from "../spec/read/required.ts";
import { doubted, judge, paired } from "./judge.ts";
import {
  isMissing,
  isNothing,
  isSure,
  nothing,
  valueOf,
  type Known,
  type KnownObject,
  type Nonsense,
} from "./known.ts";
import { type Location, mayHoldSlash } from "./match.ts";
import type { PathQuery } from "./operations.ts";
import { unsendable, walk } from "./unsendable.ts";
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
  object: OperationObject;
  /** Values of path parameters that stand in the path already; undefined where the value is not known. */
  given: ReadonlyMap<string, string | undefined>;
  /** What stands in the query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
  /** Parameters that the gateway sets. */
  signed: readonly Signed[];
  /** Headers that leave although the document does not declare them. */
  headers?: readonly string[] | undefined;
  /** Members of the arguments that only this method has. */
  extra?: readonly string[];
}

/**
 * What the document and the API file hold a call of an operation to.
 * @param found the operation, and what of its arguments stands in the path
 */
export function expectationOf(
  catalog: OpenedCatalog,
  location: Location,
  { operation, given, query }: Pick<Expectation, "given" | "query"> & { operation: OperationSummary },
): Omit<Expectation, "signed"> {
  const { method, path: template } = operation;
  const maySlash = (name: string) => mayHoldSlash(catalog, location, operation, name);
  const object = catalog.operationObject(operation);
  return { method, template, maySlash, object, given, query, headers: location.headers };
}

/**
 * @param args the second argument of the call
 * @returns what is wrong with it in every way that it can turn out; with `check: false` only what cannot be sent
 */
export function argumentProblems(args: Known, wanted: Expectation): Problem[] {
  return inAll(args, (one) => {
    if (one.kind === "object") return membersProblems(one, wanted);
    if (one.kind === "absent") return membersProblems(nothing, wanted);
    if (one.kind === "nonsense") return [{ kind: "nonsense", at: "the second argument", what: one.what }];
    return noObject(one, "");
  });
}

/** For what is known to be no object, or only one for JavaScript. */
function noObject(one: Known, at: string): Problem[] {
  if (/^(?:literal|array|function|text)$/.test(one.kind)) return [{ kind: "not-an-object", at }];
  if (one.kind !== "some" || one.type === "falsy") return [];
  const given = one.type === "instance" ? `an object of the class ${one.name}` : mistaken[one.type];
  return [{ kind: "not-an-object", at, given }];
}

const mistaken: Partial<Record<string, string>> = {
  date: "a Date",
  "form-data": "a FormData",
  "url-params": "a URLSearchParams",
  bytes: "binary data",
};

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
    if (member?.sure && !(name !== "body" && isEntries(member.value)))
      walk(member.value, name, (one, at) => nonsenseIn(one, at, problems));
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
    const wrong = (one: Known) => (isNothing(one) || isEntries(one) ? [] : noObject(one, at));
    if (member) problems.push(...inAll(valueOf(member), wrong));
  }
  for (const { at, member } of saysType(args))
    problems.push(...inAll(valueOf(member), (one) => (isNoText(one) ? [{ kind: "not-a-string", at }] : [])));
  return problems;
}

/** The client takes these for an object of parameters. */
const isEntries = (value: Known) =>
  (value.kind === "some" && value.type === "url-params") ||
  (value.kind === "nonsense" && value.what === "map");

const maxNonsense = 4;

/** Values that JavaScript would turn into nonsense on the wire: a promise is `{}` in JSON, `NaN` is null. */
function nonsenseIn(value: Known, at: string, problems: Problem[]): void {
  const what = value.kind === "nonsense" ? value.what : value.kind;
  if ((what === "function" || value.kind === "nonsense") && problems.length < maxNonsense)
    problems.push({ kind: "nonsense", at, what: what as Nonsense });
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
      inPath.set(
        name,
        text !== undefined && isBare
          ? { kind: "literal", value: text }
          : { kind: "text", parts: [undefined] },
      );
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
    if (group === "headers" && !parameter && !isNothing(given.value)) problems.push(...notSent(name, wanted));
    const free = group === "cookies" || group === "headers";
    const owner = parameter ?? (free && { name, in: group === "headers" ? "header" : "cookie" });
    if (owner) problems.push(...parameterProblems(owner, name, valueOf(given), wanted));
  }
  const needed = declared.flatMap((parameter) =>
    value.open || !mustBeGiven(parameter, wanted.signed) || isGiven(parameter, value, declared)
      ? []
      : parameter.name,
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

/** A deep object may be given spelled out, `filter[x]`, and one that is spread by its members. */
function isGiven(parameter: Parameter, { members }: KnownObject, declared: Parameter[]): boolean {
  const isMember = (name: string) =>
    spreadMember([parameter], name) !== undefined || (isSpreadOpen(parameter) && !byName(declared, name));
  return [...members].some(([name, member]) => {
    if (isNothing(member.value)) return false;
    if (isNamed(parameter, name) || isMember(name)) return true;
    return parameter.in === "query" && name.startsWith(`${parameter.name}[`);
  });
}

/** `{zoneId}`, `:id` or `${id}` in a path, where the document has another name or another way to write it. */
const isPlaceholder = (value: string) => /^(?:\$?\{.*\}|:[A-Za-z_]\w*|<\w+>)$/.test(value);

/** @param name as it was given */
function parameterProblems(parameter: Parameter, name: string, value: Known, wanted: Expectation): Problem[] {
  const at = `${groupOf(parameter)}.${name}`;
  return inAll(value, (one) => {
    const own = parameter.in === "path" ? parameter.name : name;
    const unsent = isNothing(one) ? undefined : unsendable(parameter, own, one, at, wanted.maySlash);
    return unsent ? [unsent] : judge(schemaOf(parameter), one, at, { asText: true });
  });
}

const isNoText = (value: Known) =>
  !isText(value) && (/^(?:object|nonsense)$/.test(value.kind) || noObject(value, "").length > 0);

/** Headers that code may set whatever the document says; the gateway says which of them it did not send. */
const freeHeaders =
  /^(?:x-.*|accept-encoding|authorization|connection|content-length|cookie|expect|origin|referer)$/i;

/** Whether an undeclared header leaves. */
const leaves = (name: string, { headers }: Expectation) =>
  isHarmless(name.toLowerCase()) || declaredHeaders({}, headers).has(name.toLowerCase());

/** A header that nobody declares and that is not a stranger: it is dropped without a word of the API. */
function notSent(name: string, wanted: Expectation): Problem[] {
  const isSet = isNeverSent(name) || isSigned({ in: "header", name }, wanted.signed);
  const isDropped = !leaves(name, wanted) && (isSet || freeHeaders.test(name));
  return isDropped ? [{ kind: "header-not-sent", name, isSet }] : [];
}

/** Names that the document need not declare. */
function isOpen(group: Group, name: string, parameters: Parameter[], wanted: Expectation): boolean {
  if (group === "cookies") return true;
  if (group === "headers")
    return leaves(name, wanted) || freeHeaders.test(name) || isSigned({ in: "header", name }, wanted.signed);
  if (group === "path") return false;
  return (
    isSigned({ in: "query", name }, wanted.signed) ||
    parameters.some((parameter) => {
      if (parameter.in !== "query") return parameter.in === "querystring";
      return name.startsWith(`${parameter.name}[`) || isSpread(parameter);
    })
  );
}

function named(declared: Parameter[], name: string): Parameter | undefined {
  const plain = name.replace(/\[\]$/, "");
  return (
    byName(declared, name) ??
    declared.find((one) => one.in === "query" && one.name === plain) ??
    spreadMember(declared, name)
  );
}
