/** What agents have in common: their model asks for the calls, and what it got is looked at. */
import { cellOf, type Cell, type Feature, type World } from "../driver.ts";

export function tellOfModel(
  { model }: World,
  tell: (feature: Feature, cell: Cell) => void,
  said: string,
): void {
  const names = [...model.offered];
  const both = ["search", "execute"].every((tool) => names.some((name) => name.endsWith(tool)));
  tell(
    "tools",
    both ? { ok: true } : { ok: false, note: `offered: ${names.join(", ") || "none"}. ${said.slice(-800)}` },
  );
  for (const call of ["search", "execute", "failure"] as const)
    tell(call, cellOf(call, model.got.get(call) ?? `nothing. ${said.slice(-300)}`));
}
