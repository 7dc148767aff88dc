/**
 * The only place that reads an API's secrets: from the Worker's environment, by the names in the API file, or from
 * the caller's own sealed credential.
 */
import { isAccessTokenClient } from "../../terms/access-token-client.ts";
import type { AccessResult, UpstreamTokens } from "../../vault/upstream-tokens.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { openCredential, type CredentialContent } from "../../vault/vault.ts";
import { digest } from "../../terms/digest.ts";
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
  /** Holds the user's own credentials, which some APIs are called with. */
  caller: Caller;
  /** The account that the code chose, where the user has several. */
  account?: string | undefined;
  /** The Worker's environment: bindings and secrets by name. */
  env: Record<string, unknown>;
}

/** A name for messages, the value if it is set, and when that expires by itself (epoch, in ms), if it says so. */
interface Secret {
  name: string;
  value?: unknown;
  expiresAt?: number | undefined;
}

/** Security scheme → its secret. */
export type Secrets = Record<string, Secret>;

export interface Source {
  secrets: Secrets;
  /** Present if the API may refuse what is there and take what is there next. @returns whether that is another one */
  renew?: () => Promise<boolean>;
  /** What nothing is signed with now and an answer may hold all the same: what else was pasted at this API, by scheme. */
  pasted?: readonly Secrets[];
  /** The same without a scheme: what renews a login. */
  renewing?: readonly string[];
}

export async function secretsFor(signer: SecretsOwner): Promise<Result<Source>> {
  const { file, env, api, caller } = signer;
  const { credential } = file;
  if (!credential) return { ok: true, secrets: {} };
  if (credential.from === "shared")
    return named(credential.secrets, (_, name) => ({ name, value: env[name] }));
  const chosen = chosenAccount(signer);
  if (!chosen.ok) return chosen;
  const content = await contentOf(chosen.account, signer);
  if (!content) return reconnect(api, "The credential of this connection cannot be opened.");
  const source = await fromContent(content, signer);
  const others = (caller.accounts?.[api] ?? []).filter((one) => one !== chosen.account);
  if (!source.ok || others.length === 0) return source;
  const pasted = await Promise.all(others.map((one) => pastedIn(one, signer)));
  return { ...source, pasted };
}

async function contentOf(
  { sealed }: SealedAccount,
  { env, api, caller: { userId } }: SecretsOwner,
): Promise<CredentialContent | undefined> {
  const secret = env["ISOGATE_SECRET"];
  return typeof secret === "string" ? openCredential(sealed, { userId, api }, secret) : undefined;
}

/** By what is sealed, which opens to the same every time: requests to one account need not open the others again. */
const opened = new BoundedMap<string, Secrets>(1_000);

async function pastedIn(account: SealedAccount, owner: SecretsOwner): Promise<Secrets> {
  const key = digest(JSON.stringify([owner.caller.userId, owner.api, account.sealed]));
  const known = opened.get(key);
  if (known) return known;
  const content = await contentOf(account, owner);
  if (content?.kind !== "pasted") return {};
  const { secrets } = named(content.secrets, usersOwn);
  opened.set(key, secrets);
  return secrets;
}

/** The names of the shared secrets that an API needs and the environment lacks. Their values stay here. */
export function unsetSecrets({ credential }: ApiFile, env: Record<string, unknown>): string[] {
  if (credential?.from !== "shared") return [];
  return Object.values(credential.secrets).filter((name) => !env[name]);
}

/** The account that a request is signed with; none where all users call the API with one credential. */
export function accountOf(owner: SecretsOwner): Result<{ account?: SealedAccount }> {
  const { credential } = owner.file;
  if (!credential || credential.from === "shared") return { ok: true };
  const chosen = chosenAccount(owner);
  return chosen.ok ? { ok: true, account: chosen.account } : chosen;
}

function chosenAccount({ api, caller, account }: SecretsOwner): Result<{ account: SealedAccount }> {
  const accounts = caller.accounts?.[api] ?? [];
  const chosen = account === undefined ? accounts[0] : accounts.find(({ label }) => label === account);
  if (chosen) return { ok: true, account: chosen };
  const labels = accounts.map(({ label }) => label);
  if (labels.length > 0) return failed(unknownAccount(api, account, labels));
  if (!isAccessTokenClient(caller.clientId)) return reconnect(api, "This connection does not have one.");
  return misconfigured(
    `${api} is called with the user's own credential, and an access token does not carry one.`,
    `Tell the user to call ${api} from a program that logs in. With an access token, only its document can be searched.`,
  );
}

async function fromContent(
  content: CredentialContent,
  { env, api, file }: SecretsOwner,
): Promise<Result<Source>> {
  if (content.kind === "pasted") return named(content.secrets, usersOwn);
  const { credential: oauth } = file;
  if (oauth?.from !== "oauth") return reconnect(api, "It was a login, and the API is called otherwise now.");
  const tokens = env["UPSTREAM_TOKENS"] as DurableObjectNamespace<UpstreamTokens>;
  const login = tokens.getByName(content.store);
  const client = { tokenUrl: oauth.tokenUrl, clientId: oauth.clientId };
  let access: AccessResult;
  try {
    access = await login.access(content.key, client);
  } catch (error) {
    // Like a login server that does not answer: nothing is sent.
    logEvent("isogate.login.unread", {}, error);
    access = { ok: false, reason: "unreachable" };
  }
  if (access.ok) {
    const { accessToken, refreshToken, expiresAt } = access;
    const clientSecret = env[oauth.clientSecret ?? ""];
    const renewing = [refreshToken, clientSecret].filter((one) => typeof one === "string");
    const renew = () =>
      login.refused(content.key, accessToken, client).catch((error: unknown) => {
        logEvent("isogate.login.unread", {}, error);
        return false;
      });
    const secret = { ...usersOwn(content.scheme, accessToken), expiresAt };
    return { ok: true, secrets: { [content.scheme]: secret }, renew, renewing };
  }
  if (access.reason === "ended") return reconnect(api, "Its login has ended.");
  const message = `the login server of ${api} did not renew the access token`;
  return failed({ kind: "upstream-unreachable", message });
}

const usersOwn = (scheme: string, value: string) => ({ name: `the user's ${scheme}`, value });

function named(given: Record<string, string>, secret: (scheme: string, text: string) => Secrets[string]) {
  const secrets = Object.entries(given).map(([scheme, text]) => [scheme, secret(scheme, text)] as const);
  return { ok: true as const, secrets: Object.fromEntries(secrets) };
}

function reconnect(api: string, why: string): Failed {
  return misconfigured(
    `${api} is called with the user's own credential. ${why}`,
    `Ask the user to reconnect isogate and to enter the credential for ${api} again.`,
  );
}
