/** Converts servers and security schemes of Swagger 2.0 to OpenAPI 3. */
import type { DocumentObject } from "../../openapi.ts";
import { emitMembers, type Emitter } from "../emitter.ts";
import { own, type Json } from "../../objects.ts";
import { trimEndOf } from "../../../terms/trim-end.ts";

/**
 * `host`, `basePath` and `schemes` as servers, https first. Without a host, the document's own applies (Swagger 2.0,
 * "Swagger Object"): a relative URL, or no server.
 */
export function serversOf(root: DocumentObject, documentUrl: string): Json[] {
  const host = trimEndOf(text(root, "host").replace(/^[a-z]+:\/\//i, ""), /\//);
  const base = trimEndOf(text(root, "basePath"), /\//);
  const path = base === "" || base.startsWith("/") ? base : `/${base}`;
  if (host === "") return path === "" ? [] : [{ url: path }];
  const stated = own(root, "schemes");
  const schemes = (Array.isArray(stated) ? stated : []).filter((scheme) => typeof scheme === "string");
  if (schemes.length === 0) schemes.push(documentUrl.startsWith("http:") ? "http" : "https");
  schemes.sort((a, b) => Number(b === "https") - Number(a === "https"));
  return schemes.map((scheme) => ({ url: `${scheme}://${host}${path}` }));
}

const flowNames: Record<string, string> = {
  implicit: "implicit",
  password: "password",
  application: "clientCredentials",
  accessCode: "authorizationCode",
};

export function emitSecurityScheme(value: Json, emitter: Emitter): unknown {
  const scheme = emitMembers(value, emitter, "any");
  if (scheme["type"] === "basic") return { ...scheme, type: "http", scheme: "basic" };
  if (scheme["type"] !== "oauth2" || "flows" in scheme) return scheme;
  const { flow, authorizationUrl, tokenUrl, scopes, ...rest } = scheme;
  const details = Object.entries({ authorizationUrl, tokenUrl }).filter(([, url]) => url !== undefined);
  const name = flowNames[String(flow)] ?? String(flow);
  return { ...rest, flows: { [name]: { ...Object.fromEntries(details), scopes: scopes ?? {} } } };
}

function text(root: DocumentObject, key: string): string {
  const value = own(root, key);
  return typeof value === "string" ? value.trim() : "";
}
