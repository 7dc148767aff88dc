/** What a connection was not granted and its code needs: told at once, so that its user is asked once. */
import type { ReadCode } from "../check/read-code.ts";
import { accessOf } from "../request/match.ts";
import type { CapabilitySet } from "../terms/capabilities.ts";
import type { Failure } from "../terms/failure.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { formatScope, missingScope } from "../terms/scopes.ts";
import { reconnectFor } from "./reconnect.ts";
import type { ToolContext } from "./tool-context.ts";

/** The scopes that the calls of the code need and its caller lacks. */
export function lackingIn(
  called: ReadCode["called"],
  { caller, apis }: Pick<ToolContext, "caller" | "apis">,
): string[] {
  const needed = called.flatMap(({ api, operation }) => {
    const file = apis.find(({ name }) => name === api)?.file;
    const access = accessOf(operation, file?.access);
    return missingScope(caller, api, { access, tags: operation.tags }) ?? [];
  });
  return [...new Set(needed)];
}

/** If the run lacked a scope, says how to get all that its code lacks, so that the user is asked once. */
export function withAllScopes(
  outcome: SandboxOutcome,
  lacking: readonly string[],
  context: Pick<ToolContext, "caller" | "apis" | "origin" | "env">,
): SandboxOutcome {
  if (outcome.ok || outcome.failure.kind !== "needs-scope") return outcome;
  const { failure } = outcome;
  const also = lacking.filter((scope) => scope !== failure.scope);
  const reconnect = advice([failure.scope, ...also], context);
  return { ...outcome, failure: { ...failure, ...(also.length > 0 && { also }), reconnect } };
}

export function advice(
  scopes: readonly string[],
  { caller, apis, origin, env }: Pick<ToolContext, "caller" | "apis" | "origin" | "env">,
): string {
  return reconnectFor(scopes, caller, apis, origin, env.STARTED_BY_CLIENTS === "true");
}

/**
 * Why a program that is to be kept could never do all that its user would allow: its connection lacks a scope for an operation
 * that its code names.
 */
export function cannotBeKept(
  called: ReadCode["called"],
  capabilities: CapabilitySet,
  context: Pick<ToolContext, "caller" | "apis" | "origin" | "env">,
): Failure | undefined {
  const { access } = context.caller;
  const named = capabilities.flatMap((one) =>
    one.below
      ? []
      : one.access.map((kind) => ({ ...one, scope: formatScope({ api: one.api, access: kind }), kind })),
  );
  // The check does not look at every API, and the capabilities do not tell tags.
  const ungranted = named.filter(({ api, kind }) => !access[api]?.includes(kind)).map(({ scope }) => scope);
  const [scope, ...also] = new Set([...lackingIn(called, context), ...ungranted]);
  if (scope === undefined) return undefined;
  const [api, kind] = scope.split(":");
  const first = named.find((one) => one.api === api && one.kind === kind);
  return {
    kind: "needs-scope",
    operation: first?.operation ?? "the program",
    scope,
    ...(also.length > 0 && { also }),
    reconnect: `It was not proposed. ${advice([scope, ...also], context)}`,
  };
}
