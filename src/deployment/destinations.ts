/**
 * Where a document lets requests, and so credentials, go: its servers and the token endpoints of its schemes. A
 * refresh that nobody looks at must not add one: whoever can change the document would receive the secrets. Pure.
 */
import type { OpenedCatalog } from "../spec/catalog.ts";
import { isObject } from "../spec/objects.ts";
import type { ApiFile } from "../terms/api-file.ts";

/** @returns origins, or whole URL templates, that only the second document names; first come first */
export function newDestinations(
  before: OpenedCatalog,
  after: OpenedCatalog,
  file: Pick<ApiFile, "server">,
): string[] {
  const known = destinationsOf(before, file);
  return [...destinationsOf(after, file)].filter((destination) => !known.has(destination));
}

function destinationsOf(catalog: OpenedCatalog, { server }: Pick<ApiFile, "server">): Set<string> {
  const found = new Set<string>();
  // With a server of its own, the API's file decides, whatever the document says.
  if (server === undefined) {
    for (const servers of new Set(catalog.operations.map(catalog.servers)))
      for (const each of servers) found.add(serverPlace(each));
  }
  const components = catalog.spec["components"];
  const schemes = isObject(components) ? components["securitySchemes"] : undefined;
  for (const scheme of isObject(schemes) ? Object.values(schemes) : []) {
    if (!isObject(scheme)) continue;
    const flows = isObject(scheme["flows"]) ? Object.values(scheme["flows"]) : [];
    for (const holder of [scheme, ...flows]) {
      if (!isObject(holder)) continue;
      for (const member of ["tokenUrl", "refreshUrl", "openIdConnectUrl"])
        if (typeof holder[member] === "string") found.add(place(holder[member]));
    }
  }
  return found;
}

/** A template's host may be in its variables: then all of it counts. */
function serverPlace(server: unknown): string {
  if (!isObject(server) || typeof server["url"] !== "string") return JSON.stringify(server);
  const { url, variables } = server as { url: string; variables?: unknown };
  return url.includes("{") ? `${url} ${JSON.stringify(variables ?? {})}` : place(url);
}

function place(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
