/** What an isolate is handed of each API: the index always; the body, which may be megabytes, only to code that can look into it. */
import { seenTypes } from "../learned/learned.ts";
import { readCatalog } from "../store/catalogs.ts";
import { StoreFault } from "../store/fault.ts";
import type { Caller } from "../terms/caller.ts";
import { clientConfigOf } from "../terms/client-config.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import type { Program } from "../terms/program.ts";
import { misconfigured, type Result } from "../terms/result.ts";
import type { SandboxApi } from "./run.ts";

interface Shipping {
  env: Env;
  ctx: Pick<ExecutionContext, "waitUntil">;
  caller: Caller;
  apis: readonly DeployedApi[];
}

/**
 * @param code the program, the names of the APIs whose bodies it needs, and whether members of a body that the document
 *   does not list may pass
 * @returns a failure if a document cannot be read: nothing was run
 */
export async function ship(
  code: { program: Program; looksInto: ReadonlySet<string>; insisted: boolean | Promise<boolean> },
  context: Shipping,
): Promise<Result<{ apis: SandboxApi[] }>> {
  // Begins to read them: they may be there by the time that the catalogs are.
  for (const api of context.apis) seenTypes(code.program, api, context);
  const shipped = context.apis.map(async (api): Promise<SandboxApi> => {
    const { index, body } = await readCatalog(context.env.CATALOGS, api.hash);
    return {
      name: api.name,
      index,
      ...(code.looksInto.has(api.name) && { body }),
      budgets: api.file.budgets,
      seen: seenTypes(code.program, api, context),
      client: {
        ...(code.insisted === true && { passes: "unknown-members" as const }),
        ...clientConfigOf(api, context.caller),
      },
    };
  });
  try {
    return { ok: true, apis: await Promise.all(shipped) };
  } catch (error) {
    // Anything else is a bug.
    if (!(error instanceof StoreFault)) throw error;
    return misconfigured(
      `${error.message} Nothing was run or sent.`,
      "Send the code again in a moment. If it keeps failing, tell the operator to read the server's log.",
    );
  }
}
