/**
 * The straightforward dereference that many servers paste into their sandboxes: every `$ref` replaced by its target,
 * cycles cut where they close. Only for the bench's comparison.
 */
export function dereferenced(document: Record<string, unknown>): Record<string, unknown> {
  const open = new Set<string>();
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    const ref = (value as { $ref?: unknown }).$ref;
    if (typeof ref === "string" && ref.startsWith("#/")) {
      if (open.has(ref)) return { $circular: ref };
      open.add(ref);
      const result = visit(resolve(document, ref));
      open.delete(ref);
      return result;
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]));
  };
  return { ...document, paths: visit(document.paths) as Record<string, unknown>, components: undefined };
}

function resolve(document: unknown, ref: string): unknown {
  return ref
    .slice(2)
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}
