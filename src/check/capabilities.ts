/**
 * Reads from a program which operations it can call. What the code does not tell is named as that: any path below what is
 * known of it. A call that is not seen at all (a client in a map, a method by a computed name of a global) is in no
 * capability, so that a program that is held to its capabilities cannot make it. Pure.
 */
import { accessOf } from "../request/match.ts";
import { isStricter, strictestAccess } from "../request/outside.ts";
import { alternatives, type Known, unknown } from "../request/known.ts";
import type { Operations } from "../request/operations.ts";
import { baseUrls } from "../request/servers.ts";
import { Access } from "../terms/api-file.ts";
import type { Capability, CapabilitySet } from "../terms/capabilities.ts";
import { accessOfMethod } from "../terms/methods.ts";
import type { Program } from "../terms/program.ts";
import { trimEndOf } from "../terms/trim-end.ts";
import type { OperationSummary } from "../spec/catalog.ts";
import { fetchedWith, knownStart } from "./calls/fetched.ts";
import { type ClientCall, clientMethods, findCalls } from "./calls/find-calls.ts";
import { lostClients } from "./calls/lost-clients.ts";
import { TooMuchWork } from "./calls/with-holes.ts";
import { charsOf, type CheckedApi, maxAllPathChars, maxPairs, maxPathChars, tableFor } from "./examine.ts";

/** Operations that a path with holes is told by; of more of them nobody reads a list, but the path. */
const maxNamed = 12;
/** Capabilities of one API: with more it can call anything, as far as a reader is concerned. */
const maxOfApi = 100;

/** Beginnings of paths that are looked up; each is compared with every template. */
const maxBeginnings = 40;

/** The method of one call, in lower case; absent if it is not known. */
type Method = string | undefined;

/**
 * @param apis all that the program can call
 * @param isOnly whether the run has one API, so that `api` is it
 */
export function capabilitiesOf(
  { tree }: Pick<Program, "tree">,
  apis: readonly CheckedApi[],
  isOnly: boolean,
): CapabilitySet {
  const found = apis.map((checked) => new ApiCapabilities(checked));
  const of = (api: string | undefined) =>
    found.filter(({ name }) => (api === undefined ? isOnly : name === api));
  for (const call of findCalls(tree)) {
    if (call.fetched) for (const one of found) one.addFetched(call);
    else for (const one of of(call.api)) one.add(call);
  }
  for (const lost of lostClients(tree)) {
    if (lost.kind === "client") for (const one of of(lost.api)) one.addAny(lost.as ?? unknown);
    else if (lost.kind === "method")
      for (const one of of(lost.api)) one.add({ method: lost.name, target: unknown, as: lost.as });
    else if (lost.kind === "global" && lost.name === "fetch") for (const one of found) one.addAnyFetched();
    else for (const one of found) one.addAny(unknown);
  }
  return found.flatMap((one) => one.all());
}

class ApiCapabilities {
  readonly name: string;
  readonly #checked: CheckedApi;
  readonly #found = new Map<string, Capability>();
  readonly #operations: Operations;
  readonly #work = { pairs: maxPairs };
  /** Characters of the paths that were looked up. */
  #pathChars = 0;
  /** What the operations below a path do, by method, path and where a `fetch` leads. */
  readonly #done = new Map<string, Access[]>();

  constructor(checked: CheckedApi) {
    this.name = checked.api.name;
    this.#checked = checked;
    this.#operations = tableFor(checked).operations;
  }

  all(): Capability[] {
    const all = [...this.#found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
    if (all.length <= maxOfApi) return all;
    const anything = new ApiCapabilities(this.#checked);
    anything.#below(undefined, "/", unknown, this.#operations.bases());
    return anything.all();
  }

  addAny(as: Known | undefined): void {
    this.#below(undefined, "/", as);
  }

  /** Any request of `fetch`. */
  addAnyFetched(): void {
    this.#below(undefined, "/", undefined, this.#operations.bases());
  }

  /** A call of the client of this API. */
  add({ method, target, as }: Pick<ClientCall, "method" | "target"> & { as?: Known | undefined }): void {
    if (method === undefined) return this.addAny(as);
    if (!clientMethods.includes(method)) return;
    for (const one of alternatives(target)) this.#addTarget(method, one, as);
  }

  /** `fetch(url, init)`, which reaches this API if the URL is one of its. */
  addFetched({ target, args }: Pick<ClientCall, "target" | "args">): void {
    const methods = alternatives(args).flatMap((init): Method[] => {
      const known = fetchedWith(init).map(({ method }) => method);
      return known.length > 0 ? known : [undefined];
    });
    for (const method of methods)
      for (const one of alternatives(target)) {
        const start = knownStart(one);
        const bases = start === undefined ? this.#operations.bases() : this.#basesAt(start);
        if (bases.length > 0) this.#addTarget(method, one, undefined, bases);
      }
  }

  /** @param bases of a `fetch`: where its URL can lead */
  #addTarget(method: Method, target: Known, as: Known | undefined, bases?: readonly string[]): void {
    if (method === "call") {
      const named =
        target.kind === "literal" && typeof target.value === "string"
          ? this.#operations.byId(target.value)?.operation
          : undefined;
      if (named) this.#operation(named, named.method, as);
      else if (target.kind !== "literal") this.addAny(as);
      return;
    }
    const verb = method === "pages" ? "get" : method;
    const chars = charsOf(target);
    const isLong = chars > maxPathChars || (this.#pathChars += chars) > maxAllPathChars;
    if (isLong) return this.#below(verb, "/", as, bases);
    const means = verb === undefined ? undefined : this.#meant(verb, target, method === "pages");
    if (means && means.length > 0 && means.length <= maxNamed)
      for (const operation of means) this.#operation(operation, verb!, as, bases);
    else if (!means || means.length > 0) this.#below(verb, beginningOf(target, bases), as, bases);
    else if (bases) this.#outside(verb!, target, bases);
  }

  /** Undefined if it cannot be told. */
  #meant(verb: string, target: Known, isPaged: boolean): OperationSummary[] | undefined {
    if (target.kind === "literal" && typeof target.value === "string") {
      const byId = isPaged && !target.value.includes("/") ? this.#operations.byId(target.value) : undefined;
      const found = byId ? [byId] : this.#operations.byPath(verb, target.value).found;
      return found.map(({ operation }) => operation);
    }
    if (target.kind !== "text") return target.kind === "absent" ? [] : undefined;
    try {
      const found = tableFor(this.#checked).candidates(verb, target.parts, this.#work);
      return [...new Set(found.map(({ operation }) => operation))];
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      return undefined;
    }
  }

  #operation(
    operation: OperationSummary,
    verb: string,
    as: Known | undefined,
    bases: readonly string[] = this.#firstBase(operation),
  ): void {
    const { id, path } = operation;
    const access = [accessOf(operation, this.#checked.api.file.access)];
    this.#add({ method: verb.toUpperCase(), path, access, operation: id }, as, bases);
  }

  /** @param fetchedFrom where the URL of a `fetch` can lead; absent for the client, which knows where its API is */
  #below(method: Method, beginning: string, as: Known | undefined, fetchedFrom?: readonly string[]): void {
    const path = this.#done.size < maxBeginnings ? beginning : "/";
    const key = JSON.stringify([method, path, fetchedFrom]);
    let access = this.#done.get(key);
    if (!access) this.#done.set(key, (access = this.#accessBelow(method, path, fetchedFrom)));
    if (access.length === 0) return;
    const verb = method === undefined ? {} : { method: method.toUpperCase() };
    this.#add({ ...verb, path, below: true, access }, as, fetchedFrom ?? this.#ownBases());
  }

  #accessBelow(method: Method, path: string, fetchedFrom: readonly string[] = []): Access[] {
    const { catalog, api } = this.#checked;
    const { outside = [], access } = api.file;
    const isOf = (own: string) =>
      method === undefined || own === method || (method === "head" && own === "get");
    const does = new Set<Access>();
    for (const operation of catalog.operations)
      if (isOf(operation.method) && meet(operation.path.split("{", 1)[0] ?? "", path))
        does.add(accessOf(operation, access));
    // Beside the document, and only for a whole URL.
    for (const { prefix, access: allowed } of outside)
      if (fetchedFrom.some((base) => meet(prefix, pathnameOf(base) + path)))
        for (const one of Access.options) if (mayDo(allowed, method, one)) does.add(one);
    return Access.options.filter((one) => does.has(one));
  }

  /** What no operation of the document is, and the API file may allow. Its paths are whole ones, as the gateway has them. */
  #outside(verb: string, target: Known, bases: readonly string[]): void {
    const { outside = [] } = this.#checked.api.file;
    for (const base of bases) {
      const { origin } = new URL(base);
      const isWhole = target.kind === "literal" && URL.canParse(String(target.value));
      const path = isWhole
        ? new URL(String(target.value)).pathname
        : pathnameOf(base) + beginningOf(target, [base]);
      for (const { prefix, access: allowed } of outside) {
        const below = `${trimEndOf(prefix, /\//)}/`;
        const access = Access.options.filter((one) => mayDo(allowed, verb, one));
        const method = verb.toUpperCase();
        if (isWhole && (path === prefix || path.startsWith(below)))
          this.#add({ method, path, access }, undefined, [origin]);
        if (!isWhole && meet(below, path))
          this.#add(
            { method, path: below.length > path.length ? below : path, below: true, access },
            undefined,
            [origin],
          );
      }
    }
  }

  #add(one: Omit<Capability, "api" | "servers">, as: Known | undefined, bases: readonly string[]): void {
    if (bases.length === 0) return;
    for (const account of accountsIn(as)) {
      const whole: Capability = { api: this.name, servers: [...bases], ...one, ...account };
      const { api, path, method = "", below } = whole;
      this.#found.set(JSON.stringify([api, below ? 1 : 0, path, method, account, whole.servers]), whole);
    }
  }

  /** Where the client sends an operation. */
  #firstBase(operation: OperationSummary): readonly string[] {
    return baseUrls(this.#checked.catalog.servers(operation)).slice(0, 1);
  }

  /** Where the client sends anything. */
  #ownBases(): readonly string[] {
    const { operations, servers } = this.#checked.catalog;
    const lists = new Set(operations.map(servers));
    return [...new Set([...lists].flatMap((list) => baseUrls(list).slice(0, 1)))];
  }

  /** The base URLs that a URL with this beginning can be below. */
  #basesAt(start: string): readonly string[] {
    const fitting = this.#operations.bases().filter((base) => start === base || start.startsWith(`${base}/`));
    if (fitting.length > 0) return fitting.slice(0, 1);
    return this.#operations.bases().filter((base) => base.startsWith(start));
  }
}

const meet = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);
const pathnameOf = (base: string) => trimEndOf(new URL(base).pathname, /\//);

/** As the gateway has it: the file may call a POST a read; every other method does at least what it means. */
function mayDo(allowed: Access, method: Method, access: Access): boolean {
  if (method === undefined) return !isStricter(allowed, access);
  return strictestAccess(method === "post" ? [allowed] : [allowed, accessOfMethod(method)]) === access;
}

/**
 * The beginning of the paths that a target with holes can mean: up to the last slash before what is not known. Without what
 * a URL is read by another way.
 */
function beginningOf(target: Known, bases: readonly string[] = []): string {
  const first =
    target.kind === "text" ? target.parts[0] : target.kind === "literal" ? String(target.value) : "";
  const base = bases.find((one) => first?.startsWith(one));
  const rest = first?.slice(base?.length ?? 0) ?? "";
  return /^(?:\/[\w~-][\w.~-]*)*\//.exec(rest)?.[0] ?? "/";
}

function accountsIn(as: Known | undefined): Pick<Capability, "account" | "anyAccount">[] {
  if (as === undefined) return [{}];
  return alternatives(as).map((label) =>
    label.kind === "literal" && typeof label.value === "string"
      ? { account: label.value }
      : { anyAccount: true },
  );
}
