/**
 * What a document says of credentials: where each is put and sent, which one signs an operation, and for what its token is
 * asked. Who changes the document changes that, so a refresh compares it. Pure.
 */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { objectOf, own } from "../spec/objects.ts";
import { onceFor } from "../terms/once.ts";
import { isOutside } from "../request/outside.ts";
import { requirementsOf, schemesOf, schemesWithSecret, signedBy } from "../request/security.ts";
import { titleOf } from "../request/nearest.ts";
import { baseUrls } from "../request/servers.ts";
import { grantOf, tokenUrlOf } from "../request/token-source.ts";
import type { ApiFile } from "../terms/api-file.ts";

/** How the schemes of an operation put their credentials on a request, with a secret or without. */
export function placesOf(catalog: OpenedCatalog, operation: OperationSummary, file: ApiFile): string[] {
  if (isOutside(operation)) return [];
  const requirements = requirementsOf(catalog.operationObject(operation), catalog, file);
  return requirements.flatMap(Object.keys).map((name) => placeInWords(catalog, file, name));
}

function placeInWords(catalog: OpenedCatalog, file: ApiFile, name: string): string {
  const declared = objectOf(own(objectOf(objectOf(catalog.spec["components"])["securitySchemes"]), name));
  const {
    type,
    in: where,
    name: key,
    scheme,
    prefix,
  } = { ...declared, ...schemesOf(catalog, file)[name] } as Record<string, unknown>;
  const place = where === undefined ? ["the header authorization"] : [`the ${String(where)}`, key];
  return [...place, `(${[type, scheme, prefix].filter(Boolean).join(" ")})`].join(" ").toLowerCase();
}

/** The credentials that sign an operation, and what the token of each is asked for. */
export interface Signing {
  names: string[];
  /** `zones:write of key`, for schemes whose scopes the gateway asks for. */
  scopes: string[];
}

/** Of several alternatives, the first that has all its secrets signs. */
export function signingOf(catalog: OpenedCatalog, operation: OperationSummary, file: ApiFile): Signing {
  if (isOutside(operation)) return { names: [], scopes: [] };
  const secrets = new Set(schemesWithSecret(file));
  const requirements = requirementsOf(catalog.operationObject(operation), catalog, file);
  const requirement = signedBy(requirements, (name) => secrets.has(name)) ?? {};
  return {
    names: Object.keys(requirement),
    scopes: Object.entries(requirement).flatMap(([name, scopes]) => {
      const declared = schemesOf(catalog, file)[name];
      if (!declared || grantOf(declared) !== "clientCredentials") return [];
      // They are asked for whatever the operation names.
      if (declared.tokenParameters?.["scope"] !== undefined) return [];
      // RFC 6749 section 3.3: without a scope, the login server takes its default, which may be all there are.
      return (scopes.length > 0 ? scopes : ["the default scopes"]).map((scope) => `${scope} of ${name}`);
    }),
  };
}

/**
 * Where each credential that is configured goes: to which origin, in which place, and with what its token is asked for. A
 * new operation, another server or security statements that are gone may send it somewhere that never got it.
 */
export function sentElsewhere(before: OpenedCatalog, after: OpenedCatalog, file: ApiFile): string[] {
  const known = new Set(sendings(before, file).map(({ key }) => key));
  return sendings(after, file).flatMap(({ key, sentence }) => (known.has(key) ? [] : [sentence]));
}

function sendings(catalog: OpenedCatalog, file: ApiFile): { key: string; sentence: string }[] {
  const secrets = new Set(schemesWithSecret(file));
  const origins = onceFor((servers: unknown[]) => [
    ...new Set(baseUrls(servers).map((base) => new URL(base).origin)),
  ]);
  return catalog.operations.flatMap((operation) => {
    const requirements = requirementsOf(catalog.operationObject(operation), catalog, file);
    const schemes = requirements
      .filter((one) => Object.keys(one).every((name) => secrets.has(name)))
      .flatMap(Object.keys);
    const places = schemes.flatMap((name) =>
      origins(catalog.servers(operation)).map((origin) => {
        const place = placeInWords(catalog, file, name);
        return {
          key: JSON.stringify([origin, name, place]),
          sentence: `${titleOf(operation)} would send the credential ${name} to ${origin} in ${place}, where it has not been sent`,
        };
      }),
    );
    const { scopes } = signingOf(catalog, operation, file);
    return [...places, ...scopes.map((key) => ({ key, sentence: askedFor(titleOf(operation), key) }))];
  });
}

export function askedFor(title: string, scope: string): string {
  return `${title} would be sent with a token for ${scope}`;
}

/** Tokens that would be fetched otherwise: elsewhere, by another grant, or with other parameters. */
export function fetchedOtherwise(before: OpenedCatalog, after: OpenedCatalog, file: ApiFile): string[] {
  return schemesWithSecret(file).flatMap((name) => {
    const was = fetching(before, file, name);
    const changed = Object.entries(fetching(after, file, name)).filter(
      ([what, value]) => was[what] !== value,
    );
    const words = changed.map(
      ([what, value]) => `${what} ${value ?? "none"} instead of ${was[what] ?? "none"}`,
    );
    return words.length > 0 ? [`the secret of ${name} would be used otherwise: ${words.join(", ")}`] : [];
  });
}

function fetching(catalog: OpenedCatalog, file: ApiFile, name: string): Record<string, string | undefined> {
  const declared = schemesOf(catalog, file)[name];
  if (!declared || grantOf(declared) === undefined) return {};
  const { tokenParameters } = declared;
  return {
    grant: grantOf(declared),
    "token endpoint": tokenUrlOf(declared, baseUrls(catalog.spec["servers"])[0]),
    "token parameters": tokenParameters && JSON.stringify(tokenParameters),
  };
}
