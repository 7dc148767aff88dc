/**
 * What a new document would allow that the served one does not. Rules, grants and credentials find operations by what a
 * document calls them, so a renamed operation can lose its rule without anybody meaning harm. Pure.
 */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import type { OperationObject } from "../spec/openapi.ts";
import { isObject } from "../spec/objects.ts";
import { parametersOf } from "../spec/read/required.ts";
import { isOutside, isStricter, outsideOperation } from "../request/outside.ts";
import { accessOf, match, mayHoldSlash } from "../request/match.ts";
import { isHarmless } from "../request/headers.ts";
import { titleOf } from "../request/nearest.ts";
import { policyOn, strictness, type Effect } from "../request/policy.ts";
import { mayNameMethod } from "../request/query-match.ts";
import { methodsReadIn } from "../request/readings.ts";
import {
  bearerInQuery,
  bodyMemberNames,
  credentialNamesInBody,
  reservedPlaces,
} from "../request/security.ts";
import { baseUrls } from "../request/servers.ts";
import { parseTemplate } from "../request/template.ts";
import { Access, type ApiFile, type PolicyRule } from "../terms/api-file.ts";
import { accessOfMethod } from "../terms/methods.ts";
import { once } from "../terms/once.ts";
import {
  askedFor,
  fetchedOtherwise,
  placesOf,
  sentElsewhere,
  signingOf,
  type Signing,
} from "./credential-uses.ts";
import { meetingPath } from "./pattern-meets.ts";
import { isRouteName, queryNames } from "./query-names.ts";
import { unfittingEntries } from "./unfitting.ts";

/** What holds for a request: of several operations that it may be, the strictest. */
interface Standing {
  title: string;
  effect: Effect;
  /** By a rule that goes by a tag or an id. */
  isHeldByName: boolean;
  access: Access;
  /** Tags that a grant for one of them can reach it by. */
  tags: string[];
  /** Where its credentials are put. */
  credentials: string[];
  signing: Signing;
  /** Parameters that may take more than one segment, or delimiters as they are. */
  wide: string[];
  /** Names that code may send something by which a server may believe more than other names. */
  names: string[];
  /** Names of its query, whose values are not looked into for a path. */
  values: string[];
  /** Its methods at its origins, see `placesIn`. */
  places: string[];
}

/**
 * @param file the API file, which holds for both
 * @returns a sentence for each loosening, in the order of the new document
 */
export function loosened(before: OpenedCatalog, after: OpenedCatalog, file: ApiFile): string[] {
  const old = byName(before);
  const known = new Set(before.operations.flatMap(({ tags }) => tags));
  const found: string[] = [];
  const strictest = once(() => strictestIn(after, file));
  const compare = (was: Standing | undefined, is: Standing | undefined) => {
    if (was && is) found.push(...differences(was, is, known), ...notLookedInto(was, is, strictest));
  };
  for (const [name, operation] of byName(after)) {
    const same = old.get(name);
    if (!same) continue;
    for (const { path } of fitsOf(before, file, same))
      compare(
        standing(before, file, [{ operation: same, path }]),
        standing(after, file, [{ operation, path }]),
      );
    const served = new Set(baseUrls(before.servers(same)));
    const more = baseUrls(after.servers(operation)).filter((base) => !served.has(base));
    if (more.length > 0) found.push(`${titleOf(operation)} would also be sent to ${more.join(", ")}`);
  }
  // What only one of them describes can be something else in the other: `/users/me` is a user of `/users/{id}`.
  for (const { method, url } of probes(before, after, file))
    compare(requested(before, file, method, url), requested(after, file, method, url));
  found.push(
    ...emptied(before, after, file, old),
    ...inPlaceOf(before, after, file, old),
    ...reached(after, file, old),
    ...sentElsewhere(before, after, file),
    ...fetchedOtherwise(before, after, file),
  );
  return [...new Set(found)];
}

function byName({ operations }: OpenedCatalog): Map<string, OperationSummary> {
  return new Map(operations.map((operation) => [`${operation.method} ${operation.path}`, operation]));
}

type Fit = { operation: OperationSummary; path: string; isWritten?: boolean };

/** A request for it, as it would be sent: a template is compared with those of rules as texts, and never sent. */
function asSent(operation: OperationSummary): Fit {
  return { operation, path: (operation.path.split("?", 1)[0] ?? "").replaceAll(/\{[^{}]*\}/g, "0") };
}

/** The same, with a request for each path of a rule that holds by a name and by a value: for `prod` of `/zones/prod*`. */
function fitsOf(catalog: OpenedCatalog, file: ApiFile, operation: OperationSummary): Fit[] {
  const wanted = (file.policy ?? [])
    .filter((rule) => rule.path !== undefined && (rule.access !== undefined || goesByName(rule)))
    .flatMap(({ path = [] }) => path);
  const template = operation.path.split("?", 1)[0] ?? "";
  if (wanted.length === 0 || !template.includes("{")) return [asSent(operation)];
  const spans = parseTemplate(template)
    .segments.flatMap(({ names }) => names)
    .some((name) => mayHoldSlash(catalog, file, operation, name));
  const paths = wanted.flatMap((pattern) => meetingPath(pattern, template, spans) ?? []);
  return [...new Set([asSent(operation).path, ...paths])].map((path) => ({ operation, path }));
}

/** Requests for the operations of only one document, and for the paths that the policy spells out. */
function* probes(before: OpenedCatalog, after: OpenedCatalog, file: ApiFile) {
  const names = [byName(before), byName(after)] as const;
  for (const [index, catalog] of [before, after].entries())
    for (const [name, operation] of names[index as 0 | 1]) {
      if (names[index === 0 ? 1 : 0].has(name)) continue;
      const path = operation.path.replaceAll(/\{[^{}]*\}/g, "0").split("#", 1)[0] ?? "";
      for (const base of baseUrls(catalog.servers(operation)))
        yield { method: operation.method.toUpperCase(), url: base + path };
    }
  const bases = new Set([...new Set(before.operations.map(before.servers))].flatMap(baseUrls));
  const methods = new Set(before.operations.map(({ method }) => method.toUpperCase()));
  const paths = (file.policy ?? []).flatMap(({ path = [] }) => path).filter((path) => !path.includes("{"));
  for (const path of paths)
    for (const base of bases)
      for (const method of methods) yield { method, url: base + path.replaceAll("*", "0") };
}

function requested(catalog: OpenedCatalog, file: ApiFile, method: string, url: string) {
  const found = match(catalog, file, method, url);
  if (found.kind === "matched") return standing(catalog, file, found.matched.fits);
  // What the document does not describe, the API file may allow all the same.
  const operation = found.kind === "outside" && outsideOperation(file, found, method);
  return operation ? standing(catalog, file, [asSent(operation)]) : undefined;
}

function standing(catalog: OpenedCatalog, file: ApiFile, fits: readonly Fit[]): Standing | undefined {
  const [first] = fits;
  if (!first) return undefined;
  const all = fits.map(({ operation, path, isWritten = true }) => {
    const access = accessOf(operation, file.access);
    const method = operation.method.toUpperCase();
    const { effect = "allow", rule } = policyOn(file, { operation, access, method, path, isWritten }) ?? {};
    return { operation, access, effect, rule };
  });
  const strictest = all.reduce((one, other) =>
    strictness[other.effect] > strictness[one.effect] ? other : one,
  );
  const ranks = all.map(({ access }) => Access.options.indexOf(access));
  return {
    title: titleOf(strictest.operation),
    effect: strictest.effect,
    isHeldByName: strictest.rule !== undefined && strictest.effect !== "allow" && goesByName(strictest.rule),
    access: Access.options[Math.max(...ranks)] as Access,
    tags: first.operation.tags.filter((tag) => fits.every(({ operation }) => operation.tags.includes(tag))),
    credentials: fits.flatMap(({ operation }) => placesOf(catalog, operation, file)),
    signing: signingOf(catalog, first.operation, file),
    wide: fits.flatMap(({ operation }) => wideParameters(catalog, file, operation)),
    names: fits.flatMap(({ operation }) => trustedNames(catalog, file, operation)),
    values: fits.flatMap(({ operation }) => queryNames(catalog, operation)),
    places: placesIn(catalog, strictest.operation),
  };
}

/** Of the requests for one operation. */
function strictestFor(catalog: OpenedCatalog, file: ApiFile, fits: readonly Fit[]): Standing {
  const all = fits.map((fit) => standing(catalog, file, [fit])!);
  return all.reduce((one, other) => (strictness[other.effect] > strictness[one.effect] ? other : one));
}

/** Whether a rule goes by what the document calls an operation. One for every name goes by none. */
const goesByName = ({ operation, tag }: PolicyRule) =>
  [operation, tag].some((names) => names !== undefined && ![names].flat().includes("*"));

/**
 * New operations that an entry of the API file, written for another one, makes freer: the document gives ids and tags as
 * it likes.
 */
function reached(after: OpenedCatalog, file: ApiFile, old: ReadonlyMap<string, OperationSummary>): string[] {
  const others = (file.policy ?? []).filter((rule) => rule.effect === "deny" || !goesByName(rule));
  return [...byName(after)].flatMap(([name, operation]) => {
    if (old.has(name)) return [];
    const title = titleOf(operation);
    const found: string[] = [];
    const access = accessOf(operation, file.access);
    if (isStricter(accessOfMethod(operation.method), access))
      found.push(`${title} is new, and "access" of the API file would make it a ${access}`);
    const isFreed = fitsOf(after, file, operation).some((fit) => {
      const effect = standing(after, file, [fit])!.effect;
      return strictness[standing(after, { ...file, policy: others }, [fit])!.effect] > strictness[effect];
    });
    if (isFreed)
      found.push(
        `${title} is new, and a rule of the API file for its id or tag would allow or ask what is denied or asked about without`,
      );
    return found;
  });
}

function wideParameters(catalog: OpenedCatalog, file: ApiFile, operation: OperationSummary): string[] {
  if (isOutside(operation)) return [];
  const { segments } = parseTemplate(operation.path);
  // Counted from the end: the name of a parameter may change, and so may the base path.
  const spanning = segments.flatMap(({ names }, index) =>
    names
      .filter((name) => mayHoldSlash(catalog, file, operation, name))
      .map(() => `path segment ${segments.length - index} from the end`),
  );
  const parameters = catalog.operationObject(operation)["parameters"];
  const reserved = (Array.isArray(parameters) ? parameters : [])
    .filter(isObject)
    .filter((parameter) => parameter["in"] !== "path" && parameter["allowReserved"] === true)
    .map((parameter) => `${String(parameter["in"])} parameter ${String(parameter["name"])}`);
  return [...spanning, ...reserved];
}

/** Methods are told apart by origin: a path in a query leads to no other. */
function placesIn(catalog: OpenedCatalog, operation: OperationSummary): string[] {
  const origins = new Set(
    isOutside(operation)
      ? []
      : baseUrls(catalog.servers(operation)).map((base) =>
          URL.canParse(base) ? new URL(base).origin : base,
        ),
  );
  return [...origins].flatMap((origin) =>
    methodsReadIn(operation.method).map((method) => `${origin} ${method}`),
  );
}

type Strict = Pick<Standing, "title" | "effect" | "access">;

/** For each place, what is held back most, and what needs most. */
function strictestIn(catalog: OpenedCatalog, file: ApiFile): Map<string, { held: Strict; needs: Strict }> {
  const found = new Map<string, { held: Strict; needs: Strict }>();
  for (const operation of catalog.operations) {
    const { title, effect, access, places } = standing(catalog, file, [asSent(operation)])!;
    const one = { title, effect, access };
    for (const place of places) {
      const { held, needs } = found.get(place) ?? { held: one, needs: one };
      found.set(place, {
        held: strictness[effect] > strictness[held.effect] ? one : held,
        needs: isStricter(access, needs.access) ? one : needs,
      });
    }
  }
  return found;
}

/** Any name of a query may be one that a server takes the path of another operation from, until it is declared. */
function notLookedInto(
  was: Standing,
  is: Standing,
  strictest: () => ReturnType<typeof strictestIn>,
): string[] {
  if (is.effect === "deny") return [];
  const names = is.values.filter((name) => !was.values.includes(name) && !isRouteName(name));
  if (names.length === 0) return [];
  const stricter = is.places
    .flatMap((place) => Object.values(strictest().get(place) ?? {}))
    .find(
      ({ effect, access }) => strictness[effect] > strictness[is.effect] || isStricter(access, is.access),
    );
  if (!stricter) return [];
  return [
    `${is.title} would let code send a path in the query parameter ${[...new Set(names)].join(", ")}, by which a server may run ${stricter.title}`,
  ];
}

/** Headers and cookies, of which servers believe who calls, parameters that may be routes, and what may be a credential. */
function trustedNames(catalog: OpenedCatalog, file: ApiFile, operation: OperationSummary): string[] {
  if (isOutside(operation)) return [];
  const object = catalog.operationObject(operation);
  const credentials = credentialsLeftToCode(catalog, file, object);
  const parameters = parametersOf(object).flatMap(({ in: where, name }) => {
    if (where === "cookie" || where === "querystring") return [`the ${where} ${name}`];
    if (where === "header") return isHarmless(name.toLowerCase()) ? [] : [`the header ${name.toLowerCase()}`];
    if (where !== "query") return [];
    if (mayNameMethod(name)) return [`a method in the query parameter ${name}`];
    return isRouteName(name) ? [`a path in the query parameter ${name}`] : [];
  });
  const methods = bodyMemberNames(object)
    .filter(mayNameMethod)
    .map((name) => `a method in the member ${name} of the body`);
  return [...parameters, ...methods, ...credentials];
}

/** What an operation declares as a value, where a server may look for a credential. */
function credentialsLeftToCode(catalog: OpenedCatalog, file: ApiFile, object: OperationObject): string[] {
  const all = reservedPlaces(catalog, file, {});
  const kept = reservedPlaces(catalog, file, object);
  const inBody = credentialNamesInBody(all, object, undefined);
  const isLeft = all.includes(bearerInQuery) && !kept.includes(bearerInQuery);
  return [
    ...(isLeft ? [`a credential in the query parameter ${bearerInQuery.name}`] : []),
    ...credentialNamesInBody(all, {}, undefined)
      .filter((name) => !inBody.includes(name))
      .map((name) => `a credential in the member ${name} of the body`),
  ];
}

const words: Record<Effect, string> = { allow: "allowed", ask: "asked about", deny: "denied" };

function differences(was: Standing, is: Standing, knownTags: ReadonlySet<string>): string[] {
  const { title } = is;
  const found: string[] = [];
  if (strictness[is.effect] < strictness[was.effect])
    found.push(`${title} is ${words[was.effect]} by the policy and would be ${words[is.effect]}`);
  // Nothing below matters for what is never sent.
  if (is.effect === "deny") return found;
  if (Access.options.indexOf(is.access) < Access.options.indexOf(was.access))
    found.push(`${title} needs a grant to ${was.access} and would need one to ${is.access}`);
  const tags = is.tags.filter((tag) => !was.tags.includes(tag) && knownTags.has(tag));
  if (tags.length > 0) found.push(`${title} would be open to grants for the tag ${tags.join(", ")}`);
  const places = is.credentials.filter((place) => !was.credentials.includes(place));
  if (places.length > 0)
    found.push(`${title} would get its credential in ${[...new Set(places)].join(", ")}`);
  const signers = is.signing.names.filter((name) => !was.signing.names.includes(name));
  if (signers.length > 0 && was.signing.names.length > 0)
    found.push(
      `${title} would be signed with ${signers.join(", ")} instead of ${was.signing.names.join(", ")}`,
    );
  const asked = was.signing.names.length > 0 ? was.signing.scopes : is.signing.scopes;
  found.push(
    ...is.signing.scopes.filter((scope) => !asked.includes(scope)).map((scope) => askedFor(title, scope)),
  );
  const names = is.names.filter((one) => !was.names.includes(one));
  if (names.length > 0) found.push(`${title} would let code send ${[...new Set(names)].join(", ")}`);
  const wide = is.wide.filter((one) => !was.wide.includes(one));
  if (wide.length > 0)
    found.push(`${title} would take slashes and delimiters as they are in ${wide.join(", ")}`);
  return found;
}

/**
 * Operations that are new where a stricter one is gone: it may be the same under another method or path, which its rules
 * and grants do not know. It is the same by its path or its id; and if a rule by a tag or an id held it back, which is left
 * behind as easily as a path, by its method.
 */
function inPlaceOf(
  before: OpenedCatalog,
  after: OpenedCatalog,
  file: ApiFile,
  old: ReadonlyMap<string, OperationSummary>,
): string[] {
  const now = byName(after);
  const gone = [...old].flatMap(([name, operation]) => {
    if (now.has(name)) return [];
    const fits = fitsOf(before, file, operation);
    return [{ ...asSent(operation), fits, was: strictestFor(before, file, fits) }];
  });
  const atPath = Map.groupBy(gone, ({ path }) => path);
  const withId = new Map(gone.map((one) => [one.operation.id, one]));
  const heldByName = new Map<string, (typeof gone)[number]>();
  for (const one of gone) {
    const { method } = one.operation;
    const known = heldByName.get(method)?.was.effect ?? "allow";
    if (one.was.isHeldByName && strictness[one.was.effect] > strictness[known]) heldByName.set(method, one);
  }
  return [...now].flatMap(([name, operation]) => {
    if (old.has(name)) return [];
    const here = (atPath.get(asSent(operation).path) ?? []).flatMap((one) =>
      one.fits.map((fit) => ({
        isHere: true,
        was: standing(before, file, [fit])!,
        is: standing(after, file, [{ operation, path: fit.path }])!,
      })),
    );
    const anywhere = strictestFor(after, file, fitsOf(after, file, operation));
    const elsewhere = [withId.get(operation.id), heldByName.get(operation.method)].flatMap((one) =>
      one === undefined || one.path === asSent(operation).path
        ? []
        : [{ isHere: false, was: one.was, is: anywhere }],
    );
    return [...here, ...elsewhere].flatMap(({ isHere, was, is }) => {
      if (is.effect === "deny") return [];
      // A read is no other form of a write.
      if (is.access === "read" && was.access !== "read") return [];
      const place = `${is.title} is new ${isHere ? "where" : "and"} ${was.title} ${isHere ? "was" : "is gone"}, which`;
      if (strictness[is.effect] < strictness[was.effect])
        return [`${place} is ${words[was.effect]} by the policy: it would be ${words[is.effect]}`];
      if (isStricter(was.access, is.access))
        return [`${place} needs a grant to ${was.access}: it would need one to ${is.access}`];
      return [];
    });
  });
}

/** Rules that hold something back, fit nothing any more, and may have meant one of the new operations. */
function emptied(
  before: OpenedCatalog,
  after: OpenedCatalog,
  file: ApiFile,
  old: ReadonlyMap<string, OperationSummary>,
): string[] {
  const known = new Set(unfittingEntries(file, before).map(({ pointer }) => pointer));
  const news = [...byName(after)].flatMap(([name, operation]) => (old.has(name) ? [] : [asSent(operation)]));
  return unfittingEntries(file, after).flatMap(({ pointer, message }) => {
    const [, index] = /#\/policy\/(\d+)(?:\/|$)/.exec(pointer) ?? [];
    const effect = index === undefined ? undefined : file.policy?.[Number(index)]?.effect;
    if (known.has(pointer) || effect === undefined) return [];
    const freer = news.find((fit) => strictness[standing(after, file, [fit])!.effect] < strictness[effect]);
    if (!freer) return [];
    return [
      `policy[${index}] (${effect}) fits nothing any more, and ${titleOf(freer.operation)} is new (${message})`,
    ];
  });
}
