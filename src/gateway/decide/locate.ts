/**
 * Finds the API and the operation that a request is for, and decides on it. Used for every request of the code, and
 * for every target of a redirect.
 */
import type { OperationObject } from "../../spec/openapi.ts";
import type { Access, ApiFile } from "../../terms/api-file.ts";
import { budgets } from "../../terms/budgets.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { Failure } from "../../terms/failure.ts";
import { misconfigured, type Failed } from "../../terms/result.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { hrefOf } from "../../request/canonical.ts";
import { isOutside, outsideOperation, pathOf, strictestAccess } from "../../request/outside.ts";
import type { RunContext } from "../run/run-state.ts";
import type { IncomingRequest } from "../read/incoming.ts";
import { accessOf, isQueryParameter, match, type Match } from "../../request/match.ts";
import { routeOf } from "../../request/route.ts";
import { searchReadIn, type Pairs } from "../../request/readings.ts";
import { nearestOperations, titleOf } from "../../request/nearest.ts";
import type { Grounds } from "../../terms/grounds.ts";
import { decide } from "./decide.ts";
import type { Subject } from "./policy/rule.ts";
import { apiHeader, pageOfHeader } from "../../request/refusal.ts";
import { hiddenCredential, withoutCredentials } from "../sign/strip.ts";
import { placeOf, requirementsOf, reservedPlaces, schemesOf, type Place } from "../../request/security.ts";

/** A request that may be sent. */
export interface Target {
  api: DeployedApi;
  catalog: OpenedCatalog;
  operation: OperationSummary;
  /** The operation object of the document; empty for a path that only the API file allows. */
  object: OperationObject;
  /** The strictest of all operations that a server may take the request for. */
  access: Access;
  /** The canonical URL, without what the code put where a credential goes. */
  href: string;
  /** Where a server may look for a credential of the API. */
  places: Place[];
  /** See `Matched`. */
  telling: Pairs;
  /** See `ExactRequest`. */
  route: string;
  rule: string;
  grounds?: Grounds | undefined;
  /** A person has to approve it. */
  ask: boolean;
}

export type Located =
  | { ok: true; target: Target }
  /** What is known of a request that may not be sent, for its record. */
  | (Failed & {
      api?: string;
      operation?: string;
      access?: Access;
      href?: string;
      rule?: string;
      grounds?: Grounds | undefined;
    });

type LocateContext = Pick<RunContext, "apis" | "open" | "capabilities"> & Pick<Subject, "caller">;

/** @param plan the run lists what changes something or has to be approved, and sends only the rest */
export async function locate(
  incoming: IncomingRequest,
  context: LocateContext,
  plan = false,
): Promise<Located> {
  const pageOf = incoming.headers.get(pageOfHeader);
  if (pageOf === undefined) return locateIn(incoming, context, plan);
  const within = context.apis.filter(({ name }) => name === incoming.headers.get(apiHeader));
  const located = await locateIn(incoming, { ...context, apis: within }, plan);
  if (!located.ok || isNextPage(located.target, pageOf)) return located;
  const { api, operation, access, href, rule } = located.target;
  return {
    ok: false,
    failure: noPage(operation),
    api: api.name,
    operation: operation.id,
    access,
    href,
    rule,
  };
}

/** An answer may lead on in its list, or to another read, and not to a write that the code did not ask for. */
function isNextPage({ operation, access }: Target, pageOf: string): boolean {
  return access === "read" || encodeURIComponent(operation.id) === pageOf;
}

const noPage = ({ id }: OperationSummary): Failure => ({
  kind: "denied",
  operation: id,
  rule: "the next page of a list is a read",
  message: `The answer names ${id} as its next page, which is no read. It was not sent.`,
});

async function locateIn(incoming: IncomingRequest, context: LocateContext, plan: boolean): Promise<Located> {
  if (incoming.headers.has("upgrade")) return { ok: false, failure: noUpgrade };
  // Before anything walks over it. Which API it is for, and so whose limit counts, is not known yet.
  const most = Math.max(...context.apis.map(({ file }) => file.budgets?.urlBytes ?? budgets.urlBytes.value));
  if (context.apis.length > 0 && incoming.url.length > most) return { ok: false, failure: tooLong(most) };
  if (neverSent.has(incoming.method)) return { ok: false, failure: notSent(incoming.method) };
  let outside: Located | undefined;
  for (const api of inOrder(context.apis, incoming.headers.get(apiHeader))) {
    const catalog = await context.open(api);
    const found = match(catalog, api.file, incoming.method, incoming.url);
    if (found.kind === "refused") return refusedUrl(found, api.name);
    const { caller, capabilities } = context;
    const by = { caller, plan, ...(capabilities && { capabilities }) };
    if (found.kind === "matched") return decided(incoming, api, catalog, found, by);
    const allowed = outsideOperation(api.file, found, incoming.method);
    if (allowed) {
      const { url } = found;
      const parts = { values: {}, parameterSegments: new Set<number>(), valuesAt: () => [] };
      const read = { path: pathOf(url), readIn: "path" as const, isWritten: true };
      const fit = { operation: allowed, ...read, ...parts };
      // Where nothing answers a POST, grpc-gateway and scripts run what answers a GET.
      const asGet = incoming.method === "POST" && match(catalog, api.file, "GET", incoming.url);
      const others = asGet && asGet.kind === "matched" ? asGet.matched.fits : [];
      const matched = {
        kind: "matched" as const,
        matched: { url, href: found.href, fits: [fit, ...others], telling: [] },
      };
      return decided(incoming, api, catalog, matched, by);
    }
    if (!outside || found.knownOrigin) outside = outsideFailure(api, catalog, incoming.method, found);
  }
  return outside ?? noApi;
}

/** Cheaper than an empty URLSearchParams, which lives outside of JavaScript. */
const noQuery: Subject["query"] = [];

const noUpgrade: Failure = {
  kind: "denied",
  rule: "requests and answers only",
  message: "WebSockets and other upgrades are not available. Use api.get(path) or fetch(url).",
};

const tooLong = (value: number): Failure => ({
  kind: "limit-reached",
  limit: "urlBytes",
  value,
  unit: budgets.urlBytes.unit,
});

/** Methods of connections and proxies (Fetch standard, "forbidden method"); TRACE would answer with the credential. */
const neverSent = new Set(["CONNECT", "TRACE", "TRACK"]);

const notSent = (method: string): Failure => ({
  kind: "denied",
  rule: "requests and answers only",
  message: `The gateway sends no ${method}. Use another operation.`,
});

const noApi = misconfigured(
  "No API is configured for this run.",
  "Tell the operator to add one: npm run api -- add <file or URL>.",
);

function inOrder(apis: readonly DeployedApi[], hint: string | undefined): readonly DeployedApi[] {
  if (apis.length === 1) return apis;
  return [...apis.filter(({ name }) => name === hint), ...apis.filter(({ name }) => name !== hint)];
}

function decided(
  { method, headers }: IncomingRequest,
  api: DeployedApi,
  catalog: OpenedCatalog,
  { matched }: Extract<Match, { kind: "matched" }>,
  { capabilities, ...by }: Pick<Subject, "caller" | "plan"> & Pick<LocateContext, "capabilities">,
): Located {
  const asRead = searchReadIn(matched.url);
  const query = asRead === "" ? noQuery : new URLSearchParams(asRead);
  const subjects = matched.fits.map((fit): Subject => {
    const { operation, path, isWritten } = fit;
    const access = accessOf(operation, api.file.access);
    const declares = (name: string) =>
      !isOutside(operation) && isQueryParameter(catalog.operationObject(operation), name);
    return {
      api: api.name,
      file: api.file,
      operation,
      access,
      ...by,
      ...(capabilities && { heldTo: { capabilities, href: matched.href, readIn: fit.readIn } }),
      method,
      path,
      isWritten,
      query,
      declares,
      headers,
    };
  });
  const { verdict, subject } = decide(subjects as [Subject, ...Subject[]]);
  const { operation } = subject;
  const object = isOutside(operation) ? {} : catalog.operationObject(operation);
  const places = reservedPlaces(catalog, api.file, object);
  const search = withoutCredentials(matched.url.search, places);
  const href = search === matched.url.search ? matched.href : hrefOf({ ...matched.url, search });
  const access = strictestAccess(subjects.map((one) => one.access));
  const known = {
    api: api.name,
    operation: operation.id,
    access,
    href,
    rule: verdict.rule,
    grounds: verdict.grounds,
  };
  if (verdict.effect === "deny") return { ok: false, failure: verdict.failure, ...known };
  const route = routeOf(
    method,
    subjects.map((one) => one.operation.path),
  );
  const read = searchReadIn({ ...matched.url, search });
  const hidden = hiddenCredential(read, placesOf(object, catalog, api.file));
  if (hidden !== undefined) return refusedUrl(credentialInside(hidden), api.name);
  const { effect, rule, grounds } = verdict;
  return {
    ok: true,
    target: {
      api,
      catalog,
      operation,
      object,
      access,
      href,
      places,
      telling: matched.telling,
      route,
      rule,
      grounds,
      ask: effect === "ask",
    },
  };
}

/** Where the credentials of an operation may go. */
function placesOf(object: OperationObject, catalog: OpenedCatalog, file: ApiFile): Place[] {
  const schemes = schemesOf(catalog, file);
  return requirementsOf(object, catalog, file)
    .flatMap(Object.keys)
    .flatMap((name) => (schemes[name] ? [placeOf(schemes[name])] : []));
}

const credentialInside = (name: string) => ({
  problem: `its URL holds ${name.slice(0, 60)}, where the API's credential goes, within another value`,
  next: "The gateway adds the credential itself: leave it out.",
});

function refusedUrl(
  { problem, next }: Pick<Extract<Match, { kind: "refused" }>, "problem" | "next">,
  api: string,
): Located {
  const rule = "one spelling for every URL";
  const message = `The request was not sent because ${problem}. ${next}`;
  return { ok: false, failure: { kind: "denied", rule, message }, api, rule };
}

function outsideFailure(
  api: DeployedApi,
  catalog: OpenedCatalog,
  method: string,
  { url, knownOrigin, readAs }: Extract<Match, { kind: "outside" }>,
): Located {
  const path = pathOf(url);
  const href = hrefOf({ ...url, search: "" });
  const asked = knownOrigin ? `${method} ${path}` : `${method} ${url.origin}${path}`;
  const near = readAs.length > 0 ? readAs.slice(0, 3) : nearestOperations(catalog.operations, method, path);
  const nearest = near.map(titleOf);
  const failure: Failure = { kind: "unknown-operation", asked, nearest };
  return { ok: false, failure, api: api.name, href, rule: "only operations of the document" };
}
