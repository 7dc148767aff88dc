/** OpenAPI 3.1 and 3.2 need no conversion: other dialects are converted to 3.1. */
import type { KnownDialect } from "../emitter.ts";
import { unfoldRoot } from "./unfold.ts";

const unchanged = { byKind: false, convert: {}, root: unfoldRoot };

export const openapi31: KnownDialect = {
  reads: (version) => version.startsWith("3.1"),
  dialect: () => ({ ...unchanged, openapi: "3.1.1" }),
};

/** Also reads later minor versions, which only add to it. */
export const openapi32: KnownDialect = {
  reads: (version) => /^3\.(?![01])/.test(version),
  dialect: () => ({ ...unchanged, openapi: "3.2.0" }),
};
