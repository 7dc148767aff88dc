/**
 * What a new document would allow that the served one does not. Rules, grants and credentials find operations by what a
 * document calls them, so a renamed operation can lose its rule without anybody meaning harm. Pure.
 */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { isObject, objectOf, own } from "../spec/objects.ts";
import { accessOf, match, mayHoldSlash } from "../request/match.ts";
import { titleOf } from "../request/nearest.ts";
import { policyOn, strictness, type Effect } from "../request/policy.ts";
import { baseUrls } from "../request/servers.ts";
import { parseTemplate } from "../request/template.ts";
import { Access, type ApiFile } from "../terms/api-file.ts";
import { unfittingEntries } from "./unfitting.ts";

/** What holds for a request: of several operations that it may be, the strictest. */
interface Standing {
  title: string;
  effect: Effect;
  access: Access;
  /** Tags that a grant for one of them can reach it by. */
  tags: string[];
  /** Where its credentials are put. */
  credentials: string[];
  /** Parameters that may take more than one segment, or delimiters as they are. */
  wide: string[];
}

/**
 * @param file the API file, which holds for both
 * @returns a sentence for each loosening, in the order of the new document
 */
export function loosened(before: OpenedCatalog, after: OpenedCatalog, file: ApiFile): string[] {
  const old = byName(before);
  const known = new Set(before.operations.flatMap(({ tags }) => tags));
  const found: string[] = [];
  const compare = (was: Standing | undefined, is: Standing | undefined) => {
    if (was && is) found.push(...differences(was, is, known));
  };
  for (const [name, operation] of byName(after)) {
    const same = old.get(name);
    if (!same) continue;
    compare(standing(before, file, [asTemplate(same)]), standing(after, file, [asTemplate(operation)]));
    const served = new Set(baseUrls(before.servers(same)));
    const more = baseUrls(after.servers(operation)).filter((base) => !served.has(base));
    if (more.length > 0) found.push(`${titleOf(operation)} would also be sent to ${more.join(", ")}`);
  }
  // What only one of them describes can be something else in the other: `/users/me` is a user of `/users/{id}`.
  for (const { method, url } of probes(before, after, file))
    compare(requested(before, file, method, url), requested(after, file, method, url));
  found.push(...emptied(before, after, file, old));
  return [...new Set(found)];
}

function byName({ operations }: OpenedCatalog): Map<string, OperationSummary> {
  return new Map(operations.map((operation) => [`${operation.method} ${operation.path}`, operation]));
}

type Fit = { operation: OperationSummary; path: string };

function asTemplate(operation: OperationSummary): Fit {
  return { operation, path: operation.path };
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
  return found.kind === "matched" ? standing(catalog, file, found.matched.fits) : undefined;
}

function standing(catalog: OpenedCatalog, file: ApiFile, fits: readonly Fit[]): Standing | undefined {
  const [first] = fits;
  if (!first) return undefined;
  const all = fits.map(({ operation, path }) => {
    const access = accessOf(operation, file.access);
    const method = operation.method.toUpperCase();
    const effect = policyOn(file, { operation, access, method, path })?.effect ?? "allow";
    return { operation, access, effect };
  });
  const strictest = all.reduce((one, other) =>
    strictness[other.effect] > strictness[one.effect] ? other : one,
  );
  const ranks = all.map(({ access }) => Access.options.indexOf(access));
  return {
    title: titleOf(strictest.operation),
    effect: strictest.effect,
    access: Access.options[Math.max(...ranks)] as Access,
    tags: first.operation.tags.filter((tag) => fits.every(({ operation }) => operation.tags.includes(tag))),
    credentials: fits.flatMap(({ operation }) => credentialsOf(catalog, operation)),
    wide: fits.flatMap(({ operation }) => wideParameters(catalog, file, operation)),
  };
}

/** How the schemes of an operation put their credentials on a request. */
function credentialsOf(catalog: OpenedCatalog, operation: OperationSummary): string[] {
  const security = catalog.operationObject(operation)["security"];
  const schemes = objectOf(objectOf(catalog.spec["components"])["securitySchemes"]);
  const names = Array.isArray(security) ? security.filter(isObject).flatMap(Object.keys) : [];
  return names.map((name: string) => {
    const { type, in: where, name: key, scheme, prefix } = objectOf(own(schemes, name));
    const place = where === undefined ? ["the header authorization"] : [`the ${String(where)}`, key];
    return [...place, `(${[type, scheme, prefix].filter(Boolean).join(" ")})`].join(" ").toLowerCase();
  });
}

function wideParameters(catalog: OpenedCatalog, file: ApiFile, operation: OperationSummary): string[] {
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

function differences(was: Standing, is: Standing, knownTags: ReadonlySet<string>): string[] {
  const { title } = is;
  const found: string[] = [];
  const words = { allow: "allowed", ask: "asked about", deny: "denied" };
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
  const wide = is.wide.filter((one) => !was.wide.includes(one));
  if (wide.length > 0)
    found.push(`${title} would take slashes and delimiters as they are in ${wide.join(", ")}`);
  return found;
}

/** Rules that hold something back, fit nothing any more, and may have meant one of the new operations. */
function emptied(
  before: OpenedCatalog,
  after: OpenedCatalog,
  file: ApiFile,
  old: ReadonlyMap<string, OperationSummary>,
): string[] {
  const known = new Set(unfittingEntries(file, before).map(({ pointer }) => pointer));
  const news = [...byName(after)].flatMap(([name, operation]) =>
    old.has(name) ? [] : [asTemplate(operation)],
  );
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
