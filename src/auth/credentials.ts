/**
 * Takes the credentials that a user pasted on the consent page. They leave this file only in sealed form, and each is
 * tried with one GET before it is accepted: never for a stranger, who could have this server guess at the API.
 */
import { z } from "zod";
import { SealedAccount } from "../terms/caller.ts";
import { titleAmong, type DeployedApi } from "../terms/manifest.ts";
import type { Result } from "../terms/result.ts";
import { visibleLine } from "../terms/visible.ts";
import { probe } from "../gateway/send/probe.ts";
import { sealAccount } from "../vault/vault.ts";
import { readPasted, secretField, type FieldProblem } from "./pasted.ts";

/** A credential that was not tried yet, and the field of the form that it is from. */
export const Untried = z.object({ api: z.string(), field: z.string(), account: SealedAccount });
type Untried = z.infer<typeof Untried>;

/**
 * @param apis the APIs that were ticked
 * @param owner for whom they are sealed; `secret` is that of the deployment
 * @returns the accounts, none tried yet, or what the user must correct
 */
export async function takePasted(
  form: URLSearchParams,
  apis: readonly DeployedApi[],
  { userId, secret }: { userId: string; secret: string },
): Promise<Result<{ untried: Untried[] }, FieldProblem>> {
  const untried: Untried[] = [];
  for (const { name, title, file } of apis) {
    if (file.credential?.from !== "user") continue;
    const pasted = readPasted(form, { name, title }, file.credential.fields);
    if (!pasted.ok) return pasted;
    for (const { row, label, secrets } of pasted.accounts) {
      const account = await sealAccount(label, { kind: "pasted", secrets }, { userId, api: name }, secret);
      const field = secretField(name, row, Object.keys(secrets)[0] ?? "");
      untried.push({ api: name, field, account });
    }
  }
  return { ok: true, untried };
}

/** The accounts of each API. */
export function accountsIn(untried: readonly Untried[]): Record<string, SealedAccount[]> {
  const accounts: Record<string, SealedAccount[]> = {};
  for (const { api, account } of untried) (accounts[api] ??= []).push(account);
  return accounts;
}

/**
 * Tries them at their APIs, one after the other.
 * @param apis those that are served
 * @param userId for whom they are sealed
 * @returns what the user must correct, at the first that does not work
 */
export async function tryPasted(
  untried: readonly Untried[],
  apis: readonly DeployedApi[],
  { env, userId }: { env: Env; userId: string },
): Promise<FieldProblem | undefined> {
  for (const { api: name, field, account } of untried) {
    const api = apis.find((one) => one.name === name);
    if (api?.file.credential?.from !== "user") continue;
    const titled = { ...api, title: titleAmong(apis, name) };
    const answer = await probe(env, titled, api.file.credential.check, userId, account);
    const problem = answer.ok ? problemOf(answer.status, account.label, titled.title) : answer.failure;
    if (problem !== undefined) return { field, problem };
  }
  return undefined;
}

function problemOf(status: number, label: string, title: string): string | undefined {
  const which = label === "" ? "the credential" : `the credential of "${label}"`;
  if (status === 401 || status === 403)
    return `${visibleLine(title)} refused ${which} (${status}). Check it and paste it again.`;
  if (status >= 500) return `${visibleLine(title)} could not check ${which} (${status}). Try again.`;
  return undefined;
}
