/**
 * What the gateway does with every operation of an API, for each access that a connection may be granted: what an
 * operator reviews. The rules that decide on a request decide here too. Pure.
 */
import { mayFit, meetsOf, outsideOperations } from "../../deployment/may-fit.ts";
import { accessOf } from "../../request/match.ts";
import { operationsOf } from "../../request/operations.ts";
import { policyOn, strictness, type Effect } from "../../request/policy.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { Access, type PolicyRule } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { Grounds } from "../../terms/grounds.ts";
import { once } from "../../terms/once.ts";
import { decide } from "./decide.ts";
import { groundsOf, inWords } from "./policy/file-rules.ts";

export interface Decision {
  effect: Effect;
  /** What decided, in words: of a rule of the API file what it says, not its place, which other rules move. */
  rule: string;
  grounds?: Grounds;
}

export interface DecidedOperation {
  /** Its method is `*` for a path that only the API file allows. */
  operation: OperationSummary;
  access: Access;
  /** For a connection with each grant alone; undefined if that grant does not cover the operation. */
  grants: Record<Access, Decision | undefined>;
  /** Rules of the API file that decide otherwise for some values in the path, or for some methods. */
  depending: Decision[];
}

/** @param api with its name, as scopes have it */
export function decisionsFor(
  api: Pick<DeployedApi, "name" | "file">,
  catalog: OpenedCatalog,
): DecidedOperation[] {
  const decided = decider(api, catalog);
  return [...catalog.operations, ...outsideOperations(api.file)].map(decided);
}

/** `varies`: for some values in the path, or by some methods, it is freer than for the others. */
export type Outcome = Effect | "varies";

/** The most that becomes of calls of each operation for a connection that was granted its access. */
export function outcomes(
  api: Pick<DeployedApi, "name" | "file">,
  catalog: OpenedCatalog,
): (operation: OperationSummary) => Outcome {
  const varying = variesIn(api, catalog);
  const isFreer = (one: Effect, other: Effect) => strictness[one] < strictness[other];
  return (operation) => {
    const access = accessOf(operation, api.file.access);
    const { effect = "deny", grounds } = decisionWith(access, operation, api) ?? {};
    // What a rule of the project holds back, no rule of the file frees.
    if (grounds?.by === "own" || !api.file.policy?.some((rule) => isFreer(rule.effect, effect)))
      return effect;
    return varying(operation, access).some((other) => isFreer(other.effect, effect)) ? "varies" : effect;
  };
}

/** The same for operations that are asked for one by one. */
export function decider(
  api: Pick<DeployedApi, "name" | "file">,
  catalog: OpenedCatalog,
): (operation: OperationSummary) => DecidedOperation {
  const varying = variesIn(api, catalog);
  return (operation) => {
    const access = accessOf(operation, api.file.access);
    const { read, write, delete: deleting } = Access.enum;
    const [onRead, onWrite, onDelete] = [read, write, deleting].map((granted) =>
      decisionWith(granted, operation, api),
    );
    const grants = { read: onRead, write: onWrite, delete: onDelete };
    return { operation, access, grants, depending: varying(operation, access) };
  };
}

/** The rules of the API file that decide otherwise for some of what an operation may be sent as. */
function variesIn(api: Pick<DeployedApi, "name" | "file">, catalog: OpenedCatalog) {
  const { file } = api;
  const meets = meetsOf(once(() => operationsOf(catalog, file)));
  return (operation: OperationSummary, access: Access): Decision[] => {
    const rules = file.policy?.filter((rule) => mayFit(rule, operation, file, meets)) ?? [];
    return rules.length === 0 ? [] : changing(rules, operation, access, api);
  };
}

function decisionWith(
  granted: Access,
  operation: OperationSummary,
  { name: api, file }: Pick<DeployedApi, "name" | "file">,
): Decision | undefined {
  const caller = { access: { [api]: [granted] } };
  const access = accessOf(operation, file.access);
  const request = { ...asSent(operation), query: [], headers: new Map<string, string>() };
  const { verdict } = decide([{ api, file, operation, access, caller, plan: false, ...request }]);
  if (verdict.effect === "deny" && verdict.failure.kind === "needs-scope") return undefined;
  const { effect, rule, grounds } = verdict;
  if (grounds?.by === "policy") return ofRule(grounds);
  return { effect, rule, ...(grounds && { grounds }) };
}

const asSent = ({ method, path }: OperationSummary) => ({
  method: method.toUpperCase(),
  // The query of a path key is no part of a path that is sent.
  path: path.split("?", 1)[0] ?? "",
  isWritten: true,
});

/** Of the rules that may fit: beside one that always fits only a stricter one counts, beside `otherwise` any other. */
function changing(
  rules: readonly PolicyRule[],
  operation: OperationSummary,
  access: Access,
  { file }: Pick<DeployedApi, "file">,
): Decision[] {
  const always = policyOn(file, { operation, access, ...asSent(operation) });
  const effect = always?.effect ?? "allow";
  return rules
    .filter((rule) => (always?.rule ? strictness[rule.effect] > strictness[effect] : rule.effect !== effect))
    .map((rule) => ofRule(groundsOf(rule)));
}

function ofRule({ index: _index, ...grounds }: Extract<Grounds, { by: "policy" }>): Decision {
  return { effect: grounds.effect, rule: inWords(grounds), grounds };
}
