/**
 * The straightforward dereference that many servers paste into their sandboxes: every `$ref` replaced by its target,
 * cycles cut where they close. Only for the bench's comparison.
 */

/** GitHub's document has 650,000, in 17 MB; Stripe's and Microsoft Graph's have no end that memory would see. */
const enough = 2_000_000;

/** @returns undefined if the document is too large to be written out */
export function dereferenced(
  document: Record<string, unknown>,
  mostValues = enough,
): Record<string, unknown> | undefined {
  const open = new Set<string>();
  let values = 0;
  const visit = (value: unknown): unknown => {
    if (++values > mostValues) throw new TooLarge();
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
  try {
    return { ...document, paths: visit(document["paths"]) as Record<string, unknown>, components: undefined };
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class TooLarge extends Error {}

function resolve(document: unknown, ref: string): unknown {
  return ref
    .slice(2)
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}
