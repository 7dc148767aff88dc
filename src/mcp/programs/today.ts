/**
 * Before a kept program runs: what its code can call by the documents and API files of today, against what its user allowed. The
 * gateway would refuse what differs, request by request; here nothing of it runs, and the user is asked about the whole.
 */
import { readCapabilities, type ReadCode } from "../../check/read-code.ts";
import { capabilityText } from "../../request/shown/capability-text.ts";
import type { Capability, CapabilitySet } from "../../terms/capabilities.ts";
import type { Slice } from "../../terms/lasting.ts";
import type { ToolContext } from "../tool-context.ts";

/** @returns undefined if that could not be read */
export async function canCallToday(
  read: Pick<ReadCode, "program" | "looksInto">,
  { capabilities: allowed = [] }: Pick<Slice, "capabilities">,
  context: Pick<ToolContext, "env" | "apis">,
): Promise<"as allowed" | { capabilities: CapabilitySet; why: string } | undefined> {
  const capabilities = await readCapabilities(read, context);
  if (capabilities === undefined) return undefined;
  const [gone, added] = [without(allowed, capabilities), without(capabilities, allowed)];
  if (gone.length === 0 && added.length === 0) return "as allowed";
  const parts = [
    ...(gone.length > 0 ? [`what you allowed is not there as it was: ${listed(gone)}`] : []),
    ...(added.length > 0 ? [`it can call by now: ${listed(added)}`] : []),
  ];
  return { capabilities, why: `Nothing of it ran, because the API has changed: ${parts.join("; ")}.` };
}

/** The id of an operation is for people: another one alone changes nothing that was allowed. */
const keyOf = ({ operation: _operation, ...one }: Capability) =>
  JSON.stringify(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function without(some: CapabilitySet, others: CapabilitySet): Capability[] {
  const known = new Set(others.map(keyOf));
  return some.filter((one) => !known.has(keyOf(one)));
}

const maxListed = 5;

function listed(some: readonly Capability[]): string {
  const texts = some
    .slice(0, maxListed)
    .map((one) => `${capabilityText(one)} (${one.access.join(", ")}, at ${one.servers.join(" or ")})`);
  const more = some.length - texts.length;
  return texts.join("; ") + (more > 0 ? ` and ${more} more` : "");
}
