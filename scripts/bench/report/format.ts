/** How figures are written for people: in the terminal, in docs/figures.md and in the README alike. */
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Figure, Figures } from "../figure.ts";

export interface MeasuredApi {
  key: string;
  label: string;
  operations: number;
}

/** APIs that have a name for people; figures of others carry the name that their document was given. */
const labels: Record<string, string> = {
  alertmanager: "Alertmanager",
  powerdns: "PowerDNS",
  demo: "the demo API",
  stripe: "Stripe",
  github: "GitHub",
  cloudflare: "Cloudflare",
  msgraph: "Microsoft Graph",
};

export function labelOf(key: string): string {
  return labels[key] ?? key;
}

/** Those that are known by name, smallest first. */
export function apisIn(figures: Figures): MeasuredApi[] {
  return Object.entries(labels)
    .flatMap(([key, label]) => {
      const operations = figures[`${key}.operations`]?.value;
      return operations === undefined ? [] : [{ key, label, operations }];
    })
    .toSorted((a, b) => a.operations - b.operations);
}

export function bound({ direction }: Figure, value: number | null): string {
  return value === null ? "" : `${direction === "lower" ? "≤" : "≥"} ${count(value)}`;
}

/** Against the bounds; empty without bounds. */
export function verdict({ value, must, aim, direction }: Figure): "" | "missed" | "holds" | "reached" {
  if (must === null && aim === null) return "";
  const holds = (limit: number | null) =>
    limit === null || (direction === "lower" ? value <= limit : value >= limit);
  return holds(must) ? (holds(aim) ? "reached" : "holds") : "missed";
}

export function round(value: number): string {
  return value >= 100 || Number.isInteger(value) ? count(Math.round(value)) : value.toPrecision(3);
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** As `npm run format` would write it. */
export async function pretty(text: string, parser: "json" | "markdown"): Promise<string> {
  return format(text, {
    ...(await resolveConfig(join(import.meta.dirname, "../../../docs/figures.md"))),
    parser,
  });
}
