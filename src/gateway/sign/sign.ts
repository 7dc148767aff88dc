/**
 * Sets the credential on a request, after everything that could pass for one was removed. Where the secret comes
 * from is the matter of `secrets.ts`.
 */
import type { ApiFile, SecurityScheme } from "../../terms/api-file.ts";
import { misconfigured, type Failed, type Result } from "../../terms/result.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import { schemeFor } from "./scheme-for.ts";
import type { Credential, Place, SigningContext } from "./schemes/scheme.ts";
import { secretsFor, type SecretsOwner } from "./secrets.ts";
import { requirementsOf, schemesOf, type Requirement } from "./security.ts";

export interface Signer extends SecretsOwner {
  catalog: OpenedCatalog;
  send: SigningContext["send"];
}

export type SignResult = Result<{
  credentials: Credential[];
  secrets: string[];
  /** There if the credentials can be made anew after a 401. */
  renew?: (() => void) | undefined;
}>;

const placesOf = new WeakMap<Record<string, SecurityScheme>, Place[]>();

/** Every place where a scheme of this API puts a credential; the code may set none of them. */
export function reservedPlaces(catalog: OpenedCatalog, file: ApiFile): Place[] {
  const schemes = schemesOf(catalog, file);
  let places = placesOf.get(schemes);
  if (!places) {
    places = Object.values(schemes).flatMap((declared) => schemeFor(declared)?.place(declared) ?? []);
    placesOf.set(schemes, places);
  }
  return places;
}

/**
 * The credentials for an operation: those of the first alternative whose secrets are all there. An API whose file
 * names no credential is called without one.
 * @param object the operation object of the catalog
 * @returns the credentials, and every string that must not come back in an answer
 */
export async function credentialsFor(signer: Signer, object: Record<string, unknown>): Promise<SignResult> {
  const { catalog, file } = signer;
  const source = await secretsFor(signer);
  if (!source.ok) return source;
  const { names: secretNames, values: env } = source;
  if (Object.keys(secretNames).length === 0) return { ok: true, credentials: [], secrets: [] };
  const alternatives = requirementsOf(object, catalog, file);
  const needed = alternatives.filter((requirement) => Object.keys(requirement).length > 0);
  const complete = needed.find((requirement) =>
    Object.keys(requirement).every((name) => typeof env[secretNames[name] ?? ""] === "string"),
  );
  if (complete) return signAll({ ...signer, env }, complete, secretNames);
  if (alternatives.length > needed.length || alternatives.length === 0) {
    return { ok: true, credentials: [], secrets: [] };
  }
  return missingSecret(signer, needed, secretNames);
}

async function signAll(
  { catalog, file, env, send }: Signer,
  requirement: Requirement,
  secretNames: Record<string, string>,
): Promise<SignResult> {
  const declared = schemesOf(catalog, file);
  const credentials: Credential[] = [];
  const secrets: string[] = [];
  const renewals: (() => void)[] = [];
  for (const [name, scopes] of Object.entries(requirement)) {
    const scheme = declared[name] && schemeFor(declared[name]);
    if (!scheme || !declared[name]) return unknownScheme(name);
    const secretName = secretNames[name] as string;
    // A secret that was piped into the store ends with the line.
    const secret = (env[secretName] as string).replace(/[\r\n]+$/, "");
    const signed = await scheme.sign({ name, declared: declared[name], secret, secretName, scopes, send });
    if (!signed.ok) return signed;
    if (signed.credential.in !== "query" && /[\r\n\0]/.test(signed.credential.value))
      return unsendable(name, secretName);
    credentials.push(signed.credential);
    // A header's value goes out without the blanks around it, and that is what may come back.
    for (const one of signed.secrets) secrets.push(one, ...(one.trim() === one ? [] : [one.trim()]));
    if (signed.renew) renewals.push(() => signed.renew?.());
  }
  const renew = renewals.length === 0 ? undefined : () => renewals.forEach((again) => again());
  return { ok: true, credentials, secrets, renew };
}

/**
 * Sets credentials on what is about to be sent; nothing the code set is left beside them.
 * @param href the canonical URL
 * @returns the URL to send
 * @throws TypeError for a value that no header can hold
 */
export function applyCredentials(
  href: string,
  headers: Map<string, string>,
  credentials: readonly Credential[],
): string {
  let url = href;
  for (const { in: where, name, value } of credentials) {
    if (where === "query") {
      const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
      url += url.includes("?") ? `&${pair}` : `?${pair}`;
      continue;
    }
    // Told here: `fetch` would throw too, as if the connection had been lost. It cuts off what stands around a value.
    if (/[\0\r\n]/.test(value.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, ""))) {
      throw new TypeError(`The credential for the ${where} ${name} holds a line break.`);
    }
    if (where === "header") headers.set(name.toLowerCase(), value);
    else {
      const others = headers.get("cookie");
      headers.set("cookie", others ? `${others}; ${name}=${value}` : `${name}=${value}`);
    }
  }
  return url;
}

function missingSecret({ api, env }: Signer, needed: Requirement[], names: Record<string, string>): Failed {
  const schemes = [...new Set(needed.flatMap((requirement) => Object.keys(requirement)))];
  const absent = schemes
    .map((scheme) => names[scheme])
    .filter((name) => name && typeof env[name] !== "string");
  if (absent.length > 0) {
    return misconfigured(
      `The secret ${absent.join(" or ")}, which ${api} is called with, is not set.`,
      `Tell the operator to set it: wrangler secret put ${absent[0]} (or ${absent[0]}=… in .dev.vars locally).`,
    );
  }
  return misconfigured(
    `${api} wants the credential ${schemes.join(" or ")}, and its file names no secret for it.`,
    `Tell the operator to add it to "credential.secrets" in the API's file, or to correct "auth.security".`,
  );
}

function unsendable(name: string, secretName: string): Failed {
  return misconfigured(
    `The credential of the scheme ${name} (${secretName}) holds a line break or a NUL, which no header can.`,
    `Tell the operator to store ${secretName} again, in one line.`,
  );
}

function unknownScheme(name: string): Failed {
  return misconfigured(
    `The security scheme ${name} is not declared, or is of a kind that isogate cannot sign with.`,
    `Tell the operator to describe it under "auth.schemes" in the API's file.`,
  );
}
