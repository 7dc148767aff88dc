/**
 * The record of a request as it leaves, for a person to read and to compare a later run with. It is made from the value
 * that the sender sends, with a mask where the sender puts a secret. Pure; no secret is opened.
 */
import { maxKeptBodyBytes, type ExactRequest } from "../../terms/approvals.ts";
import { digest } from "../../terms/digest.ts";
import type { Target } from "../decide/locate.ts";
import { idempotencyHeader } from "../send/idempotency.ts";
import type { Outgoing } from "../send/outgoing.ts";
import {
  placeOf,
  requirementsOf,
  schemesOf,
  schemesWithSecret,
  signedBy,
  type Place,
} from "../../request/security.ts";
import { applyCredentials } from "../sign/sign.ts";

/** A URL cannot hold it; a header can, and is not sent then (`headerWithMask`). */
const mask = "•••";

/**
 * The name of a header of the code that holds the mask. In the record it could pass for what the sender puts there, so that
 * two different requests would have one record.
 */
export function headerWithMask({ headers }: Pick<Outgoing, "headers">): string | undefined {
  return [...headers].find(([, value]) => value.includes(mask))?.[0];
}

/** @param places where its credential goes, from `credentialPlaces` */
export function exactRequest(
  { method, href, headers: plain, body, account }: Outgoing,
  { api, operation, access, object, route }: Target,
  places: readonly Place[],
): ExactRequest {
  const headers = new Map(plain);
  const value = account ? `${mask} (account ${JSON.stringify(account)})` : mask;
  const masked = places.map((place) => ({ ...place, value }));
  const url = applyCredentials(href, headers, masked, (text) => text);
  const key = idempotencyHeader(object, access)?.toLowerCase();
  if (key !== undefined && !headers.has(key)) headers.set(key, `${mask} (made by isogate)`);
  return {
    api: api.name,
    operation: operation.id,
    route,
    access,
    ...(account !== undefined && { account }),
    method,
    url,
    headers: [...headers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    ...(body && {
      body: {
        hash: digest(body, "hex"),
        bytes: body.byteLength,
        content: new Uint8Array(body.subarray(0, maxKeptBodyBytes)),
      },
    }),
  };
}

/**
 * Where the credential of an operation goes, by the first alternative whose secrets are all there.
 * @param env the Worker's secrets by name
 */
export function credentialPlaces(
  { api, catalog, object }: Target,
  env: Readonly<Record<string, unknown>>,
): Place[] {
  const { file } = api;
  const { credential } = file;
  const isThere = (scheme: string) =>
    credential?.from !== "shared" || typeof env[credential.secrets[scheme] ?? ""] === "string";
  const known = new Set(schemesWithSecret(file).filter(isThere));
  const declared = schemesOf(catalog, file);
  const chosen = signedBy(requirementsOf(object, catalog, file), (name) => known.has(name));
  return Object.keys(chosen ?? {}).flatMap((name) => (declared[name] ? [placeOf(declared[name])] : []));
}
