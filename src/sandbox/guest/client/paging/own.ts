/**
 * The pagings of the operator's project, whose module has run before this one. They are asked before the built-in ways; one
 * that fails, or answers nonsense, ends the list with a sentence.
 */
import type * as project from "../../../../terms/public.ts";
import { now } from "../../primordials.ts";
import { messageOf } from "../../message-of.ts";
import { isObject } from "../parameters.ts";
import type { Values } from "./places.ts";
import type { Step } from "./ways.ts";

/** See `Registered` in src/terms/own.ts. Read before the program runs, which shares these globals. */
const registered = (globalThis as Record<symbol, unknown>)[Symbol.for("isogate.own")] as
  { members: Record<string, project.Paging>; watch(tick: () => void): void } | undefined;
const pagings = registered ? Object.values(registered.members) : [];

const holdMs = 1_000;
let until = Infinity;
registered?.watch(() => {
  if (now() > until) throw new Error(`it did not end within ${holdMs / 1_000} s`);
});

/** @returns the step to the next page, that there is none, why nobody can tell, or undefined to look for it */
export function ownStep(page: project.Page): Step | "end" | { hint: string } | undefined {
  for (const { name, next } of pagings) {
    try {
      until = now() + holdMs;
      const found: unknown = next(page);
      if (found === undefined || found === null) continue;
      if (found === "end") return found;
      const step = stepOf(name, found);
      if (step) return step;
      throw new TypeError("it named no next page");
    } catch (error) {
      return {
        hint: `The paging "${name}" of this server's operator failed: ${messageOf(error)}. Tell the user.`,
      };
    } finally {
      until = Infinity;
    }
  }
  return undefined;
}

const groups = ["query", "headers", "body"] as const;

function stepOf(way: string, found: unknown): Step | undefined {
  if (!isObject(found)) return undefined;
  if (typeof found["url"] === "string") return { way, url: found["url"] };
  const values = groups.flatMap((group): Values => {
    const members = found[group];
    return isObject(members)
      ? Object.entries(members).map(([name, value]) => [{ group, path: [name] }, value])
      : [];
  });
  return values.length > 0 ? { way, values } : undefined;
}
