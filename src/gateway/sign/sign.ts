/**
 * Sets the credential on a request, after `strip.ts` has removed everything that could pass for one. `secrets.ts` says
 * where the secret comes from.
 */
import type { OperationObject } from "../../spec/openapi.ts";
import {
  clashIn,
  requirementsOf,
  schemesOf,
  signedBy,
  unsignable,
  type Requirement,
} from "../../request/security.ts";
import { baseUrls } from "../../request/servers.ts";
import { misconfigured, type Failed, type Result } from "../../terms/result.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import { schemeFor } from "./scheme-for.ts";
import type { Credential, SigningContext } from "./schemes/scheme.ts";
import { issuedTo, type Issuable } from "./issued.ts";
import { secretsFor, type Secrets, type SecretsOwner, type Source } from "./secrets.ts";
import { onceFor } from "../../terms/once.ts";
import { trimEndOf } from "../../terms/trim-end.ts";

export interface Signer extends SecretsOwner {
  catalog: OpenedCatalog;
  send: SigningContext["send"];
}

interface Signed {
  credentials: Credential[];
  /** What must not come back in an answer. */
  secrets: readonly Issuable[];
  /** Present if new credentials may be there after a 401. @returns whether they are */
  renew?: (() => Promise<boolean>) | undefined;
}

/** With all that must not come back by now: an answer that takes long may repeat what was issued after its beginning. */
export type SignResult = Result<Omit<Signed, "secrets"> & { secrets: () => readonly string[] }>;

const baseOf = onceFor((catalog: OpenedCatalog) => baseUrls(catalog.spec["servers"])[0]);

/**
 * The credentials for an operation, by the first alternative whose secrets are all set. If the API file does not name
 * a credential, the API is called without one.
 * @param object the operation object of the catalog
 * @returns the credentials, and all that the API may know of: an answer may repeat what another request was signed with,
 *   another operation has, or an earlier login brought
 */
export async function credentialsFor(signer: Signer, object: OperationObject): Promise<SignResult> {
  const { catalog, file } = signer;
  const source = await secretsFor(signer);
  if (!source.ok) return source;
  const { secrets, renew, pasted = [], renewing = [] } = source;
  const issued = issuedTo(signer);
  if (Object.keys(secrets).length === 0) return { ok: true, credentials: [], secrets: issued.latest };
  const declared = schemesOf(catalog, file);
  const stored = [
    ...[secrets, ...pasted].flatMap((each) => heldIn(each, declared)),
    ...renewing.map((value) => ({ value })),
  ];
  const full = issued.add(stored);
  if (full !== undefined) return noRoom(signer, full);
  const alternatives = requirementsOf(object, catalog, file);
  const needed = alternatives.filter((requirement) => Object.keys(requirement).length > 0);
  const complete = signedBy(needed, (name) => isSet(secrets[name]));
  const isOptional = alternatives.length > needed.length || alternatives.length === 0;
  if (!complete && !isOptional) return missingSecret(signer, needed, secrets);
  const signed = complete
    ? await signAll(signer, complete, secrets, renew)
    : { ok: true as const, credentials: [], secrets: [] };
  if (!signed.ok) return signed;
  const fullNow = issued.add([...stored, ...signed.secrets]);
  if (fullNow !== undefined) return noRoom(signer, fullNow);
  const again = signed.renew;
  return {
    ...signed,
    secrets: issued.latest,
    renew: again && (async () => issued.mayRenew() && again()),
  };
}

/** A secret that was piped into the store ends with a line break. */
const textOf = (value: unknown) => trimEndOf(String(value), /[\r\n]/);

function heldIn(secrets: Secrets, declared: ReturnType<typeof schemesOf>): Issuable[] {
  return Object.entries(secrets).flatMap(([name, given]) => {
    if (!isSet(given)) return [];
    const secret = textOf(given.value);
    const scheme = declared[name] && schemeFor(declared[name]);
    const held = scheme && declared[name] ? scheme.heldIn(secret, declared[name]) : [secret];
    return held.map((value) => ({ value, expiresAt: given.expiresAt }));
  });
}

const isSet = (secret: Secrets[string] | undefined) => typeof secret?.value === "string";

async function signAll(
  { catalog, file, send }: Signer,
  requirement: Requirement,
  from: Secrets,
  renewSecrets: Source["renew"],
): Promise<Result<Signed>> {
  const declared = schemesOf(catalog, file);
  const clash = clashIn(requirement, declared);
  if (clash)
    return misconfigured(
      `The security schemes ${clash.schemes.join(" and ")} are needed together, and both put a credential in ${clash.place}.`,
      `Tell the operator to say with "auth.security" in the API file which of them is right.`,
    );
  const base = baseOf(catalog);
  const credentials: Credential[] = [];
  const secrets: Issuable[] = [];
  const renewals: (() => boolean | void)[] = [];
  for (const [name, scopes] of Object.entries(requirement)) {
    const scheme = declared[name] && schemeFor(declared[name]);
    if (!scheme || !declared[name])
      return misconfigured(
        `isogate cannot sign with the security scheme ${name}: ${unsignable(declared[name])}.`,
        `Tell the operator to describe it under "auth.schemes" in the API file.`,
      );
    const { name: secretName, value } = from[name]!;
    const secret = textOf(value);
    const signed = await scheme.sign({
      name,
      declared: declared[name],
      secret,
      secretName,
      scopes,
      base,
      send,
    });
    if (!signed.ok) return signed;
    if (signed.credential.in !== "query" && /[\r\n\0]/.test(signed.credential.value))
      return misconfigured(
        `The credential of the scheme ${name} (${secretName}) contains a line break or a NUL, which a header cannot hold.`,
        `Tell the operator to store ${secretName} again, in one line.`,
      );
    credentials.push(signed.credential);
    const expiresAt = signed.expiresAt ?? from[name]?.expiresAt;
    secrets.push(...signed.secrets.map((one) => ({ value: one, expiresAt })));
    if (signed.renew) renewals.push(() => signed.renew?.());
  }
  if (renewals.length === 0) return { ok: true, credentials, secrets, renew: renewSecrets };
  const renew = async () => {
    // Each of them, whatever the others say.
    const renewed = renewals.map((again) => again() !== false);
    return [(await renewSecrets?.()) === true, ...renewed].includes(true);
  };
  return { ok: true, credentials, secrets, renew };
}

/**
 * Sets credentials on a request.
 * @param href the canonical URL, without credentials
 * @param headers changed in place
 * @param encode how a value is written into the query
 * @returns the URL to send
 * @throws TypeError for a value that no header can hold
 */
export function applyCredentials(
  href: string,
  headers: Map<string, string>,
  credentials: readonly Credential[],
  encode: (value: string) => string = encodeURIComponent,
): string {
  let url = href;
  for (const { in: where, name, value } of credentials) {
    if (where === "query") {
      const pair = `${encodeURIComponent(name)}=${encode(value)}`;
      url += url.includes("?") ? `&${pair}` : `?${pair}`;
      continue;
    }
    // `fetch` would throw too, but as if the connection had been lost. It trims the value.
    if (/[\0\r\n]/.test(trimEndOf(value.replace(/^[\t\r\n ]+/, ""), /[\t\r\n ]/))) {
      throw new TypeError(`The credential for the ${where} ${name} contains a line break.`);
    }
    if (where === "header") headers.set(name.toLowerCase(), value);
    else {
      const others = headers.get("cookie");
      headers.set("cookie", others ? `${others}; ${name}=${value}` : `${name}=${value}`);
    }
  }
  return url;
}

function noRoom({ api }: Signer, expiresAt: number): Failed {
  const minutes = Math.max(1, Math.ceil((expiresAt - Date.now()) / 60_000));
  return misconfigured(
    `Too many access tokens for ${api} are valid at a time. Nothing was sent: an answer could repeat one that isogate forgets.`,
    `Try again in ${minutes} min, when the next one expires. Tell the operator to sign operations with fewer sets of scopes ("auth.security" in the API file), or to have the token endpoint issue tokens for a shorter time.`,
  );
}

function missingSecret({ api }: Signer, needed: Requirement[], secrets: Secrets): Failed {
  const schemes = [...new Set(needed.flatMap((requirement) => Object.keys(requirement)))];
  const absent = schemes.flatMap((scheme) => (isSet(secrets[scheme]) ? [] : (secrets[scheme]?.name ?? [])));
  if (absent.length > 0) {
    return misconfigured(
      `The secret ${absent.join(" or ")} for ${api} is not set.`,
      `Tell the operator to set it: wrangler secret put ${absent[0]}; for a local server, ${absent[0]}=… in the environment, .env or .dev.vars, and a restart.`,
    );
  }
  return misconfigured(
    `No credential is configured for the scheme ${schemes.join(" or ")} of ${api}.`,
    `Tell the operator: start with \`--credential ${schemes[0]}=VAR\`, or add it to \`credential.secrets\` in the API file.`,
  );
}
