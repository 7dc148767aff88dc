/** What a decision on a request rests on, as data: pages and tables write their own words of it. */
import type { Access, PolicyRule } from "./api-file.ts";

type Effect = PolicyRule["effect"];

export type Grounds =
  /** The connection has this access, and no rule of the API file is about the request. */
  | { by: "grant"; access: Access }
  | { by: "no grant" }
  /** `index`: its place in the API file, left out where places would only move. `what`: its members without the effect. */
  | { by: "policy"; effect: Effect; what: string; index?: number; approved?: true }
  | { by: "otherwise"; effect: Effect; approved?: true }
  /** A rule of the operator's project. */
  | { by: "own"; effect: Effect; name: string; approved?: true };

/** What was decided on a request, whether or not a person approved it afterwards. */
export function effectOf({ grounds, outcome }: { grounds?: Grounds; outcome: string }): Effect {
  if (grounds?.by === "grant") return "allow";
  if (grounds?.by === "no grant") return "deny";
  // What no rule of the API decided on was refused for what it is, or for a limit.
  return grounds?.effect ?? (outcome === "denied" ? "deny" : "allow");
}

/** Records that something else than the first decision decided in the end. @returns the rule */
export function ruledBy(record: { rule?: string; grounds?: Grounds }, rule: string): string {
  delete record.grounds;
  return (record.rule = rule);
}
