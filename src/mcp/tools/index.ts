import { execute } from "./execute.ts";
import { search } from "./search.ts";
import type { Tool } from "./tool.ts";

export const tools: readonly Tool[] = [search, execute];
