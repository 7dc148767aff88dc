/**
 * An operation's security requirements, the schemes that they name and where these put a credential: the API file
 * overrides the document (OpenAPI 3.1 sections 4.8.10, 4.8.27 and 4.8.30). Pure.
 */
import type { OperationObject } from "../spec/openapi.ts";
import { isObject, objectOf } from "../spec/objects.ts";
import { SecurityScheme, type ApiFile } from "../terms/api-file.ts";
import { memberOf, shapeOf } from "../spec/read/shape.ts";
import { held, own, ownFailed } from "../terms/own.ts";
import type { Scheme } from "../terms/public.ts";
import type { OpenedCatalog } from "../spec/catalog.ts";
import { isQueryParameter } from "./match.ts";

/** One alternative, whose schemes are all needed: names of schemes with the scopes they need. */
export type Requirement = Record<string, string[]>;

export type AuthFile = Pick<ApiFile, "auth" | "credential">;

/**
 * The alternatives for an operation, in their order; an empty list means that it needs nothing. If neither document nor
 * file says what any operation needs, each needs all schemes that have a secret.
 * @param operation an operation object of the catalog, which already has the file's `auth.security`
 */
export function requirementsOf(
  operation: OperationObject,
  catalog: OpenedCatalog,
  file: AuthFile,
): Requirement[] {
  const declared = operation.security;
  if (Array.isArray(declared) && declared.length > 0) return declared.filter(isRequirement);
  const names = catalog.statesSecurity ? [] : schemesWithSecret(file);
  return names.length === 0 ? [] : [Object.fromEntries(names.map((name) => [name, []]))];
}

/** The alternative that an operation is signed by: the first whose secrets are all there. */
export function signedBy(
  alternatives: readonly Requirement[],
  isThere: (scheme: string) => boolean,
): Requirement | undefined {
  return alternatives.find((requirement) => {
    const names = Object.keys(requirement);
    return names.length > 0 && names.every(isThere);
  });
}

/** A place for a credential in a request. The gateway removes what the code put there before it sets its own. */
export interface Place {
  in: "header" | "query" | "cookie";
  name: string;
}

export const authorization: Place = { in: "header", name: "authorization" };

/** Where a scheme puts its credential: all but an API key use `Authorization`. A header's name is in lower case. */
export function placeOf({ type, in: where = "header", name = "authorization" }: SecurityScheme): Place {
  if (type !== "apiKey") return authorization;
  return { in: where, name: where === "header" ? name.toLowerCase() : name };
}

/**
 * Where a server may also look for a bearer token, beside the header: in the query, and under the same name in a form
 * (RFC 6750 sections 2.2 and 2.3).
 */
export const bearerInQuery: Place = { in: "query", name: "access_token" };

function isBearer({ type, scheme = "", prefix = "" }: SecurityScheme): boolean {
  if (type === "apiKey") return /^bearer\b/i.test(prefix);
  return type !== "http" || /^bearer$/i.test(scheme);
}

/** Two schemes of one requirement that would use the same place, so that only one of them could be sent. */
export function clashIn(requirement: Requirement, schemes: Record<string, SecurityScheme>) {
  const taken = new Map<string, string>();
  for (const name of Object.keys(requirement)) {
    if (!schemes[name]) continue;
    const place = placeOf(schemes[name]);
    const key = `${place.in} ${place.name}`;
    const other = taken.get(key);
    if (other !== undefined) return { schemes: [other, name] as const, place: `the ${key}` };
    taken.set(key, name);
  }
  return undefined;
}

/** HTTP authentication schemes whose credential is computed from the request or from a challenge. Others send a token. */
const computed =
  /^(?:digest|negotiate|ntlm|kerberos|hoba|mutual|scram-.*|dpop|gnap|hawk|aws4-.*|vapid|concealed|privatetoken|signature|escher|mac)$/i;
/** As a word of its own: `hmac-sha256`, `acme-hmac`. */
const hmac = /(?:^|-)hmac(?:-|$)/i;

/** What the name of a header may be (RFC 9110, section 5.6.2), and those that describe the connection or the message. */
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const notOurs =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|content-type)$/i;

/** Whether a scheme of the operator's project says so. */
export function isHandledBy(scheme: Scheme, declared: SecurityScheme): boolean {
  try {
    return held(() => scheme.handles(structuredClone(declared))) === true;
  } catch (error) {
    ownFailed("scheme", scheme.name, error);
    return false;
  }
}

/** Why no secret can sign by a scheme, or undefined. @param declared missing if the document does not, or not as one of the known types */
export function unsignable(declared: SecurityScheme | undefined): string | undefined {
  if (!declared) return "it is not declared, or its type is not apiKey, http, oauth2 or openIdConnect";
  const { type, scheme = "" } = declared;
  const place = placeOf(declared);
  if (place.in === "header" && (!headerName.test(place.name) || notOurs.test(place.name)))
    return `${JSON.stringify(declared.name)} is no header that can hold a credential; correct its name under "auth" in the API file`;
  if (own().scheme.some((one) => isHandledBy(one, declared))) return undefined;
  // API Gateway exports signed requests as an API key in `Authorization`, and says here what it is.
  const isAws = /^awsSigv4/i.test(String(declared["x-amazon-apigateway-authtype"]));
  if (!isAws && (type !== "http" || !(computed.test(scheme) || hmac.test(scheme)))) return undefined;
  return `${isAws ? "AWS Signature Version 4" : `HTTP ${scheme}`} computes a new credential for each request, which isogate does not do`;
}

/** The schemes that the API file has a credential for. */
export function schemesWithSecret({ credential }: AuthFile): string[] {
  if (!credential) return [];
  if (credential.from === "oauth") return [credential.scheme];
  return Object.keys(credential.from === "shared" ? credential.secrets : credential.fields);
}

const known = new WeakMap<OpenedCatalog, WeakMap<object, Record<string, SecurityScheme>>>();
const noCorrections = {};

/** All schemes by name. A scheme of the file replaces the document's. */
export function schemesOf(catalog: OpenedCatalog, file: AuthFile): Record<string, SecurityScheme> {
  let byFile = known.get(catalog);
  if (!byFile) known.set(catalog, (byFile = new WeakMap()));
  const key = file.auth?.schemes ?? noCorrections;
  let schemes = byFile.get(key);
  if (!schemes) byFile.set(key, (schemes = readSchemes(catalog, file)));
  return schemes;
}

function readSchemes(catalog: OpenedCatalog, file: AuthFile): Record<string, SecurityScheme> {
  const components = objectOf(catalog.spec["components"]);
  // Without a prototype: a document may ask for a scheme called `constructor`.
  const found = Object.create(null) as Record<string, SecurityScheme>;
  const corrections = file.auth?.schemes ?? {};
  for (const [name, declared] of Object.entries(objectOf(components["securitySchemes"]))) {
    const parsed = SecurityScheme.safeParse(corrections[name] ?? inOwnCase(declared));
    if (parsed.success) found[name] = parsed.data;
  }
  return Object.assign(found, { ...corrections, ...found });
}

/** Documents also write `apikey`, `HTTP` and `in: Header`, and `basic` as Swagger 2.0 has it. */
function inOwnCase(declared: unknown): unknown {
  const { type, in: place } = objectOf(declared);
  if (/^(?:basic|bearer)$/i.test(String(type))) return { ...objectOf(declared), type: "http", scheme: type };
  const spelled = SecurityScheme.shape.type.options.find(
    (one) => one.toLowerCase() === String(type).toLowerCase(),
  );
  const lower = typeof place === "string" ? { in: place.toLowerCase() } : undefined;
  return spelled === undefined ? declared : { ...objectOf(declared), type: spelled, ...lower };
}

function isRequirement(value: unknown): value is Requirement {
  return typeof value === "object" && value !== null && Object.values(value).every(Array.isArray);
}

/**
 * Every place where a server may look for a credential of the API: code must not set any of them. The gateway uses the first of
 * each scheme.
 * @param object the operation object: a query parameter that it declares is a value, unless a scheme puts its credential there
 */
export function reservedPlaces(catalog: OpenedCatalog, file: AuthFile, object: OperationObject): Place[] {
  const declaresBearer = isQueryParameter(object, bearerInQuery.name);
  return Object.values(schemesOf(catalog, file)).flatMap((scheme) =>
    isBearer(scheme) && !declaresBearer ? [placeOf(scheme), bearerInQuery] : [placeOf(scheme)],
  );
}

/**
 * Names of the query by which some servers find a credential in a body, too: Rack, PHP and servlets read the fields of a
 * form like a query, Laravel also the members of JSON. A bearer token may come in a form only (RFC 6750 section 2.2).
 * @param places where a server may look for a credential
 * @param object the operation object: what it declares as a member of its body is a value
 */
export function credentialNamesInBody(
  places: readonly Place[],
  object: OperationObject,
  contentType: string | undefined,
): string[] {
  const isJson = /json/i.test(contentType ?? "");
  return places
    .filter((place) => place.in === "query" && !(isJson && place === bearerInQuery))
    .map(({ name }) => name)
    .filter((name) => !isBodyMember(object, name));
}

/** Whether the document has such a member in a body of an operation. */
export function isBodyMember(object: OperationObject, name: string): boolean {
  return bodySchemas(object).some((schema) => memberOf(schema, name));
}

/** The names of all members for which `isBodyMember` holds. */
export function bodyMemberNames(object: OperationObject): string[] {
  return bodySchemas(object)
    .filter(isObject)
    .flatMap((schema) => shapeOf(schema).holders.flatMap(Object.keys));
}

function bodySchemas({ requestBody }: OperationObject): unknown[] {
  return Object.values(objectOf(objectOf(requestBody)["content"])).map((media) => objectOf(media)["schema"]);
}
