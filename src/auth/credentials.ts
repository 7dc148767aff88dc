/**
 * Takes the credentials that a user pasted on the consent page: each is tried with one GET before it is accepted,
 * and leaves this file only in sealed form.
 */
import type { SealedAccount } from "../terms/caller.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { failed, type Result } from "../terms/result.ts";
import { visibleLine } from "../terms/visible.ts";
import { probe } from "../gateway/send/probe.ts";
import { sealAccount } from "../vault/vault.ts";
import { readPasted, secretField, type FieldProblem, type PastedAccount } from "./pasted.ts";

/** `secret` is that of the deployment. */
type SealingContext = { env: Env; secret: string; userId: string };

/** @param apis the APIs that were ticked. @returns API name → accounts, or what the user must correct */
export async function takePasted(
  form: URLSearchParams,
  apis: readonly DeployedApi[],
  context: SealingContext,
): Promise<Result<{ accounts: Record<string, SealedAccount[]> }, FieldProblem>> {
  const accounts: Record<string, SealedAccount[]> = {};
  for (const api of apis) {
    const { credential } = api.file;
    if (credential?.from !== "user") continue;
    const pasted = readPasted(form, api, credential.fields);
    if (!pasted.ok) return pasted;
    const sealed: SealedAccount[] = [];
    for (const account of pasted.accounts) {
      const tried = await tryAccount(account, api, credential.check, context);
      if (!tried.ok) {
        const field = secretField(api.name, account.row, Object.keys(account.secrets)[0] ?? "");
        return failed({ field, problem: tried.failure });
      }
      sealed.push(tried.account);
    }
    accounts[api.name] = sealed;
  }
  return { ok: true, accounts };
}

async function tryAccount(
  { label, secrets }: PastedAccount,
  api: DeployedApi,
  check: string,
  { env, secret, userId }: SealingContext,
): Promise<Result<{ account: SealedAccount }, string>> {
  const owner = { userId, api: api.name };
  const account = await sealAccount(label, { kind: "pasted", secrets }, owner, secret);
  const answer = await probe(env, api, check, userId, account);
  if (!answer.ok) return answer;
  const { status } = answer;
  const which = label === "" ? "the credential" : `the credential of "${label}"`;
  if (status === 401 || status === 403)
    return failed(`${visibleLine(api.title)} refused ${which} (${status}). Check it and paste it again.`);
  if (status >= 500)
    return failed(`${visibleLine(api.title)} could not check ${which} (${status}). Try again.`);
  return { ok: true, account };
}
