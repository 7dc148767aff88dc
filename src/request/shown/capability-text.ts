/** What a program can call, as a person reads it, on the page and in a question. Pure. */
import type { Capability, CapabilitySet } from "../../terms/capabilities.ts";
import { visibleLine } from "../../terms/visible.ts";

/** `DELETE /zones/{zone_id}`; `GET, any path under /zones, read`, where the code does not tell which. */
export function capabilityText({ method, path, below, access, account, anyAccount }: Capability): string {
  const place =
    path === "/"
      ? "any path"
      : `any path under ${visibleLine(path.endsWith("/") ? path.slice(0, -1) : path)}`;
  const what = below
    ? [method ?? "any method", place, inList(access)].join(", ")
    : `${method ?? "any method of"} ${visibleLine(path)}`;
  const signed = account !== undefined ? `, account ${visibleLine(JSON.stringify(account))}` : "";
  return what + (anyAccount ? ", any account" : signed);
}

/** Capabilities of one API at the same place. */
export interface CapabilityGroup {
  api: string;
  servers: readonly string[];
  capabilities: readonly Capability[];
}

export function capabilityGroups(capabilities: CapabilitySet): CapabilityGroup[] {
  const at = ({ api, servers }: Capability) => JSON.stringify([api, servers]);
  return [...Map.groupBy(capabilities, at).values()].map((group) => {
    const [{ api, servers }] = group as [Capability];
    return { api, servers, capabilities: group };
  });
}

/** A line for each API and below it one for each capability. */
export function capabilityLines(capabilities: CapabilitySet): string[] {
  return capabilityGroups(capabilities).flatMap(({ api, servers, capabilities: group }) => [
    `${visibleLine(api)}, at ${servers.map(visibleLine).join(" or ")}:`,
    ...group.map((one) => {
      const id = one.operation === undefined ? "" : ` (${visibleLine(one.operation)})`;
      return `- ${capabilityText(one)}${id}`;
    }),
  ]);
}

function inList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
