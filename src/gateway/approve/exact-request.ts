/**
 * A request exactly as it would be sent, for a person to read and for a later run to be compared with. Credentials
 * are masked: no secret is opened for it. Pure.
 */
import { maxShownBodyChars, type ExactRequest } from "../../terms/approvals.ts";
import { digest } from "../../terms/digest.ts";
import type { IncomingRequest } from "../read/incoming.ts";
import type { Target } from "../decide/locate.ts";
import { accountHeader } from "../../request/refusal.ts";
import { schemeFor } from "../sign/scheme-for.ts";
import type { Place } from "../sign/schemes/scheme.ts";
import { requirementsOf, schemesOf, schemesWithSecret } from "../sign/security.ts";
import { declaredCookies, requestHeadersFor } from "../sign/strip.ts";

const mask = "•••";

/**
 * @param incoming as the code set it: what the gateway would remove is not in the result
 * @param target where it would go, without credentials
 */
export function exactRequest(
  incoming: Pick<IncomingRequest, "method" | "headers">,
  body: Uint8Array | undefined,
  target: Target,
): ExactRequest {
  const { api, operation, access, href, places, object } = target;
  const headers = requestHeadersFor(incoming.headers, places, declaredCookies(object));
  if (!body) headers.delete("content-type");
  const content = body && withFixedBoundary(body, headers);
  const account = incoming.headers.get(accountHeader);
  const masked = account === undefined ? mask : `${mask} (account "${account}")`;
  // A value of Headers holds no mask: it is ASCII there.
  const shown = [...headers].map(([name, value]) => [name, value]);
  let url = href;
  for (const { in: where, name } of placesUsed(target)) {
    if (where === "header") shown.push([name, masked]);
    else if (where === "cookie") shown.push(["cookie", `${name}=${masked}`]);
    else url += `${url.includes("?") ? "&" : "?"}${encodeURIComponent(name)}=${mask}`;
  }
  return {
    api: api.name,
    operation: operation.id,
    access,
    method: incoming.method,
    url,
    headers: shown.sort(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0)),
    ...(content && { body: bodyOf(content) }),
  };
}

/** Where the credential of this operation goes: by the first alternative that the API's file has secrets for. */
function placesUsed({ api, catalog, object }: Target): Place[] {
  const { file } = api;
  const known = new Set(schemesWithSecret(file));
  const declared = schemesOf(catalog, file);
  const chosen = requirementsOf(object, catalog, file).find((requirement) => {
    const names = Object.keys(requirement);
    return names.length > 0 && names.every((name) => known.has(name));
  });
  return Object.keys(chosen ?? {}).flatMap((name) => {
    const scheme = declared[name] && schemeFor(declared[name]);
    return scheme ? [scheme.place(declared[name]!)] : [];
  });
}

/**
 * The boundary of a form is random each time it is made; the same form must be the same request. Changes the header,
 * returns the body, both with the same fixed word instead.
 */
function withFixedBoundary(body: Uint8Array, headers: Map<string, string>): Uint8Array {
  const type = headers.get("content-type") ?? "";
  const boundary = /^multipart\/[^;]+;.*\bboundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined || boundary.length < 8) return body;
  headers.set("content-type", type.replace(boundary, "boundary"));
  return Buffer.from(Buffer.from(body).toString("latin1").replaceAll(boundary, "boundary"), "latin1");
}

function bodyOf(bytes: Uint8Array): NonNullable<ExactRequest["body"]> {
  const text = textOf(bytes);
  return {
    hash: digest(bytes, "hex"),
    bytes: bytes.byteLength,
    ...(text !== undefined && { text: text.slice(0, maxShownBodyChars) }),
    ...(text !== undefined &&
      text.length > maxShownBodyChars && { cutChars: text.length - maxShownBodyChars }),
  };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
