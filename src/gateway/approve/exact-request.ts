/**
 * A request exactly as it would be sent, for a person to read and to compare a later run with. Credentials are masked;
 * no secret is opened. Pure.
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
 * @param incoming as the code set it; the result leaves out what the gateway removes
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
  // Not `Headers`: it cannot hold the mask, which is not ASCII.
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

/** Where this operation's credential goes, by the first alternative that the API file has secrets for. */
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
 * A form gets a new random boundary each time, but the same form must be the same request: replaces the boundary by a
 * fixed word, in `headers` and in the body that is returned.
 */
function withFixedBoundary(body: Uint8Array, headers: Map<string, string>): Uint8Array {
  const type = headers.get("content-type") ?? "";
  const [media = "", ...parameters] = type.split(";");
  const named = parameters.findLast((one) => /^\s*boundary=/i.test(one));
  const boundary = /^multipart\//i.test(media)
    ? named
        ?.slice(named.indexOf("=") + 1)
        .split('"')
        .find(Boolean)
    : undefined;
  if (boundary === undefined || boundary.length < 8) return body;
  headers.set("content-type", type.replace(boundary, "boundary"));
  return Buffer.from(Buffer.from(body).toString("latin1").replaceAll(boundary, "boundary"), "latin1");
}

function bodyOf(bytes: Uint8Array): NonNullable<ExactRequest["body"]> {
  const text = textOf(bytes);
  const cutChars = (text?.length ?? 0) - maxShownBodyChars;
  return {
    hash: digest(bytes, "hex"),
    bytes: bytes.byteLength,
    ...(text !== undefined && { text: text.slice(0, maxShownBodyChars) }),
    ...(cutChars > 0 && { cutChars }),
  };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
