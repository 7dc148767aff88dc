/** Looks at every call of a program and says what is wrong with it. Pure. */
import { getLineInfo } from "acorn";
import type { DeployedApi } from "../terms/manifest.ts";
import { nearestNames, nearestOperations } from "../request/nearest.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { isObject } from "../spec/objects.ts";
import { argumentProblems } from "./arguments/arguments.ts";
import { fetchedWith, knownStart } from "./calls/fetched.ts";
import { clientMethods, type ClientCall, findCalls } from "./calls/find-calls.ts";
import { bare, type Candidate, Operations } from "./calls/operation-of.ts";
import type { Program } from "../terms/program.ts";
import { signatureLine, signatureOf } from "./signature.ts";
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
  const found: Finds = { findings: [], called: [], texts: new Set() };
  for (const call of findCalls(program.tree))
    new CallExaminer(call, program.source, apis, names, found).run();
  return { findings: distinct(found.findings), called: found.called };
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
      this.#unknown(`${asked}: there are ${names.length} APIs`, names, []);
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
        const checked = this.#apis.find((one) => operationsFor(one).holds(start));
        const api = several ? checked?.api.name : undefined;
        const call: ClientCall = { ...this.#call, api, method, target, args };
        const examiner = new CallExaminer(call, this.#source, this.#apis, this.#names, this.#found);
        if (checked) examiner.#oneTarget(checked, method, target, alternatives(this.#call.target).length > 1);
        else examiner.#nowhere(start);
      }
  }

  /** An address that is no API's: the gateway would refuse it. */
  #nowhere(start: string): void {
    const bases = this.#apis.map((one) => operationsFor(one).base);
    if (this.#apis.length < this.#names.length || bases.includes(undefined)) return;
    const known = bases.slice(0, 5).join(", ");
    const whole = start.startsWith("/") ? "fetch takes a whole URL" : "fetch reaches nothing else";
    const method = this.#call.method?.toUpperCase();
    const [checked] = this.#apis;
    const near =
      checked && this.#names.length === 1
        ? nearestOperations(checked.catalog.operations, this.#call.method ?? "get", pathIn(start))
        : [];
    this.#unknown(
      `${method} ${start}: ${whole}, and the API${bases.length > 1 ? "s are" : " is"} at ${known}`,
      near,
      checked ? this.#signatures(checked, near) : [],
    );
  }

  #oneTarget(checked: CheckedApi, method: string, target: Value, several: boolean): void {
    const operations = operationsFor(checked);
    if (method === "call") {
      if (target.kind !== "literal" || typeof target.value !== "string") return;
      const operation = operations.byId(target.value);
      if (!operation) return this.#unknownId(checked, target.value);
      return this.#arguments(checked, [{ operation, ...bare }], several);
    }
    const verb = method === "pages" ? "get" : method;
    if (target.kind === "literal" && typeof target.value === "string") {
      const byId =
        method === "pages" && !target.value.startsWith("/") ? operations.byId(target.value) : undefined;
      if (byId) return this.#arguments(checked, [{ operation: byId, ...bare }], several);
      const candidates = operations.byPath(verb, target.value);
      if (candidates.length > 0) return this.#arguments(checked, candidates, several);
      if (!isOutside(checked, target.value)) this.#unknownPath(checked, verb, target.value);
    } else if (target.kind === "text") {
      this.#found.texts.add(JSON.stringify([verb, target.parts]));
      if (this.#found.texts.size > maxTexts) return;
      const candidates = operations.byText(verb, target.parts);
      if (candidates.length > 0) return this.#arguments(checked, candidates, several);
      const shown = target.parts.map((part) => part ?? "{…}").join("");
      if (!isOutside(checked, shown)) this.#unknownPath(checked, verb, shown);
    }
  }

  #arguments(checked: CheckedApi, candidates: Candidate[], several: boolean): void {
    const { args, method } = this.#call;
    const { catalog } = checked;
    const signed = signedPlaces(checked);
    const { fetched } = this.#call;
    const judged = candidates.map(({ operation, given, query }) => {
      const object = catalog.operationObject(operation);
      const extra = method === "pages" ? pagingOptions : [];
      return { operation, problems: argumentProblems(args, { object, given, query, signed, extra }) };
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
    const signature = signatureOf(catalog, first.operation, this.#client(), ownSignatureChars);
    for (const { severity, text } of first.problems)
      this.#add(several || judged.length > 1 ? "warn" : severity, {
        kind: "arguments",
        operation: first.operation.id,
        text,
        signature,
      });
  }

  #unknownPath(checked: CheckedApi, method: string, path: string): void {
    const { catalog } = checked;
    const asked = `${method.toUpperCase()} ${path}`;
    const nearest = nearestOperations(catalog.operations, method, pathIn(path));
    this.#unknown(asked, nearest, this.#signatures(checked, nearest));
  }

  #unknownId(checked: CheckedApi, id: string): void {
    const byId = new Map(checked.catalog.operations.map((operation) => [operation.id, operation]));
    const names = nearestNames([...byId.keys()], id);
    const near = names.flatMap((name) => byId.get(name) ?? []);
    const found = near.length > 0 ? near : checked.catalog.find(id, { limit: 3 });
    this.#unknown(
      JSON.stringify(id),
      found.map(titleOf),
      found.map((one) => this.#signature(checked, one)),
    );
  }

  /** Models call operations by their id as if it were a method. */
  #unknownMethod(checked: CheckedApi, method: string): void {
    const asked = `${this.#client()}.${method}; its methods are ${clientMethods.join(", ")}`;
    const { catalog } = checked;
    const byId = new Map(catalog.operations.map((operation) => [operation.id, operation]));
    const names = nearestNames([...byId.keys()], method);
    const path = this.#call.target;
    const near =
      path.kind === "literal" && typeof path.value === "string" && path.value.startsWith("/")
        ? this.#near(checked, nearestOperations(catalog.operations, "get", path.value))
        : names.flatMap((name) => byId.get(name) ?? []);
    const found = near.length > 0 ? near : catalog.find(spaced(method), { limit: 3 });
    this.#unknown(
      asked,
      found.map(titleOf),
      found.map((one) => this.#signature(checked, one)),
    );
  }

  #near(checked: CheckedApi, titles: string[]): OperationSummary[] {
    return titles.flatMap((title) => checked.catalog.operations.find((one) => titleOf(one) === title) ?? []);
  }

  #signatures(checked: CheckedApi, titles: string[]): string[] {
    return this.#near(checked, titles).map((operation) => this.#signature(checked, operation));
  }

  #signature({ catalog }: CheckedApi, operation: OperationSummary): string {
    return signatureLine(catalog, operation, this.#client(), otherSignatureChars);
  }

  #unknown(asked: string, nearest: string[], signatures: string[]): void {
    this.#add("block", { kind: "unknown", asked, nearest, signatures });
  }

  #client(): string {
    return this.#call.api === undefined ? "api" : `apis.${this.#call.api}`;
  }

  #add(severity: Finding["severity"], problem: Finding["problem"]): void {
    const { node } = this.#call;
    const { line } = getLineInfo(this.#source, node.start);
    const text = this.#source.slice(node.start, node.end).split("\n", 1)[0] ?? "";
    const level = this.#api()?.api.file.check ?? "block";
    if (level === "off") return;
    this.#found.findings.push({
      severity: level === "warn" || this.#call.several ? "warn" : severity,
      line,
      call: text.length > 80 ? `${text.slice(0, 79)}…` : text,
      problem,
    });
  }
}

const tables = new WeakMap<OpenedCatalog, Map<string, Operations>>();

/** The table of operations, made once for each catalog and place. */
function operationsFor({ api, catalog }: CheckedApi): Operations {
  let byPlace = tables.get(catalog);
  if (!byPlace) tables.set(catalog, (byPlace = new Map()));
  const key = JSON.stringify(api.file.slashes ?? []);
  let table = byPlace.get(key);
  if (!table) byPlace.set(key, (table = new Operations(catalog, api.file)));
  return table;
}

/** Parameters that the gateway sets: those of every scheme, the document's and the file's. */
function signedPlaces({ api, catalog }: CheckedApi): { in: string; name: string }[] {
  const components = catalog.spec["components"];
  const declared = isObject(components) ? components["securitySchemes"] : undefined;
  const schemes = [
    ...Object.values(isObject(declared) ? declared : {}),
    ...Object.values(api.file.auth?.schemes ?? {}),
  ];
  return schemes.flatMap((scheme) =>
    isObject(scheme) && scheme["type"] === "apiKey" && typeof scheme["name"] === "string"
      ? [{ in: typeof scheme["in"] === "string" ? scheme["in"] : "header", name: scheme["name"] }]
      : [],
  );
}

/** The path of a text that may be a whole URL, without its query. */
function pathIn(text: string): string {
  return text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] ?? text;
}

function isOutside({ api }: CheckedApi, path: string): boolean {
  return api.file.outside?.some(({ prefix }) => path.includes(prefix)) ?? false;
}

const titleOf = ({ method, path, id }: OperationSummary) => `${method.toUpperCase()} ${path} (${id})`;

const spaced = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");

/** A call that is reached in several ways is told once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((finding) => [JSON.stringify([finding.line, finding.call, finding.problem]), finding]),
  );
  return [...seen.values()];
}
