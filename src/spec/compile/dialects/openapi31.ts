/** OpenAPI 3.1 and 3.2 are the shape that everything is brought into. */
import type { Dialect } from "../emitter.ts";
import { unfoldRoot } from "./unfold.ts";

export const openapi31: Dialect = { openapi: "3.1.1", byKind: false, convert: {}, root: unfoldRoot };
export const openapi32: Dialect = { openapi: "3.2.0", byKind: false, convert: {}, root: unfoldRoot };
