/** The dialects of OpenAPI of this folder. Written by `npm run build` from its files. */
import type { KnownDialect } from "../emitter.ts";
import { openapi30 } from "./openapi30.ts";
import { openapi31, openapi32 } from "./openapi31.ts";
import { swagger20 } from "./swagger20.ts";

export const dialects: readonly KnownDialect[] = [openapi30, openapi31, openapi32, swagger20];
