/** Method and path templates of every operation that some server may take a request for, as one text: `route` of its record. Pure. */
import type { ExactRequest } from "../terms/approvals.ts";

/** @param templates paths as the document writes them */
export function routeOf(method: string, templates: readonly string[]): string {
  return [...new Set(templates)].map((template) => `${method} ${template}`).join(" or ");
}

/** @returns the templates of `routeOf`; none for a record of an earlier version, which has no route */
export function templatesOf({ method, route }: Pick<ExactRequest, "method" | "route">): string[] {
  return route === undefined ? [] : route.slice(method.length + 1).split(` or ${method} `);
}
