/** Which capabilities of a program cover a request. The ledger and the gateway ask the same. Pure. */
import type { Access } from "../terms/api-file.ts";
import type { ExactRequest } from "../terms/approvals.ts";
import type { Capability, CapabilitySet } from "../terms/capabilities.ts";

/** A request, by one of the operations that some server may take it for. */
export interface Asking {
  api: string;
  /** As it is sent, in upper case. */
  method: string;
  /** The canonical URL. */
  href: string;
  /** The path of the operation as the document writes it. */
  template: string;
  /** The path as it is sent, without the base path; absent if it follows from `href`. */
  path?: string;
  access: Access;
}

/** @returns those that cover the request, by whatever account */
export function covering(capabilities: CapabilitySet, asking: Asking): Capability[] {
  return capabilities.filter((one) => {
    if (one.api !== asking.api || (one.method ?? asking.method) !== asking.method) return false;
    if (!one.access.includes(asking.access)) return false;
    return one.servers.some((server) => isAt(server, one, asking));
  });
}

function isAt(server: string, { path, below }: Capability, asking: Asking): boolean {
  const [whole = ""] = asking.href.split(/[?#]/, 1);
  if (whole !== server && !whole.startsWith(`${server}/`)) return false;
  if (!below) return asking.template === path;
  // A server may read another path in the query: that one is not below.
  return whole.slice(server.length).startsWith(path) && whole.endsWith(asking.path ?? "");
}

/** Whether all that a server may take a request for is covered, going by its record. */
export function coversRecord(capabilities: CapabilitySet, request: ExactRequest): boolean {
  const { api, method, url, route, access } = request;
  if (route === undefined) return false;
  return route.split(` or ${method} `).every((one, index) => {
    const template = index === 0 ? one.slice(method.length + 1) : one;
    return covering(capabilities, { api, method, href: url, template, access }).length > 0;
  });
}
