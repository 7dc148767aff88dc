/** The policy rules of this folder. Written by `npm run build` from its files. */
import type { Rule } from "./rule.ts";
import { fileRules } from "./file-rules.ts";
import { grant } from "./grant.ts";
import { methodOverride } from "./method-override.ts";
import { program } from "./program.ts";
import { readsOnly } from "./reads-only.ts";

export const rules: readonly Rule[] = [fileRules, grant, methodOverride, program, readsOnly];
