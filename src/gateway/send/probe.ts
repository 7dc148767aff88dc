/** Verifies a user's credential with one GET through the gateway, under the same rules as every other request. */
import { exports } from "cloudflare:workers";
import type { DeployedApi } from "../../terms/manifest.ts";
import { logEvent } from "../../terms/log.ts";
import { readBoundedText } from "../../terms/bounded-body.ts";
import { parseJsonOfIds } from "../../terms/json.ts";
import { gatewayProps } from "../run/props.ts";
import { readRefusal } from "../../request/refusal.ts";
import { baseUrls } from "../../request/servers.ts";
import { openDeployed } from "../../store/catalogs.ts";
import { failed, type Result } from "../../terms/result.ts";
import type { SealedAccount } from "../../terms/caller.ts";

/** Longer answers are not read: it is about who the user is. */
const maxAnswerBytes = 1024 * 1024;

/**
 * @param path a GET operation's path without parameters; a query may follow
 * @param account the sealed credential to verify
 */
export async function probe(
  env: Env,
  api: DeployedApi,
  path: string,
  userId: string,
  account: SealedAccount,
): Promise<Result<{ status: number; data: unknown }, string>> {
  const catalog = await openDeployed(env.CATALOGS, api);
  const [template] = path.split("?");
  const operation = catalog.operations.find((one) => one.method === "get" && one.path === template);
  const [base] = operation ? baseUrls(catalog.servers(operation)) : [];
  if (!base) return failed(`${api.title} has no operation GET ${template} to verify the credential with.`);
  const caller = {
    userId,
    clientId: "consent-page",
    access: { [api.name]: ["read" as const] },
    accounts: { [api.name]: [account] },
  };
  const gateway = exports.Gateway({ props: gatewayProps(crypto.randomUUID(), { caller, apis: [api] }) });
  const response = await gateway.fetch(new Request(base + path, { headers: { Accept: "application/json" } }));
  const failure = readRefusal(response.headers);
  const text = (await readBoundedText(response, maxAnswerBytes)) ?? "";
  if (failure) {
    logEvent("isogate.credential.unchecked", { "isogate.api": api.name, "error.type": failure.kind });
    return failed(`${api.title} could not be reached just now. Try again in a moment.`);
  }
  return { ok: true, status: response.status, data: parseJsonOfIds(text) };
}
