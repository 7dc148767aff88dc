/**
 * Tries an API with a person's credential, through the gateway like every other request: the same address rules, the
 * same signing, one GET.
 */
import { exports } from "cloudflare:workers";
import type { DeployedApi } from "../../terms/manifest.ts";
import { logEvent } from "../../terms/log.ts";
import { parseJson } from "../../terms/json.ts";
import { gatewayProps } from "../run/props.ts";
import { readRefusal } from "../../request/refusal.ts";
import { baseUrls } from "../../request/servers.ts";
import { openDeployed } from "../../store/catalogs.ts";
import type { SealedAccount } from "../../terms/caller.ts";

export type ProbeResult = { ok: true; status: number; data: unknown } | { ok: false; problem: string };

/** @param path a GET operation's path without parameters in it; a query may follow */
export async function probe(
  env: Env,
  api: DeployedApi,
  path: string,
  userId: string,
  account: SealedAccount,
): Promise<ProbeResult> {
  const catalog = await openDeployed(env.CATALOGS, api);
  const [template] = path.split("?");
  const operation = catalog.operations.find((one) => one.method === "get" && one.path === template);
  const [base] = operation ? baseUrls(catalog.servers(operation)) : [];
  if (!base)
    return {
      ok: false,
      problem: `${api.title} has no operation GET ${template} to try the credential with.`,
    };
  const caller = {
    userId,
    clientId: "consent-page",
    access: { [api.name]: ["read" as const] },
    accounts: { [api.name]: [account] },
  };
  const gateway = exports.Gateway({
    props: gatewayProps(crypto.randomUUID(), { caller, apis: [api] }),
  });
  const response = await gateway.fetch(new Request(base + path, { headers: { Accept: "application/json" } }));
  const failure = readRefusal(response.headers);
  const text = await response.text();
  if (failure) {
    logEvent("isogate.credential.unchecked", { "isogate.api": api.name, "error.type": failure.kind });
    return { ok: false, problem: `${api.title} could not be asked just now; try again in a moment.` };
  }
  return { ok: true, status: response.status, data: parseJson(text) };
}
