/**
 * The settings of the login, read from the Worker's variables and secrets and parsed once per request. A wrong value
 * is reported as one sentence that names the variable, never its content.
 */
import { z } from "zod";
import { isLoopbackHost } from "../terms/loopback.ts";

const list = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter(Boolean));

const Origins = list.pipe(
  z.array(
    z.string().transform((text, context) => {
      const url = text.includes("://") ? text : `https://${text}`;
      if (URL.canParse(url) && /^https?:/.test(url) && !/[*@]/.test(url)) return new URL(url).origin;
      context.addIssue({ code: "custom", message: "holds something that is no origin and no host name" });
      return z.NEVER;
    }),
  ),
);

const PublicUrl = z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).pathname === "/", {
  error: "must be an origin, without a path",
});

const Issuer = z
  .url({ protocol: /^https?$/ })
  .refine((text) => text.startsWith("https:") || isLoopbackHost(new URL(text).hostname), {
    error: "must be https",
  });

const neededFor = {
  local: [],
  oidc: ["ISOGATE_SECRET", "OIDC_ISSUER", "OIDC_CLIENT_ID"],
  upstream: ["ISOGATE_SECRET", "SIGN_IN_API"],
} as const;

const fields = {
  /** How a person proves who they are; one file each in `sign-in/`. */
  SIGN_IN: z.enum(["local", "oidc", "upstream"]).default("local"),
  /** "true" skips the login altogether; works on loopback only. */
  OPEN: z.enum(["true", "false"]).default("false"),
  /** The origin that clients use, for a deployment behind a custom domain or a proxy. */
  PUBLIC_URL: PublicUrl.optional(),
  /** Origins of browser pages that may call the MCP endpoint beside our own; a bare host name means https there. */
  ALLOWED_ORIGINS: Origins,
  /** Private host names whose client documents may be read (`localhost`). */
  PRIVATE_CLIENT_HOSTS: list,
  /** Worker secret from which the keys of sessions and sealed credentials are derived. */
  ISOGATE_SECRET: z.string().min(32).optional(),
  OIDC_ISSUER: Issuer.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  /** Worker secret; none for a public client. */
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Addresses and `@domains` that may sign in; everybody of that provider if empty. */
  OIDC_ALLOWED: list,
  /** Name of the API whose login is the sign-in, for SIGN_IN=upstream. */
  SIGN_IN_API: z.string().min(1).optional(),
};

/** Names of all variables and secrets of the login. */
export const settingNames = Object.keys(fields) as (keyof typeof fields)[];

export const LoginSettings = z.object(fields).superRefine((value, context) => {
  for (const name of neededFor[value.SIGN_IN])
    if (value[name] === undefined)
      context.addIssue({ code: "custom", path: [name], message: `is needed for SIGN_IN=${value.SIGN_IN}` });
});

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  allowed: string[];
}

export interface Settings {
  signIn: "local" | "oidc" | "upstream";
  open: boolean;
  /** Origin, without a trailing slash. */
  publicOrigin: string | undefined;
  allowedOrigins: string[];
  privateClientHosts: string[];
  secret: string | undefined;
  oidc: OidcSettings | undefined;
  signInApi: string | undefined;
}

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; problem: string };

/** @param env the Worker's environment; members that are no settings are ignored */
export function readSettings(env: unknown): SettingsResult {
  const parsed = LoginSettings.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `The setting ${issue?.path.join(".")} is wrong: ${issue?.message}.` };
  }
  const value = parsed.data;
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = value;
  const rest = { clientSecret: value.OIDC_CLIENT_SECRET, allowed: value.OIDC_ALLOWED };
  return {
    ok: true,
    settings: {
      signIn: value.SIGN_IN,
      open: value.OPEN === "true",
      publicOrigin: value.PUBLIC_URL && new URL(value.PUBLIC_URL).origin,
      allowedOrigins: value.ALLOWED_ORIGINS,
      privateClientHosts: value.PRIVATE_CLIENT_HOSTS,
      secret: value.ISOGATE_SECRET,
      oidc: issuer !== undefined && clientId !== undefined ? { issuer, clientId, ...rest } : undefined,
      signInApi: value.SIGN_IN_API,
    },
  };
}
