/** Finds what is wrong with every call of a program. Pure. */
import { apiAt } from "./api-at.ts";
import { clientConfigOf } from "../terms/client-config.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { argumentProblems, expectationOf } from "../request/arguments.ts";
import { nearestById, nearestOperations, titleOf } from "../request/nearest.ts";
import { operationsOf } from "../request/operations.ts";
import {
  membersInside,
  milder,
  sentenceOf,
  type Severity,
  severityOf,
  sureInAll,
} from "../request/problem.ts";
import { baseUrls } from "../request/servers.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { describeCall } from "../spec/read/signature.ts";
import { signedPlaces } from "../spec/read/required.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { once, onceFor } from "../terms/once.ts";
import { fetchedWith, knownStart } from "./calls/fetched.ts";
import { clientMethods, type ClientCall, findCalls } from "./calls/find-calls.ts";
import { type Candidate, TextsWithHoles, TooMuchWork, type Work } from "./calls/with-holes.ts";
import { lineReader } from "./line-preserving-edits.ts";
import type { Program } from "../terms/program.ts";
import { alternatives, type Known, partsOf } from "../request/known.ts";

/** An API that the run may use, with its document. */
export interface CheckedApi {
  api: Pick<DeployedApi, "name" | "file">;
  catalog: OpenedCatalog;
}

/** Gives the client with another account: its calls are examined, not `as` itself. */
const accountMethod = "as";
/** Texts with holes are compared with every template: this many pairs of characters for one program, some 20 ms. */
export const maxPairs = 4_000_000;
/** Longer paths are not looked up, and not more than so many characters of all paths of a program. */
export const maxPathChars = 2_000;
export const maxAllPathChars = 200_000;
/**
 * Values in arguments that are judged for one program, each for every operation that its call can be, as which a text with
 * holes can mean many; the run judges the rest.
 */
const maxJudged = 30_000;
/** What it costs to judge so many values for an operation, which itself costs ten: wrong names are held against each other. */
const costOf = (values: number) => 10 + values + values ** 2 / 500;
/** Findings of one program: no reader wants a tenth of them. */
const maxFindings = 200;
/** Members of the arguments that only `pages` has. */
const pagingOptions = ["maxPages"];

/** How much of a signature is shown: of the operation that was called, and of one that may be meant. */
const ownSignatureChars = 1_200;
const otherSignatureChars = 260;

/** An operation that a call means. */
export interface Called {
  /** Name of the API. */
  api: string;
  operation: OperationSummary;
}

/** What is wrong with one call. */
export interface Finding {
  severity: Severity;
  /** Line of the code as it was sent, 1-based. */
  line: number;
  /** The call in a few words: `api.get("/zones")`. */
  call: string;
  problem:
    | { kind: "unknown"; asked: string; nearest: string[]; signatures: string[] }
    | { kind: "arguments"; operation: string; text: string; signature: string };
}

interface Examined {
  findings: Finding[];
  /** Operations of all calls that are known. */
  called: Called[];
  /** Some call is only known in part: the client may find something in it that is refused once. */
  unseen: boolean;
}

/** A program, what it may use, and what was found in it so far. */
interface Examination extends Examined {
  source: string;
  apis: readonly CheckedApi[];
  names: readonly string[];
  lineAt: ReturnType<typeof lineReader>;
  work: Work;
  /** Characters of the paths that were looked up. */
  pathChars: number;
  /** Values that were judged. */
  judged: number;
  /** The signatures that were made: by operation, client and length. */
  signatures: Map<string, string>;
}

/** @param names all APIs that the run may use; calls of those that `apis` leaves out are not examined */
export function examine(
  { tree, source }: Pick<Program, "tree" | "source">,
  apis: readonly CheckedApi[],
  names: readonly string[] = apis.map(({ api }) => api.name),
): Examined {
  const found: Examination = {
    source,
    apis,
    names,
    findings: [],
    called: [],
    unseen: false,
    lineAt: lineReader(source),
    work: { pairs: maxPairs },
    pathChars: 0,
    judged: 0,
    signatures: new Map(),
  };
  for (const turns of Map.groupBy(findCalls(tree), ({ node }) => node).values()) {
    const guarded = turns.some((call) => call.guarded);
    const run = (call: ClientCall) => new CallExaminer(call, found).run();
    if (guarded) oneOf(found, turns, run);
    else turns.forEach(run);
  }
  const { findings, called, unseen } = found;
  return { findings: distinct(findings), called, unseen };
}

/** Examines a call in each way that it may go: what is wrong is only as sure as in the best of them. */
function oneOf<T>(found: Examination, ways: readonly T[], run: (way: T) => void): void {
  const before = found.findings;
  const findings = ways.map((way) => {
    found.findings = [];
    run(way);
    return found.findings;
  });
  const most = sureInAll(findings.map((way) => way.map(({ severity }) => severity)));
  found.findings = [
    ...before,
    ...findings.flat().map((one) => ({ ...one, severity: milder(most, one.severity) })),
  ];
}

class CallExaminer {
  readonly #call: ClientCall;
  readonly #found: Examination;

  constructor(call: ClientCall, found: Examination) {
    this.#call = call;
    this.#found = found;
  }

  run(): void {
    const { api, method, target, fetched } = this.#call;
    const { names } = this.#found;
    if (fetched) return this.#fetch();
    const checked = this.#api();
    if (!checked) {
      if (names.length === 0 || names.includes(api ?? "")) return;
      if (api === undefined && names.length === 1) return;
      const count = names.length === 1 ? "there is one API" : `there are ${names.length} APIs`;
      const asked = `${this.#client()}: ${count}`;
      const nearest = names.map((name) => `apis.${name}`);
      return this.#add("refuse", { kind: "unknown", asked, nearest, signatures: [] });
    }
    if (method === undefined || method === accountMethod) return;
    if (!clientMethods.includes(method)) return this.#unknownMethod(checked, method);
    const options = alternatives(target);
    oneOf(this.#found, options, (option) => this.#oneTarget(checked, method, option, options.length > 1));
  }

  /** `api` is the only API; with several it means none of them. */
  #api(): CheckedApi | undefined {
    const { apis, names } = this.#found;
    const { api } = this.#call;
    if (api === undefined) return names.length === 1 ? apis[0] : undefined;
    return apis.find((one) => one.api.name === api);
  }

  /** Examines `fetch(url)` like a call of the client whose API has this address. */
  #fetch(): void {
    const { apis, names } = this.#found;
    const targets = alternatives(this.#call.target);
    oneOf(this.#found, fetchedWith(this.#call.args), ({ method, args }) =>
      oneOf(this.#found, targets, (target) => {
        const start = this.#isShort(target) ? knownStart(target) : undefined;
        if (start === undefined) return;
        const checked = apiAt(start, apis, (one) => tableFor(one).operations);
        const api = names.length > 1 ? checked?.api.name : undefined;
        const examiner = new CallExaminer({ ...this.#call, api, method, target, args }, this.#found);
        if (checked) examiner.#oneTarget(checked, method, target, targets.length > 1);
        else examiner.#nowhere(method, start);
      }),
    );
  }

  /** An address that belongs to no API: the gateway would refuse it. */
  #nowhere(method: string, start: string): void {
    const { apis, names } = this.#found;
    const bases = apis.map((one) => baseOf(one.catalog));
    if (apis.length < names.length || bases.includes(undefined)) return;
    const known = bases.slice(0, 5).join(", ");
    const whole = start.startsWith("/") ? "fetch takes a whole URL" : "fetch reaches nothing else";
    const [checked] = apis;
    const near = () =>
      checked && names.length === 1 ? nearestOperations(checked.catalog.operations, method, start) : [];
    const where = bases.length > 1 ? "the APIs are" : "the API is";
    this.#unknown(`${method.toUpperCase()} ${start}: ${whole}, and ${where} at ${known}`, near, checked);
  }

  #oneTarget(checked: CheckedApi, method: string, target: Known, several: boolean): void {
    const table = tableFor(checked);
    const { operations } = table;
    const found = this.#found;
    if (!this.#isShort(target)) {
      found.unseen = true;
      return;
    }
    if (method === "call") {
      if (target.kind !== "literal" || typeof target.value !== "string") return;
      const named = operations.byId(target.value);
      return named ? this.#arguments(checked, [named], several) : this.#unknownId(checked, target.value);
    }
    const verb = method === "pages" ? "get" : method;
    if (target.kind === "literal" && typeof target.value === "string") {
      const byId =
        method === "pages" && !target.value.includes("/") ? operations.byId(target.value) : undefined;
      if (byId) return this.#arguments(checked, [byId], several);
      const { found: fits, problem } = operations.byPath(verb, target.value);
      if (fits.length > 0) return this.#arguments(checked, fits, several);
      if (!isOutside(checked, target.value)) this.#unknownPath(checked, verb, target.value, problem);
    } else if (target.kind === "text") {
      const candidates = this.#candidates(table, verb, target.parts);
      if (!candidates) return;
      if (candidates.length > 0) return this.#arguments(checked, candidates, several);
      const shown = target.parts.map((part) => part ?? "{…}").join("");
      if (!isOutside(checked, shown)) this.#unknownPath(checked, verb, shown);
    } else found.unseen = true;
  }

  /** Counts the characters of a path. */
  #isShort(target: Known): boolean {
    const chars = charsOf(target);
    return chars <= maxPathChars && (this.#found.pathChars += chars) <= maxAllPathChars;
  }

  /** Undefined if there was too much to compare. */
  #candidates(table: TextsWithHoles, verb: string, parts: readonly (string | undefined)[]) {
    try {
      return table.candidates(verb, parts, this.#found.work);
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      this.#found.unseen = true;
      return undefined;
    }
  }

  #arguments(checked: CheckedApi, candidates: Candidate[], several: boolean): void {
    const { args, method } = this.#call;
    const found = this.#found;
    const extra = method === "pages" ? pagingOptions : [];
    if ((found.judged += candidates.length * costOf(valuesIn(args, maxJudged))) > maxJudged) {
      found.unseen = true;
      return;
    }
    found.unseen ||= !isSeen(args) || candidates.some(({ query }) => query === undefined);
    const signed = signedFor(checked);
    const judged = candidates.map((one) => {
      const wanted = { ...expectationOf(checked.catalog, checked.api.file, one), signed, extra };
      return { operation: one.operation, problems: argumentProblems(args, wanted) };
    });
    found.called.push(...judged.map(({ operation }) => ({ api: checked.api.name, operation })));
    const [first] = judged;
    if (!first || judged.some(({ problems }) => problems.length === 0)) return;
    // With several paths, or several operations for one, it is not known which arguments go with which.
    const unclear = several || judged.length > 1;
    const inside = membersInside(first.problems);
    const signature = this.#signature(checked, first.operation, ownSignatureChars, inside);
    for (const problem of first.problems.slice(0, maxFindings))
      this.#add(unclear ? "warn" : severityOf(problem), {
        kind: "arguments",
        operation: first.operation.id,
        text: sentenceOf(problem),
        signature,
      });
  }

  /** @param problem why a path in this spelling cannot be sent */
  #unknownPath(checked: CheckedApi, method: string, path: string, problem?: string): void {
    const asked = `${method.toUpperCase()} ${path}${problem === undefined ? "" : ` (${problem})`}`;
    this.#unknown(asked, () => nearestOperations(checked.catalog.operations, method, path), checked);
  }

  #unknownId(checked: CheckedApi, id: string): void {
    const { catalog } = checked;
    this.#unknown(
      JSON.stringify(id),
      () => byName(catalog, nearestById(catalog.operations, id), id),
      checked,
    );
  }

  /** Models call operations by their id as if it were a method. */
  #unknownMethod(checked: CheckedApi, method: string): void {
    const { catalog } = checked;
    const { target } = this.#call;
    const near = () => {
      const { operations } = catalog;
      const ofPath =
        target.kind === "literal" && typeof target.value === "string" && target.value.startsWith("/");
      const found = ofPath
        ? nearestOperations(operations, "get", String(target.value))
        : nearestById(operations, method);
      return byName(catalog, found, spaced(method.slice(0, maxNameChars)));
    };
    const asked = `${this.#client()}.${method}; its methods are ${clientMethods.join(", ")}`;
    this.#unknown(asked, near, checked);
  }

  /** @param near asked only for the few that are told */
  #unknown(asked: string, near: () => readonly OperationSummary[], checked: CheckedApi | undefined): void {
    const operations = once(near);
    const signatureOf = (one: OperationSummary) => {
      const signature = checked && this.#signature(checked, one, otherSignatureChars);
      return signature === undefined ? [] : `${one.id}: ${signature.replace(/\s+/g, " ")}`;
    };
    this.#add("refuse", {
      kind: "unknown",
      asked,
      get nearest() {
        return operations().map(titleOf);
      },
      get signatures() {
        return operations().flatMap(signatureOf);
      },
    });
  }

  /** `api.get("/zones/{zone_id}", { path: { zone_id: string } })`, called on the client that the code uses. */
  #signature(
    checked: CheckedApi,
    operation: OperationSummary,
    maxChars: number,
    members: readonly string[] = [],
  ): string {
    const client = this.#client();
    const { signatures } = this.#found;
    const key = JSON.stringify([client, operation.method, operation.path, operation.id, maxChars, members]);
    let signature = signatures.get(key);
    if (signature === undefined) {
      const object = checked.catalog.operationObject(operation);
      signature = describeCall({ operation, object, signed: signedFor(checked), client }, maxChars, members);
      signatures.set(key, signature);
    }
    return signature;
  }

  #client(): string {
    return this.#call.api === undefined ? "api" : `apis.${this.#call.api}`;
  }

  #add(severity: Severity, problem: Finding["problem"]): void {
    const { node, several } = this.#call;
    const { source, findings, lineAt } = this.#found;
    if (findings.length >= maxFindings) return;
    const level = this.#api()?.api.file.check ?? "block";
    if (level === "off") return;
    const { line } = lineAt(node.start);
    const text = source.slice(node.start, Math.min(node.end, node.start + 81)).split("\n", 1)[0] ?? "";
    findings.push({
      severity: level === "warn" || several ? "warn" : milder(severity, "refuse"),
      line,
      call: text.length > 80 ? `${text.slice(0, 79)}…` : text,
      problem,
    });
  }
}

/** Of a path, as far as it is known. */
export function charsOf(target: Known): number {
  if (target.kind === "text") return target.parts.reduce((sum, part) => sum + (part?.length ?? 1), 0);
  return target.kind === "literal" ? String(target.value).length : 0;
}

const tablesOf = onceFor((_catalog: OpenedCatalog) => new BoundedMap<string, TextsWithHoles>(10));

/** The operations of an API, prepared once for each catalog and setting of slashes. */
export function tableFor({ api, catalog }: CheckedApi): TextsWithHoles {
  return tablesOf(catalog).take(
    JSON.stringify(api.file.slashes ?? []),
    () => new TextsWithHoles(operationsOf(catalog, api.file)),
  );
}

/** Parameters that the gateway sets: those of every scheme, the document's and the file's. */
const signedFor = ({ api, catalog }: CheckedApi) => signedPlaces(catalog.spec, clientConfigOf(api).signed);

/** The base URL of the first operation; undefined if the document names no server. */
function baseOf({ operations, servers }: OpenedCatalog): string | undefined {
  const [first] = operations;
  return first && baseUrls(servers(first))[0];
}

/** Whether all members of a value are known, all the way down. */
function isSeen(value: Known, looked = new Set<Known>()): boolean {
  if (looked.has(value)) return true;
  looked.add(value);
  if ("open" in value && value.open) return false;
  if (value.kind === "some") return value.type !== "string" || !value.json || isSeen(value.json, looked);
  if (/^(?:unknown|function|nonsense|global|client|method)$/.test(value.kind)) return false;
  return partsOf(value).every((one) => isSeen(one, looked));
}

/** How many values there are in one, all the way down, or `most`. */
function valuesIn(value: Known, most: number): number {
  const looked = new Set<Known>([value]);
  for (const one of looked) {
    if (looked.size >= most) return most;
    for (const part of partsOf(one)) looked.add(part);
    if (one.kind === "some" && "entries" in one && one.entries) looked.add(one.entries);
    if (one.kind === "some" && "json" in one && one.json) looked.add(one.json);
  }
  return looked.size;
}

function isOutside({ api }: CheckedApi, path: string): boolean {
  return api.file.outside?.some(({ prefix }) => path.includes(prefix)) ?? false;
}

/** How much of a name is searched for. */
const maxNameChars = 200;

function byName(catalog: OpenedCatalog, near: readonly OperationSummary[], name: string) {
  return near.length > 0 ? near : catalog.find(name.slice(0, maxNameChars), { limit: 3 });
}

const spaced = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");

/** A call that is reached in several ways is reported once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const told = (problem: Finding["problem"]) => (problem.kind === "unknown" ? [problem.asked] : problem);
  const key = ({ line, call, problem }: Finding) => JSON.stringify([line, call, told(problem)]);
  return [...new Map(findings.map((finding) => [key(finding), finding])).values()];
}
