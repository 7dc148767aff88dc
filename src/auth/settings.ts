/**
 * The settings of the login, read from the Worker's variables and secrets and parsed once per environment. A wrong
 * value is reported as one sentence that names the variable, never its content.
 */
import { z } from "zod";

const list = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter(Boolean));

const PublicUrl = z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).pathname === "/", {
  error: "must be an origin, without a path",
});

const LoginSettings = z.object({
  /** How a person proves who they are; one file each in `sign-in/`. */
  SIGN_IN: z.enum(["local"]).default("local"),
  /** "true" skips the login altogether; works on loopback only. */
  OPEN: z.enum(["true", "false"]).default("false"),
  /** The origin that clients use, for a deployment behind a custom domain or a proxy. */
  PUBLIC_URL: PublicUrl.optional(),
  /** Host names of browser pages that may call the MCP endpoint, beside loopback and our own. */
  ALLOWED_ORIGINS: list,
});

export interface Settings {
  signIn: "local";
  open: boolean;
  /** Origin, without a trailing slash. */
  publicOrigin?: string;
  allowedOriginHosts: string[];
}

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; problem: string };

/** @param env the Worker's environment; members that are no settings are ignored */
export function readSettings(env: unknown): SettingsResult {
  const parsed = LoginSettings.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `The variable ${issue?.path.join(".")} is wrong: ${issue?.message}.` };
  }
  const value = parsed.data;
  return {
    ok: true,
    settings: {
      signIn: value.SIGN_IN,
      open: value.OPEN === "true",
      allowedOriginHosts: value.ALLOWED_ORIGINS,
      ...(value.PUBLIC_URL ? { publicOrigin: new URL(value.PUBLIC_URL).origin } : {}),
    },
  };
}
