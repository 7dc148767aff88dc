/**
 * The settings of a deployment: `deployment.jsonc` (no secrets, fit for version control), overridden by environment
 * variables of the same names. Decides what must never be deployed. Pure.
 */
import { z } from "zod";
import { checkSettings, secretSettings, settingNames } from "../../auth/settings.ts";
import { nearestNames } from "../../request/nearest.ts";
import { ApiName } from "../../terms/api-file.ts";
import { ownNames } from "../../terms/own.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import { messageOf } from "../../terms/log.ts";
import { readJsonc } from "../jsonc-file.ts";
import { docPage } from "../places.ts";

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,53}$/, "a name is up to 54 of a-z, 0-9 and -");
const Domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "a domain is a host name such as mcp.example.com");
/** By name: those of the login, and what the operator's project reads. */
const Settings = z.record(z.string(), z.string()).superRefine((settings, context) => {
  // A secret of the project has a sentence of its own below.
  const names = [...known(), ...ownNames("secrets")];
  for (const name of Object.keys(settings))
    if (!names.includes(name))
      context.addIssue({ code: "custom", path: [name], message: unknownSetting(name) });
});
const known = (): string[] => [...settingNames, ...ownNames("variables")];

function unknownSetting(name: string): string {
  const [near] = nearestNames(known(), name);
  const instead =
    near === undefined
      ? `there are ${known().join(", ")}. Secrets, and what else commands read, come from the environment: remove it from here`
      : `did you mean ${near}?`;
  return `there is no setting ${name}; ${instead}`;
}

/** Another deployment of the same file. What it does not say is as in the file, except for names and addresses. */
const Environment = z.strictObject({
  name: Name.optional(),
  domain: Domain.optional(),
  apis: z.array(ApiName).optional(),
  settings: Settings.default({}),
});

export const DeploymentFile = z.strictObject({
  $schema: z.string().optional(),
  /** Name of the Worker; the KV namespace and the R2 bucket are called after it. */
  name: Name.default("isogate"),
  /** Host name of a zone in the same account, instead of `<name>.<subdomain>.workers.dev`. */
  domain: Domain.optional(),
  /** The APIs of specs/ to serve; by default all that can be reached from the internet. */
  apis: z.array(ApiName).optional(),
  /** Settings of the Worker by name; none of them is secret. */
  settings: Settings.default({}),
  /**
   * Further deployments of this file, such as `staging`, for `npm run deploy -- --env staging`. Each may have the members
   * above: its settings override those above one by one. Its name is `<name>-<env>` by default; `domain` and `PUBLIC_URL` are
   * never taken from above.
   */
  env: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "a name of a-z, 0-9 and -"), Environment).optional(),
});
export type DeploymentFile = z.infer<typeof DeploymentFile>;

export interface Deployment {
  name: string;
  domain?: string;
  apis?: string[];
  /** Variables of the Worker. */
  vars: Record<string, string>;
}

/** `refusal`: why this is not deployed. `missing`: SIGN_IN is not set yet, so a dry run can continue with this. */
type DeploymentResult =
  { ok: true; deployment: Deployment } | { ok: false; refusal: string; missing?: Deployment };

/** Shown to a person who has no deployment.jsonc yet. */
export const exampleFile = `{
  "name": "isogate",
  "settings": {
    "SIGN_IN": "oidc",
    "OIDC_ISSUER": "https://accounts.google.com",
    "OIDC_CLIENT_ID": "…",
    "OIDC_ALLOWED": "@example.com"
  }
}`;

/** Stands in for secrets while settings are checked; whether the Worker has them is checked later. */
const anySecret = "x".repeat(32);
/** A server makes it itself if there is none. */
const made = "ISOGATE_SECRET";
const secretNames: readonly string[] = secretSettings;

/**
 * @param text content of `deployment.jsonc`; undefined if it does not exist
 * @param environment of the command
 * @param from `file`: how the file is called in messages. `env`: the deployment of it, if it is not the first.
 *   `mayBeLoopback`: the server is one's own, so a public origin on loopback may be http, to try it.
 *   `isServing`: this process is to serve with it: no address is known but PUBLIC_URL, and the secrets are in the environment
 */
export function readDeployment(
  text: string | undefined,
  environment: Record<string, string | undefined>,
  from: { file?: string; env?: string | undefined; mayBeLoopback?: boolean; isServing?: boolean } = {},
): DeploymentResult {
  const { mayBeLoopback = false, isServing = false } = from;
  const own = { file: from.file ?? "deployment.jsonc", mayBeLoopback };
  let content: unknown = {};
  try {
    if (text !== undefined) content = readJsonc(text, own.file);
  } catch (error) {
    return refuse(messageOf(error));
  }
  const file = DeploymentFile.safeParse(content);
  if (!file.success) return refuse(`${own.file} does not fit:\n${z.prettifyError(file.error)}`);
  const chosen = deploymentOf(file.data, from.env, own.file);
  if (!chosen.ok) return chosen;
  const { name, domain, apis, settings } = chosen.deployment;
  const secret = [...secretNames, ...ownNames("secrets")].find((each) => Object.hasOwn(settings, each));
  if (secret !== undefined)
    return refuse(
      `${secret} is a secret: remove it from ${own.file}. Set it in the environment${own.mayBeLoopback ? `, or name a file that holds it: ${secret}_FILE` : ", or enter it when npm run deploy asks"}.`,
    );
  // Compose and CI hand on `NAME=` for what nobody set: taken for a value, it would remove what the file says.
  const inEnvironment = (setting: string) => environment[setting] || undefined;
  const vars: Record<string, string> = {};
  for (const setting of known()) {
    const value = inEnvironment(setting) ?? settings[setting];
    if (value !== undefined && !secretNames.includes(setting)) vars[setting] = value;
  }
  if (domain !== undefined) vars["PUBLIC_URL"] ??= `https://${domain}`;
  const deployment = { name, vars, ...(domain !== undefined && { domain }), ...(apis && { apis }) };
  /** Where a person corrects a setting: what the environment has wins over the file. */
  const correct = (setting: string) => {
    const isThere = inEnvironment(setting) !== undefined;
    if (!isThere && secretNames.includes(setting))
      return `Set it in the environment, or name a file that holds it: ${setting}_FILE.`;
    if (!isThere) return `Set it in ${own.file}, under "settings".`;
    const path = environment[`${setting}_FILE`];
    return path
      ? `It is read from ${path}, which ${setting}_FILE names: correct that file.`
      : `It comes from the environment, which overrides ${own.file}: correct or unset it there.`;
  };
  const wrong: string[] = [];
  if (vars["OPEN"] === "true")
    wrong.push(
      `OPEN is "true": everybody could use the APIs without login. That is only for loopback. It has to be "false", or not set: who may sign in, SIGN_IN says. ${correct("OPEN")}`,
    );
  if (vars["SIGN_IN"] === "local")
    wrong.push(
      `SIGN_IN is "local": everybody could sign in with one click. That is only for loopback. It has to be "oidc" or "upstream" (${docPage("login")}). ${correct("SIGN_IN")}`,
    );
  const checked = checkSettings({
    ...vars,
    ...Object.fromEntries(
      secretNames.map((each) => [each, isServing && each !== made ? inEnvironment(each) : anySecret]),
    ),
  });
  const failures = checked.ok ? [] : checked.failure;
  for (const { sentence, name: setting } of failures) wrong.push(`${sentence} ${correct(setting)}`);
  const { PUBLIC_URL } = vars;
  const isHttp = PUBLIC_URL !== undefined && URL.parse(PUBLIC_URL)?.protocol === "http:";
  if (isHttp && !(own.mayBeLoopback && isLoopbackHost(new URL(PUBLIC_URL).hostname)))
    wrong.push(
      `PUBLIC_URL must be https in a deployment; it is ${new URL(PUBLIC_URL).origin}. ${correct("PUBLIC_URL")}`,
    );
  if (isServing && PUBLIC_URL === undefined && !failures.some((each) => each.name === "PUBLIC_URL"))
    wrong.push(
      `PUBLIC_URL is not set: the address that people use, such as https://mcp.example.com. Set it in ${own.file}, under "settings", or in the environment.`,
    );
  if (vars["SIGN_IN"] === undefined) {
    const unset = `SIGN_IN is not set, so it is open who may sign in. ${text === undefined ? `Write ${own.file}` : `Set it in ${own.file}, under "settings"`} (see ${docPage("login")}):\n\n${exampleFile}`;
    // The example comes last, since it has lines of its own.
    return wrong.length > 0
      ? refuse([...wrong, unset].join("\n"))
      : { ok: false, refusal: unset, missing: deployment };
  }
  if (wrong.length > 0) return refuse(wrong.join("\n"));
  return { ok: true, deployment };
}

/** The deployment of a file that `--env` names, or the first. */
function deploymentOf(
  { env: environments = {}, ...first }: DeploymentFile,
  env: string | undefined,
  file: string,
): { ok: true; deployment: Omit<DeploymentFile, "env" | "$schema"> } | { ok: false; refusal: string } {
  if (env === undefined) return { ok: true, deployment: first };
  const names = Object.keys(environments);
  const chosen = Object.hasOwn(environments, env) ? environments[env] : undefined;
  if (chosen === undefined) {
    const [near] = nearestNames(names, env);
    const there = names.length > 0 ? `it has ${names.join(", ")}` : `write it there, under "env"`;
    return refuse(
      `${file} has no deployment "${env}": ${near === undefined ? there : `did you mean "${near}"?`}${near === undefined ? "." : ""}`,
    );
  }
  const { PUBLIC_URL: _address, ...inherited } = first.settings;
  const name = Name.safeParse(chosen.name ?? `${first.name}-${env}`);
  if (!name.success)
    return refuse(`${file}: the name of ${env} does not fit: ${name.error.issues[0]?.message}.`);
  const { domain, apis = first.apis, settings } = chosen;
  return { ok: true, deployment: { name: name.data, domain, apis, settings: { ...inherited, ...settings } } };
}

/**
 * Of the API whose login is the sign-in: whether it is there, and can say who a person is.
 * @param apis that are served
 * @returns why nobody could sign in
 */
export function signInRefusal(
  { vars }: Pick<Deployment, "vars">,
  apis: readonly Pick<DeployedApi, "name" | "file">[],
): string | undefined {
  const { SIGN_IN, SIGN_IN_API } = vars;
  if (SIGN_IN !== "upstream") return undefined;
  const can = apis.filter(({ file: { credential } }) => credential?.from === "oauth" && credential.account);
  if (can.some(({ name }) => name === SIGN_IN_API)) return undefined;
  const why = apis.some(({ name }) => name === SIGN_IN_API)
    ? `the file of that API has no "credential" with "from": "oauth" and an "account"`
    : `no API of that name is served, but ${apis.map(({ name }) => name).join(", ") || "none"}`;
  const [other] = can;
  return `SIGN_IN_API is ${SIGN_IN_API}, and nobody could sign in: ${why}. ${
    other ? `Set it to one that can: ${can.map(({ name }) => name).join(", ")}.` : `See ${docPage("login")}.`
  }`;
}

/** Settings that are valid and still worth a second look. */
export function warningsOf({ vars }: Deployment): string[] {
  const openToAll = vars["SIGN_IN"] === "oidc" && !vars["OIDC_ALLOWED"];
  return openToAll
    ? [`OIDC_ALLOWED is empty: everybody with an account at ${vars["OIDC_ISSUER"]} can sign in.`]
    : [];
}

function refuse(refusal: string): { ok: false; refusal: string } {
  return { ok: false, refusal };
}
