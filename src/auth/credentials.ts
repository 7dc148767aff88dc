/**
 * Takes the credentials that a person pasted on the consent page: each is tried with one GET before it is accepted,
 * and leaves this file sealed only.
 */
import type { DeployedApi } from "../terms/manifest.ts";
import { readPasted, type PastedAccount } from "./pasted.ts";
import { probe } from "../gateway/send/probe.ts";
import { sealCredential } from "../vault/vault.ts";
import { type SealedAccount } from "../terms/caller.ts";

export type Accounts = Record<string, SealedAccount[]>;
export type AccountsResult = { ok: true; accounts: Accounts } | { ok: false; problem: string };

export interface SealingContext {
  env: Env;
  /** The secret of the deployment. */
  secret: string;
  userId: string;
}

/** @param apis the APIs that were ticked */
export async function takePasted(
  form: URLSearchParams,
  apis: readonly DeployedApi[],
  context: SealingContext,
): Promise<AccountsResult> {
  const accounts: Accounts = {};
  for (const api of apis) {
    const { credential } = api.file;
    if (credential?.from !== "user") continue;
    const pasted = readPasted(form, api, credential);
    if (!pasted.ok) return pasted;
    const sealed: SealedAccount[] = [];
    for (const account of pasted.accounts) {
      const tried = await tryAccount(account, api, credential.check, context);
      if (!tried.ok) return tried;
      sealed.push(tried.account);
    }
    accounts[api.name] = sealed;
  }
  return { ok: true, accounts };
}

type Tried = { ok: true; account: SealedAccount } | { ok: false; problem: string };

async function tryAccount(
  { label, secrets }: PastedAccount,
  api: DeployedApi,
  check: string,
  { env, secret, userId }: SealingContext,
): Promise<Tried> {
  const owner = { userId, api: api.name };
  const account = { label, sealed: await sealCredential({ kind: "pasted", secrets }, owner, secret) };
  const answer = await probe(env, api, check, userId, account);
  if (!answer.ok) return answer;
  const which = label === "" ? "the credential" : `the credential of "${label}"`;
  if (answer.status === 401 || answer.status === 403)
    return {
      ok: false,
      problem: `${api.title} refused ${which} (${answer.status}): check it and paste it again.`,
    };
  if (answer.status >= 500)
    return {
      ok: false,
      problem: `${api.title} could not check ${which} just now (${answer.status}): try again.`,
    };
  return { ok: true, account };
}
