/**
 * Where the secrets of an API come from: the Worker's environment, by the names in the API's file, or the caller's
 * own sealed credential. The only place where either is read.
 */
import { accessTokenClient } from "../../vault/access-tokens.ts";
import type { AccessResult, UpstreamTokens } from "../../vault/upstream-tokens.ts";
import { openCredential, type CredentialContent } from "../../vault/vault.ts";
import { failed, misconfigured, type Failed, type Result } from "../../terms/result.ts";
import { logEvent } from "../../terms/log.ts";
import { unknownAccount } from "../../request/accounts.ts";
import type { ApiFile } from "../../terms/api-file.ts";
import type { Caller, SealedAccount } from "../../terms/caller.ts";

/** Whose secrets are wanted, and for which API. */
export interface SecretsOwner {
  file: ApiFile;
  /** Name of the API in the deployment. */
  api: string;
  /** Who is calling: some APIs are called with the user's own credential. */
  caller: Caller;
  /** The account that the code chose, where the user has several. */
  account?: string | undefined;
  /** The Worker's environment: bindings and secrets by name. */
  env: Record<string, unknown>;
}

export interface Secrets {
  /** Security scheme → name of its secret, for messages. */
  names: Record<string, string>;
  /** Name → value; what is not there is not set. */
  values: Record<string, unknown>;
}

export async function secretsFor(signer: SecretsOwner): Promise<Result<Secrets>> {
  const { file, env, api, caller } = signer;
  if (!file.credential) return { ok: true, names: {}, values: {} };
  if (file.credential.from === "shared") return { ok: true, names: file.credential.secrets, values: env };
  const account = chosenAccount(signer);
  if (!account.ok) return account;
  const secret = env["ISOGATE_SECRET"];
  const content =
    typeof secret === "string" &&
    (await openCredential(account.sealed, { userId: caller.userId, api }, secret));
  if (!content) return reconnect(api, "The credential of this connection cannot be opened.");
  return fromContent(content, signer);
}

function chosenAccount({ api, caller, account }: SecretsOwner): Result<SealedAccount> {
  const accounts = caller.accounts?.[api] ?? [];
  const chosen = account === undefined ? accounts[0] : accounts.find(({ label }) => label === account);
  if (chosen) return { ok: true, ...chosen };
  if (accounts.length > 0)
    return failed(
      unknownAccount(
        api,
        account,
        accounts.map(({ label }) => label),
      ),
    );
  return caller.clientId.startsWith(accessTokenClient)
    ? notByToken(api)
    : reconnect(api, "This connection holds no credential for it.");
}

async function fromContent(content: CredentialContent, { env, api }: SecretsOwner): Promise<Result<Secrets>> {
  if (content.kind === "pasted") return named(content.secrets);
  const tokens = env["UPSTREAM_TOKENS"] as DurableObjectNamespace<UpstreamTokens>;
  const access = await accessTokenOf(tokens.getByName(content.store), content.key);
  if (access.ok) return named({ [content.scheme]: access.accessToken });
  if (access.reason === "ended") return reconnect(api, "Its login has ended.");
  const message = `the login server of ${api} did not renew the access token`;
  return failed({ kind: "upstream-unreachable", message });
}

/** A store that does not answer has the same end as a login server that does not: nothing is sent. */
async function accessTokenOf(store: DurableObjectStub<UpstreamTokens>, key: string): Promise<AccessResult> {
  try {
    return await store.access(key);
  } catch (error) {
    logEvent("isogate.login.unread", {}, error);
    return { ok: false, reason: "unreachable" };
  }
}

function named(secrets: Record<string, string>): Result<Secrets> {
  const nameOf = (scheme: string) => `the user's ${scheme}`;
  const names = Object.fromEntries(Object.keys(secrets).map((scheme) => [scheme, nameOf(scheme)]));
  const values = Object.fromEntries(
    Object.entries(secrets).map(([scheme, value]) => [nameOf(scheme), value]),
  );
  return { ok: true, names, values };
}

function notByToken(api: string): Failed {
  return misconfigured(
    `${api} is called with the user's own credential, and an access token brings none.`,
    `Tell the user that ${api} can be called by a program that logs in; with an access token its document can be searched.`,
  );
}

function reconnect(api: string, why: string): Failed {
  return misconfigured(
    `${api} is called with the user's own credential. ${why}`,
    `Ask the user to reconnect isogate and to give access to ${api} again.`,
  );
}
