/**
 * The settings of a deployment: `deployment.jsonc` (no secrets, fit for version control), overridden by environment
 * variables of the same names. Decides what must never be deployed. Pure.
 */
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import { z } from "zod";
import { readSettings, settingNames } from "../../auth/settings.ts";
import { ApiName } from "../../terms/api-file.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";

export const DeploymentFile = z.strictObject({
  $schema: z.string().optional(),
  /** Name of the Worker; the KV namespace and the R2 bucket are called after it. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,53}$/, "a name is up to 54 of a-z, 0-9 and -")
    .default("isogate"),
  /** Host name of a zone in the same account, instead of `<name>.<subdomain>.workers.dev`. */
  domain: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "a domain is a host name such as mcp.example.com")
    .optional(),
  /** The APIs of specs/ to serve; by default all that can be reached from the internet. */
  apis: z.array(ApiName).optional(),
  /** Settings of the Worker by name; none of them is secret. */
  settings: z.partialRecord(z.enum(settingNames), z.string()).default({}),
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
const secretSettings = ["ISOGATE_SECRET", "OIDC_CLIENT_SECRET"];

/**
 * @param text content of `deployment.jsonc`; undefined if it does not exist
 * @param environment of the command
 * @param own where the server is one's own: the settings may come from another file, and a public origin on loopback may be
 *   http, to try it
 */
export function readDeployment(
  text: string | undefined,
  environment: Record<string, string | undefined>,
  own: { file: string; mayBeLoopback: boolean } = { file: "deployment.jsonc", mayBeLoopback: false },
): DeploymentResult {
  const errors: ParseError[] = [];
  const content: unknown = text === undefined ? {} : parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first)
    return refuse(
      `${own.file} line ${text?.slice(0, first.offset).split("\n").length} is not JSON with comments: ${printParseErrorCode(first.error)}.`,
    );
  const file = DeploymentFile.safeParse(content);
  if (!file.success) return refuse(`${own.file} does not fit:\n${z.prettifyError(file.error)}`);
  const { name, domain, apis, settings } = file.data;
  const secret = secretSettings.find((each) => Object.hasOwn(settings, each));
  if (secret !== undefined)
    return refuse(
      `${secret} is a secret: remove it from ${own.file}. Set it in the environment${own.mayBeLoopback ? `, or name a file that holds it: ${secret}_FILE` : ", or enter it when npm run deploy asks"}.`,
    );
  const vars: Record<string, string> = {};
  for (const setting of settingNames) {
    const value = environment[setting] ?? settings[setting];
    if (value !== undefined && !secretSettings.includes(setting)) vars[setting] = value;
  }
  if (domain !== undefined) vars["PUBLIC_URL"] ??= `https://${domain}`;
  const deployment = { name, vars, ...(domain !== undefined && { domain }), ...(apis && { apis }) };
  if (vars["OPEN"] === "true")
    return refuse(
      `OPEN is "true": everybody could use the APIs without login. That is only for loopback. Remove it, and set SIGN_IN to "oidc" or "upstream" in ${own.file}.`,
    );
  if (vars["SIGN_IN"] === "local")
    return refuse(
      `SIGN_IN is "local": everybody could sign in with one click. That is only for loopback. Set SIGN_IN to "oidc" or "upstream" in ${own.file} (docs/login.md).`,
    );
  if (vars["SIGN_IN"] === undefined)
    return {
      ok: false,
      refusal: `SIGN_IN is not set, so it is open who may sign in. Write ${own.file} (see docs/login.md):\n\n${exampleFile}`,
      missing: deployment,
    };
  const checked = readSettings({
    ...vars,
    ...Object.fromEntries(secretSettings.map((each) => [each, anySecret])),
  });
  if (!checked.ok) return refuse(`${checked.failure} Set it in ${own.file}, under "settings".`);
  const { PUBLIC_URL } = checked.settings;
  if (PUBLIC_URL?.startsWith("http:") && !(own.mayBeLoopback && isLoopbackHost(new URL(PUBLIC_URL).hostname)))
    return refuse(`PUBLIC_URL must be https in a deployment; it is ${vars["PUBLIC_URL"]}.`);
  return { ok: true, deployment };
}

/** Settings that are valid and still worth a second look. */
export function warningsOf({ vars }: Deployment): string[] {
  const openToAll = vars["SIGN_IN"] === "oidc" && (vars["OIDC_ALLOWED"] ?? "").trim() === "";
  return openToAll
    ? [`OIDC_ALLOWED is empty: everybody with an account at ${vars["OIDC_ISSUER"]} can sign in.`]
    : [];
}

function refuse(refusal: string): DeploymentResult {
  return { ok: false, refusal };
}
