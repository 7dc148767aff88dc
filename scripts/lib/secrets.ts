/** Worker secrets of a local server, taken from the environment that the command was started in. */
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
    for (const secret of Object.values(file.credential?.secrets ?? {})) {
      const value = given[secret] ?? process.env[secret];
      if (value) values[secret] = value;
      else missing.push({ api: name, secret });
    }
  }
  return { values, missing };
}
