/** Which capabilities of a program cover a request. The ledger and the gateway ask the same. Pure. */
import type { Access } from "../terms/api-file.ts";
import type { ExactRequest } from "../terms/approvals.ts";
import type { Capability, CapabilitySet } from "../terms/capabilities.ts";
import { encodeSegment } from "./canonical.ts";
import { templatesOf } from "./route.ts";
import { decode } from "./template.ts";

/** A request, by one of the operations that some server may take it for. */
export interface Asking {
  api: string;
  /** As it is sent, in upper case. */
  method: string;
  /** The canonical URL. */
  href: string;
  /** The path of the operation as the document writes it. */
  template: string;
  /** The path that the operation is read from, in the spelling of `encodeSegment`, without the base path; absent in a record. */
  path?: string;
  /** Where that path stands. */
  readIn?: "path" | "query";
  access: Access;
  /** Label of the account that the code chose; absent if it chose none. */
  account?: string | undefined;
}

/** Whether one of them covers the request. */
export function covers(capabilities: CapabilitySet, asking: Asking): boolean {
  return capabilities.some((one) => {
    if (one.api !== asking.api || (one.method ?? asking.method) !== asking.method) return false;
    if (!one.anyAccount && one.account !== asking.account) return false;
    if (!one.access.includes(asking.access)) return false;
    return one.servers.some((server) => isAt(server, one, asking));
  });
}

function isAt(server: string, { path, below }: Capability, asking: Asking): boolean {
  const [whole = ""] = asking.href.split(/[?#]/, 1);
  if (whole !== server && !whole.startsWith(`${server}/`)) return false;
  const written = whole.slice(server.length).split("/").map(decode).map(encodeSegment).join("/");
  const { path: read = written, readIn } = asking;
  // One server may be below another: what is at that one is not at this one.
  if (readIn !== "query" && read !== written) return false;
  return below ? read.startsWith(path) : asking.template === path;
}

/** Whether all that a server may take a request for is covered, going by its record. */
export function coversRecord(capabilities: CapabilitySet, request: ExactRequest): boolean {
  const { api, method, url: href, access, chosenAccount: account } = request;
  const templates = templatesOf(request);
  const isCovered = (template: string) =>
    covers(capabilities, { api, method, href, template, access, account });
  return templates.length > 0 && templates.every(isCovered);
}
