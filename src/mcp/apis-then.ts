/**
 * What the record of a run keeps of its APIs, so that a later look back can tell what has changed: which document, which
 * rules, and how the called operations were called. No texts of the document and nothing of an answer. Works after the
 * reply, and never fails a run.
 */
import { groundsOf } from "../gateway/decide/policy/file-rules.ts";
import type { OpenedCatalog } from "../spec/catalog.ts";
import { openDeployed } from "../store/catalogs.ts";
import { digest } from "../terms/digest.ts";
import type { RequestRecord } from "../terms/failure.ts";
import { logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { onceFor } from "../terms/once.ts";
import type { ApiThen, RuleThen } from "../terms/record.ts";
import type { ToolContext } from "./tool-context.ts";

/** Of an API, so that the record still fits into a row of the ledger. */
const maxRuleChars = 10_000;
const maxOperations = 200;

export async function apisThen(
  { env, apis }: Pick<ToolContext, "env" | "apis">,
  requests: readonly RequestRecord[],
): Promise<Record<string, ApiThen>> {
  const called = Map.groupBy(requests, ({ api }) => api);
  const entries = apis.map(async (api) => {
    const ids = called.get(api.name)?.flatMap(({ operation }) => operation ?? []);
    const kept = ids ? { ...rulesThen(api), ...(await operationsThen(api, new Set(ids), env)) } : {};
    return [api.name, { hash: api.hash, ...kept }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function rulesThen({ file }: DeployedApi): Pick<ApiThen, "rules" | "otherwise"> {
  const { policy = [], otherwise } = file;
  const rules = policy.map((rule): RuleThen => {
    const { effect, what } = groundsOf(rule);
    return { effect, what };
  });
  let left = maxRuleChars;
  const fitting = rules.every(({ what }) => (left -= what.length + 30) >= 0);
  return { ...(fitting && { rules }), ...(otherwise && { otherwise }) };
}

async function operationsThen(
  api: DeployedApi,
  ids: ReadonlySet<string>,
  env: Env,
): Promise<Pick<ApiThen, "operations">> {
  try {
    const catalog = await openDeployed(env.CATALOGS, api);
    const called = catalog.operations.filter(({ id }) => ids.has(id)).slice(0, maxOperations);
    const digests = digestsOf(catalog);
    return { operations: Object.fromEntries(called.map((operation) => [operation.id, digests(operation)])) };
  } catch (error) {
    logEvent("isogate.look-back.failed", {}, error);
    return {};
  }
}

/** Made once per document and operation: most runs call what others have called. */
const digestsOf = onceFor((catalog: OpenedCatalog) => {
  const known = new Map<string, string>();
  return (operation: OpenedCatalog["operations"][number]): string => {
    let found = known.get(operation.id);
    if (found === undefined) known.set(operation.id, (found = digestOf(catalog, operation)));
    return found;
  };
});

function digestOf(catalog: OpenedCatalog, operation: OpenedCatalog["operations"][number]): string {
  const { method, path } = operation;
  return digest(`${method} ${path}\n${catalog.signature(operation)}`).slice(0, 16);
}
