/**
 * Tries an API with a person's credential, through the gateway like every other request: the same address rules, the
 * same signing, one GET.
 */
import { exports } from "cloudflare:workers";
import type { DeployedApi } from "../deployment/manifest.ts";
import { readRefusal } from "../gateway/refusal.ts";
import { baseUrls } from "../gateway/servers.ts";
import { openDeployed } from "../store/catalogs.ts";
import type { SealedAccount } from "./vault.ts";

export type ProbeResult = { ok: true; status: number; data: unknown } | { ok: false; problem: string };

/** @param path template-free path of a GET operation of the API */
export async function probe(
  env: Env,
  api: DeployedApi,
  path: string,
  userId: string,
  account: SealedAccount,
): Promise<ProbeResult> {
  const { spec } = await openDeployed(env.CATALOGS, api);
  const [base] = baseUrls(spec["servers"], { server: api.file.server, source: api.file.source });
  if (!base) return { ok: false, problem: `${api.title} names no server to try the credential at.` };
  const caller = {
    userId,
    clientId: "consent-page",
    access: { [api.name]: ["read" as const] },
    accounts: { [api.name]: [account] },
  };
  const gateway = exports.Gateway({ props: { runId: crypto.randomUUID(), caller, apis: [api] } });
  const response = await gateway.fetch(new Request(base + path, { headers: { Accept: "application/json" } }));
  const failure = readRefusal(response.headers);
  const text = await response.text();
  if (failure) {
    console.warn(JSON.stringify({ event: "credential-check-failed", api: api.name, kind: failure.kind }));
    return { ok: false, problem: `${api.title} could not be asked just now; try again in a moment.` };
  }
  return { ok: true, status: response.status, data: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
