/** Looks at every call of a program and says what is wrong with it. Pure. */
import { getLineInfo } from "acorn";
import { clientConfigOf } from "../terms/client-config.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { argumentProblems } from "../request/arguments.ts";
import { nearestById, nearestOperations, titleOf } from "../request/nearest.ts";
import { type Operations, operationsOf } from "../request/operations.ts";
import { sentenceOf, type Severity, severityOf } from "../request/problem.ts";
import { baseUrls } from "../request/servers.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { signedPlaces, type Signed } from "../spec/read/required.ts";
import { fetchedWith, knownStart } from "./calls/fetched.ts";
import { clientMethods, type ClientCall, findCalls } from "./calls/find-calls.ts";
import { type Candidate, TextsWithHoles } from "./calls/with-holes.ts";
import type { Program } from "../terms/program.ts";
import { signatureOf } from "./signature.ts";
import { alternatives, type Value } from "./values/value.ts";
import type { Called, Finding } from "./verdict.ts";

/** An API that the run may use, with its document. */
export interface CheckedApi {
  api: Pick<DeployedApi, "name" | "file">;
  catalog: OpenedCatalog;
}

/** Gives the client again, with another account: its calls are looked at, not itself. */
const accountMethod = "as";
/** Different texts with holes that are looked up for one program: each is held to every template. */
const maxTexts = 60;
/** Members of the arguments that only one method has. */
const pagingOptions = ["maxPages"];

/** How much of a signature is shown: of the operation that was called, and of one that may be meant. */
const ownSignatureChars = 1_200;
const otherSignatureChars = 260;

export interface Examined {
  findings: Finding[];
  /** Every call whose operation is known. */
  called: Called[];
  /** Of some call not everything can be seen: the client may find in it what is refused once. */
  unseen: boolean;
}

interface Finds extends Examined {
  /** Every text with holes that was looked up. */
  texts: Set<string>;
}

/** @param names of every API that the run may use; those that `apis` leaves out are not looked at */
export function examine(
  program: Pick<Program, "tree" | "source">,
  apis: readonly CheckedApi[],
  names: readonly string[] = apis.map(({ api }) => api.name),
): Examined {
  const found: Finds = { findings: [], called: [], unseen: false, texts: new Set() };
  for (const call of findCalls(program.tree))
    new CallExaminer(call, program.source, apis, names, found).run();
  return { ...found, findings: distinct(found.findings) };
}

class CallExaminer {
  readonly #call: ClientCall;
  readonly #source: string;
  readonly #apis: readonly CheckedApi[];
  readonly #names: readonly string[];
  readonly #found: Finds;

  constructor(
    call: ClientCall,
    source: string,
    apis: readonly CheckedApi[],
    names: readonly string[],
    found: Finds,
  ) {
    this.#names = names;
    this.#call = call;
    this.#source = source;
    this.#apis = apis;
    this.#found = found;
  }

  run(): void {
    const { api, method, target, fetched } = this.#call;
    if (fetched && method === undefined) return this.#fetch();
    const checked = this.#api();
    if (!checked) {
      if (this.#names.length === 0 || this.#names.includes(api ?? "")) return;
      if (api === undefined && this.#names.length === 1) return;
      const asked = api === undefined ? "api" : `apis.${api}`;
      const names = this.#names.map((name) => `apis.${name}`);
      this.#add("refuse", {
        kind: "unknown",
        asked: `${asked}: there are ${names.length} APIs`,
        nearest: names,
        signatures: [],
      });
      return;
    }
    if (method === undefined) return;
    if (method === accountMethod) return;
    if (!clientMethods.includes(method)) return this.#unknownMethod(checked, method);
    const options = alternatives(target);
    for (const option of options) this.#oneTarget(checked, method, option, options.length > 1);
  }

  /** `api` is the one API; with several it stands for none. */
  #api(): CheckedApi | undefined {
    const { api } = this.#call;
    if (api === undefined) return this.#names.length === 1 ? this.#apis[0] : undefined;
    return this.#apis.find((one) => one.api.name === api);
  }

  /** `fetch(url)`: of whichever API has this address, as if it were called by its client. */
  #fetch(): void {
    const several = this.#names.length > 1;
    for (const { method, args } of fetchedWith(this.#call.args))
      for (const target of alternatives(this.#call.target)) {
        const start = knownStart(target);
        if (start === undefined) continue;
        const checked = this.#apis.find((one) => isWithin(start, tableFor(one).operations));
        const api = several ? checked?.api.name : undefined;
        const call: ClientCall = { ...this.#call, api, method, target, args };
        const examiner = new CallExaminer(call, this.#source, this.#apis, this.#names, this.#found);
        if (checked) examiner.#oneTarget(checked, method, target, alternatives(this.#call.target).length > 1);
        else examiner.#nowhere(start);
      }
  }

  /** An address that is no API's: the gateway would refuse it. */
  #nowhere(start: string): void {
    const bases = this.#apis.map((one) => baseOf(one.catalog));
    if (this.#apis.length < this.#names.length || bases.includes(undefined)) return;
    const known = bases.slice(0, 5).join(", ");
    const whole = start.startsWith("/") ? "fetch takes a whole URL" : "fetch reaches nothing else";
    const method = this.#call.method?.toUpperCase();
    const [checked] = this.#apis;
    const near =
      checked && this.#names.length === 1
        ? nearestOperations(checked.catalog.operations, this.#call.method ?? "get", start)
        : [];
    const asked = `${method} ${start}: ${whole}, and the API${bases.length > 1 ? "s are" : " is"} at ${known}`;
    this.#unknown(asked, near, checked);
  }

  #oneTarget(checked: CheckedApi, method: string, target: Value, several: boolean): void {
    const { operations, texts } = tableFor(checked);
    if (method === "call") {
      if (target.kind !== "literal" || typeof target.value !== "string") return;
      const found = operations.byId(target.value);
      return found ? this.#arguments(checked, [found], several) : this.#unknownId(checked, target.value);
    }
    const verb = method === "pages" ? "get" : method;
    if (target.kind === "literal" && typeof target.value === "string") {
      const byId =
        method === "pages" && !target.value.includes("/") ? operations.byId(target.value) : undefined;
      if (byId) return this.#arguments(checked, [byId], several);
      const { found, problem } = operations.byPath(verb, target.value);
      if (found.length > 0) return this.#arguments(checked, found, several);
      if (!isOutside(checked, target.value)) this.#unknownPath(checked, verb, target.value, problem);
    } else if (target.kind === "text") {
      this.#found.texts.add(JSON.stringify([verb, target.parts]));
      if (this.#found.texts.size > maxTexts) return;
      const candidates = texts.candidates(verb, target.parts);
      if (candidates.length > 0) return this.#arguments(checked, candidates, several);
      const shown = target.parts.map((part) => part ?? "{…}").join("");
      if (!isOutside(checked, shown)) this.#unknownPath(checked, verb, shown);
    } else this.#found.unseen = true;
  }

  #arguments(checked: CheckedApi, candidates: Candidate[], several: boolean): void {
    const { args, method } = this.#call;
    const { catalog } = checked;
    const signed = signedFor(checked);
    const { fetched } = this.#call;
    this.#found.unseen ||= !isSeen(args) || candidates.some(({ query }) => query === undefined);
    const judged = candidates.map(({ operation, given, query }) => {
      const object = catalog.operationObject(operation);
      const extra = method === "pages" ? pagingOptions : [];
      const wanted = { method: operation.method, object, given, query, signed, extra };
      return { operation, problems: argumentProblems(args, wanted) };
    });
    // What a fetch gives is a Response, whatever the operation.
    for (const { operation } of fetched ? [] : judged)
      this.#found.called.push({
        api: checked.api.name,
        node: this.#call.node,
        catalog,
        operation,
        pages: method === "pages",
      });
    const [first] = judged;
    if (!first || judged.some(({ problems }) => problems.length === 0)) return;
    // With several paths, or several operations for one, what goes with which is not known.
    const signature = this.#signature(checked, first.operation, ownSignatureChars);
    for (const problem of first.problems)
      this.#add(several || judged.length > 1 ? "warn" : severityOf(problem), {
        kind: "arguments",
        operation: first.operation.id,
        text: sentenceOf(problem),
        signature,
      });
  }

  /** @param problem why the path is in no spelling that is sent */
  #unknownPath(checked: CheckedApi, method: string, path: string, problem?: string): void {
    const asked = `${method.toUpperCase()} ${path}${problem === undefined ? "" : ` (${problem})`}`;
    this.#unknown(asked, nearestOperations(checked.catalog.operations, method, path), checked);
  }

  #unknownId(checked: CheckedApi, id: string): void {
    const near = nearestById(checked.catalog.operations, id);
    this.#unknown(
      JSON.stringify(id),
      near.length > 0 ? near : checked.catalog.find(id, { limit: 3 }),
      checked,
    );
  }

  /** Models call operations by their id as if it were a method. */
  #unknownMethod(checked: CheckedApi, method: string): void {
    const { catalog } = checked;
    const path = this.#call.target;
    const near =
      path.kind === "literal" && typeof path.value === "string" && path.value.startsWith("/")
        ? nearestOperations(catalog.operations, "get", path.value)
        : nearestById(catalog.operations, method);
    const asked = `${this.#client()}.${method}; its methods are ${clientMethods.join(", ")}`;
    this.#unknown(asked, near.length > 0 ? near : catalog.find(spaced(method), { limit: 3 }), checked);
  }

  #unknown(asked: string, near: readonly OperationSummary[], checked: CheckedApi | undefined): void {
    const signatures = near.flatMap((one) => {
      const signature = checked && this.#signature(checked, one, otherSignatureChars);
      return signature === undefined ? [] : `${one.id}: ${signature.replace(/\s+/g, " ")}`;
    });
    this.#add("refuse", { kind: "unknown", asked, nearest: near.map(titleOf), signatures });
  }

  #signature(checked: CheckedApi, operation: OperationSummary, maxChars: number): string {
    const options = { client: this.#client(), maxChars, signed: signedFor(checked) };
    return signatureOf(checked.catalog, operation, options);
  }

  #client(): string {
    return this.#call.api === undefined ? "api" : `apis.${this.#call.api}`;
  }

  #add(severity: Severity, problem: Finding["problem"]): void {
    const { node } = this.#call;
    const { line } = getLineInfo(this.#source, node.start);
    const text = this.#source.slice(node.start, node.end).split("\n", 1)[0] ?? "";
    const level = this.#api()?.api.file.check ?? "block";
    if (level === "off") return;
    this.#found.findings.push({
      severity: level === "warn" || this.#call.several ? "warn" : severity === "never" ? "refuse" : severity,
      line,
      call: text.length > 80 ? `${text.slice(0, 79)}…` : text,
      problem,
    });
  }
}

interface Table {
  operations: Operations;
  texts: TextsWithHoles;
}

const tables = new WeakMap<OpenedCatalog, Map<string, Table>>();

/** The table of operations, made once for each catalog and place. */
function tableFor({ api, catalog }: CheckedApi): Table {
  let byPlace = tables.get(catalog);
  if (!byPlace) tables.set(catalog, (byPlace = new Map()));
  const key = JSON.stringify(api.file.slashes ?? []);
  let table = byPlace.get(key);
  if (!table) {
    const operations = operationsOf(catalog, api.file);
    byPlace.set(key, (table = { operations, texts: new TextsWithHoles(operations) }));
  }
  return table;
}

/** Parameters that the gateway sets: those of every scheme, the document's and the file's. */
function signedFor({ api, catalog }: CheckedApi): Signed[] {
  return signedPlaces(catalog.spec, clientConfigOf(api).signed);
}

/** Whether an address, or its beginning, has the origin of an API. */
function isWithin(start: string, { bases }: Operations): boolean {
  const origin = URL.canParse(start) ? new URL(start).origin : undefined;
  return bases().some((base) => new URL(base).origin === origin);
}

/** The base URL of its first operation; undefined if the document names no place. */
function baseOf({ operations, servers }: OpenedCatalog): string | undefined {
  const [first] = operations;
  return first && baseUrls(servers(first))[0];
}

/** Whether it is known which members a value has, all the way down. */
function isSeen(value: Value, looked = new Set<Value>()): boolean {
  if (looked.has(value)) return true;
  looked.add(value);
  const all = (values: readonly Value[]) => values.every((one) => isSeen(one, looked));
  switch (value.kind) {
    case "object":
      return !value.open && all([...value.members.values()].map((member) => member.value));
    case "array":
      return !value.open && all(value.items);
    case "choice":
      return all(value.of);
    case "some":
      return value.type !== "string" || value.json === undefined || all([value.json]);
    default:
      return value.kind === "literal" || value.kind === "absent" || value.kind === "text";
  }
}

function isOutside({ api }: CheckedApi, path: string): boolean {
  return api.file.outside?.some(({ prefix }) => path.includes(prefix)) ?? false;
}

const spaced = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");

/** A call that is reached in several ways is told once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((finding) => [JSON.stringify([finding.line, finding.call, finding.problem]), finding]),
  );
  return [...seen.values()];
}
