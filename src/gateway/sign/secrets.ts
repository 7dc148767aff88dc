/**
 * Where the secrets of an API come from: the Worker's environment, by the names in the API's file, or the caller's
 * own sealed credential. The only place where either is read.
 */
import { accessTokenClient } from "../../vault/access-tokens.ts";
import type { AccessResult, UpstreamTokens } from "../../vault/upstream-tokens.ts";
import { openCredential, type CredentialContent } from "../../vault/vault.ts";
import { type SealedAccount } from "../../terms/caller.ts";
import type { Failure } from "../../terms/failure.ts";
import { logEvent } from "../../terms/log.ts";
import { unknownAccount } from "../../request/accounts.ts";
import type { ApiFile } from "../../terms/api-file.ts";
import type { Caller } from "../../terms/caller.ts";

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
  ok: true;
  /** Security scheme → name of its secret, for messages. */
  names: Record<string, string>;
  /** Name → value; what is not there is not set. */
  values: Record<string, unknown>;
}

export type SecretsResult = Secrets | { ok: false; failure: Failure };

export async function secretsFor(signer: SecretsOwner): Promise<SecretsResult> {
  const { file, env, api, caller } = signer;
  if (!file.credential) return { ok: true, names: {}, values: {} };
  if (file.credential.from === "shared") return { ok: true, names: file.credential.secrets, values: env };
  const account = chosenAccount(signer);
  if (!account.ok) return account;
  const secret = env["ISOGATE_SECRET"];
  const content =
    typeof secret === "string" &&
    (await openCredential(account.sealed, { userId: caller.userId, api }, secret));
  if (!content)
    return { ok: false, failure: reconnect(api, "The credential of this connection cannot be opened.") };
  return fromContent(content, signer);
}

type Chosen = ({ ok: true } & SealedAccount) | { ok: false; failure: Failure };

function chosenAccount({ api, caller, account }: SecretsOwner): Chosen {
  const accounts = caller.accounts?.[api] ?? [];
  const chosen = account === undefined ? accounts[0] : accounts.find(({ label }) => label === account);
  if (chosen) return { ok: true, ...chosen };
  if (accounts.length === 0 && caller.clientId.startsWith(accessTokenClient))
    return { ok: false, failure: notByToken(api) };
  if (accounts.length === 0)
    return { ok: false, failure: reconnect(api, "This connection holds no credential for it.") };
  const labels = accounts.map(({ label }) => label);
  return { ok: false, failure: unknownAccount(api, account, labels) };
}

async function fromContent(content: CredentialContent, { env, api }: SecretsOwner): Promise<SecretsResult> {
  if (content.kind === "pasted") return named(content.secrets);
  const tokens = env["UPSTREAM_TOKENS"] as DurableObjectNamespace<UpstreamTokens>;
  const access = await accessTokenOf(tokens.getByName(content.store), content.key);
  if (access.ok) return named({ [content.scheme]: access.accessToken });
  if (access.reason === "ended") return { ok: false, failure: reconnect(api, "Its login has ended.") };
  return {
    ok: false,
    failure: {
      kind: "upstream-unreachable",
      message: `the login server of ${api} did not renew the access token`,
    },
  };
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

function named(secrets: Record<string, string>): Secrets {
  const names = Object.fromEntries(Object.keys(secrets).map((scheme) => [scheme, `the user's ${scheme}`]));
  const values = Object.fromEntries(
    Object.entries(secrets).map(([scheme, value]) => [`the user's ${scheme}`, value]),
  );
  return { ok: true, names, values };
}

function notByToken(api: string): Failure {
  return {
    kind: "misconfigured",
    message: `${api} is called with the user's own credential, and an access token brings none.`,
    next: `Tell the user that ${api} can be called by a program that logs in; with an access token its document can be searched.`,
  };
}

function reconnect(api: string, why: string): Failure {
  return {
    kind: "misconfigured",
    message: `${api} is called with the user's own credential. ${why}`,
    next: `Ask the user to reconnect isogate and to give access to ${api} again.`,
  };
}
