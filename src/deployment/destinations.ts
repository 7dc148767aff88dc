/**
 * Where a document sends requests, and so credentials: its servers, and the token endpoints of its schemes. An automatic
 * refresh must not add one, or anybody who can change the document could collect the secrets. Pure.
 */
import type { OpenedCatalog } from "../spec/catalog.ts";
import { isObject, objectOf } from "../spec/objects.ts";

/** @returns origins, or whole URL templates, that only the second document names, in its order */
export function newDestinations(before: OpenedCatalog, after: OpenedCatalog): string[] {
  const known = destinationsOf(before);
  return [...destinationsOf(after)].filter((destination) => !known.has(destination));
}

function destinationsOf(catalog: OpenedCatalog): Set<string> {
  const found = new Set<string>();
  // As they are called: the compiler has put the `server` of the API file where it overrides the document.
  for (const servers of new Set(catalog.operations.map(catalog.servers)))
    for (const each of servers) found.add(serverPlace(each));
  const schemes = objectOf(objectOf(catalog.spec["components"])["securitySchemes"]);
  for (const scheme of Object.values(schemes).map(objectOf)) {
    for (const holder of [scheme, ...Object.values(objectOf(scheme["flows"])).map(objectOf)]) {
      for (const member of ["tokenUrl", "refreshUrl", "openIdConnectUrl"])
        // Not the same as a server: a token endpoint gets the client's own secret.
        if (typeof holder[member] === "string") found.add(`${place(holder[member])} (${member})`);
    }
  }
  return found;
}

/** A template's host may be in its variables, so all of it counts. */
function serverPlace(server: unknown): string {
  if (!isObject(server) || typeof server["url"] !== "string") return JSON.stringify(server);
  const { url, variables } = server as { url: string; variables?: unknown };
  return url.includes("{") ? `${url} ${JSON.stringify(variables ?? {})}` : place(url);
}

function place(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
