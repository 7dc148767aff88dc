/** Worker secrets of a local server, taken from the environment that the command was started in. */
import type { Credential } from "../terms/api-file.ts";
import type { ConfiguredApi } from "./apis.ts";

export interface Secrets {
  values: Record<string, string>;
  /** What is named by an API's file and not set. */
  missing: { api: string; secret: string }[];
}

/** The secrets that these APIs name: from `given` first, else from the environment. */
export function secretsOf(apis: ConfiguredApi[], given: Record<string, string>): Secrets {
  const values: Record<string, string> = {};
  const missing: Secrets["missing"] = [];
  for (const { name, file } of apis) {
    for (const secret of secretNames(file.credential)) {
      const value = given[secret] ?? process.env[secret];
      if (value) values[secret] = value;
      else missing.push({ api: name, secret });
    }
  }
  return { values, missing };
}

/**
 * Reads `--credential <scheme>=<VAR>`.
 * @throws Error without what stands behind the `=`: it may be the secret itself
 */
export function credentialOption(text: string): [scheme: string, variable: string] {
  const [, scheme, variable] = /^(.+)=([A-Z][A-Z0-9_]*)$/.exec(text) ?? [];
  if (scheme && variable) return [scheme, variable];
  throw new Error(
    `--credential needs <scheme>=<VAR>, where VAR is the environment variable that holds the secret; it is ${text.split("=")[0]}=….`,
  );
}

/** Names of the Worker secrets that a credential needs. */
export function secretNames(credential: Credential | undefined): string[] {
  switch (credential?.from) {
    case "shared":
      return Object.values(credential.secrets);
    case "oauth":
      return credential.clientSecret === undefined ? [] : [credential.clientSecret];
    case "user":
    case undefined:
      return [];
  }
}
