/** The address of the next page, as an answer spells it. Pure. */

/** A URI template (RFC 6570), as HAL has it, with the values that the request of this page had. */
export function expanded(text: string, valueOf: (name: string) => string | null): string {
  return text.replace(/\{([?&]?)([^{}]*)\}/g, (_, mark: string, names: string) => {
    const pairs = (mark && names.split(",")) || [];
    const given = pairs.flatMap((name) => {
      const value = valueOf(name);
      return value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
    });
    return given.length > 0 ? mark + given.join("&") : "";
  });
}

/**
 * The absolute addresses that may be meant, the likely one first. A server behind a proxy often writes its own scheme,
 * host or base path, which nobody else can reach: where the path is that of this page, the next one is where this one
 * was. A path from the root may be one from the base of the API.
 */
export function addressesOf(next: string, current: string, base: string): string[] {
  if (!URL.canParse(next, current)) return [];
  const from = new URL(current);
  const { href, pathname, search } = new URL(next, from);
  if (pathname !== "/" && from.pathname.endsWith(pathname)) return [from.origin + from.pathname + search];
  return next.startsWith("/") && !href.startsWith(base) ? [href, base + next] : [href];
}
