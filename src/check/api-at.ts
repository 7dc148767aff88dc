/** Which API an address is of. */
import type { Operations } from "../request/operations.ts";

/** @returns of several at one origin, the one that has most of the address; undefined for an origin of none */
export function apiAt<Api>(
  start: string,
  apis: readonly Api[],
  operationsOf: (api: Api) => Operations,
): Api | undefined {
  const fits = apis.map((api) => fitOf(start, operationsOf(api)));
  const best = Math.max(0, ...fits);
  return best > 0 ? apis[fits.indexOf(best)] : undefined;
}

/**
 * How much of a URL, or of the beginning of one, an API has: its base URL, or at least its origin. Several may share an
 * origin.
 * @returns in characters; 0 for another origin
 */
function fitOf(start: string, { bases }: Operations): number {
  const url = URL.parse(start);
  return Math.max(
    0,
    ...bases().map((text) => {
      const base = new URL(text);
      if (base.origin !== url?.origin) return 0;
      const path = base.pathname.replace(/\/$/, "");
      const isInside = url.pathname === path || url.pathname.startsWith(`${path}/`);
      return base.origin.length + (isInside ? path.length : 0);
    }),
  );
}
