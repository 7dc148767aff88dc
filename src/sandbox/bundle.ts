/**
 * Which parts of isogate's own code are shipped into an isolate: the harness always, the others only to programs that
 * may use them. Each isolate compiles everything that it is given, so every part left out saves time.
 */
import type { GuestPart } from "./guest/contract.ts";
import { anyName, type Program } from "../terms/program.ts";

/** As scripts/build/guest.ts writes it. */
export interface GuestBundle {
  /** Source by module name. */
  modules: Record<string, string>;
  /** Names of the modules that a part consists of; parts share some. The first of the harness is the main module. */
  parts: Record<GuestPart, string[]>;
}

const signs = ["api", "apis"];
const looksUp = ["find", "describe"];
const readsDocument = ["spec", "specs", "operations", "find", "describe"];
const handsFiles = ["file", "files"];
const sendsRequests = ["api", "apis", "fetch", "ApiError"];

/**
 * @param program of which only the free names and the source count
 * @param writesAtHost the host makes the requests of its calls: the isolate needs no document for them
 * @returns the parts besides the harness that it may use
 */
export function partsFor(
  { freeNames, source }: Pick<Program, "freeNames" | "source">,
  tool: "search" | "execute",
  writesAtHost = false,
): GuestPart[] {
  const mayUse = (names: string[]) => [anyName, ...names].some((name) => freeNames.has(name));
  const parts: GuestPart[] = [];
  if (mayUse(writesAtHost ? readsDocument : [...readsDocument, ...signs])) parts.push("catalogs");
  if (!writesAtHost && mayUse(signs)) parts.push("signature");
  if (mayUse(["describe"])) parts.push("describe");
  if (mayUse(looksUp)) parts.push("find");
  if (mayUse(["recall", "run"])) parts.push("recall");
  if (tool === "execute" && mayUse(sendsRequests)) parts.push("client");
  for (const name of ["each", "state"] as const) if (tool === "execute" && mayUse([name])) parts.push(name);
  // A member's name may be anywhere in the code. Code that puts it together gets an error that says so.
  if (parts.includes("client") && mayPage(source)) parts.push("pages");
  if (tool === "execute" && mayUse(handsFiles)) parts.push("files");
  return parts;
}

/** Pages are followed by what the document says of the list, so their calls are written in the isolate. */
export const mayPage = (source: string): boolean => source.includes("pages");
