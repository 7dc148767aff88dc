/**
 * The settings of `isogate serve`: those of a deployment, from its file and the environment. A value may also be in a file
 * that a variable names, `OIDC_CLIENT_SECRET_FILE`, as secrets of Docker, Kubernetes and systemd are handed over.
 */
import { readFileSync } from "node:fs";

type Environment = Record<string, string | undefined>;

/**
 * @param names of the values that are wanted
 * @returns the environment, completed by the files that it names
 * @throws Error for a file that cannot be read, or a value that is given twice; it never quotes a value
 */
export function withFiles(environment: Environment, names: Iterable<string>): Environment {
  const all = { ...environment };
  for (const name of names) {
    const path = environment[`${name}_FILE`];
    if (!path) continue;
    if (environment[name]) throw new Error(`${name} and ${name}_FILE are both set. Unset one of them.`);
    all[name] = read(path, name);
  }
  return all;
}

function read(path: string, name: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new Error(
      `${name}_FILE names ${path}, which cannot be read (${why}). Check the path, and that the user of this process may read it.`,
      { cause: error },
    );
  }
  // An editor, and `echo`, put one line end there that is no part of a secret.
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw new Error(`${name}_FILE names ${path}, which is empty. Write the value into it.`);
  return value;
}

/** What `serve` itself wants to know, beside the settings of the login. */
export interface ServeSettings {
  level: Level;
  /** Opens `/metrics`; without it there is none. */
  metricsToken: string | undefined;
  /** Addresses and networks whose `X-Forwarded-For` is believed, besides this machine. */
  trustedProxies: readonly string[];
  /** How long a stop waits for what is under way. */
  graceMs: number;
}

export const levels = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof levels)[number];

/** Below the 30 s after which Kubernetes kills, and the 90 s of systemd. */
const defaultGraceSeconds = 25;

/** @throws Error that names the variable */
export function serveSettings(environment: Environment): ServeSettings {
  const { LOG_LEVEL, METRICS_TOKEN, TRUSTED_PROXIES, STOP_SECONDS } = environment;
  const level = levels.find((each) => each === (LOG_LEVEL || "info"));
  if (level === undefined)
    throw new Error(`LOG_LEVEL must be one of ${levels.join(", ")}; it is ${LOG_LEVEL}.`);
  const seconds = Number(STOP_SECONDS || defaultGraceSeconds);
  if (!(seconds >= 0 && seconds <= 3_600))
    throw new Error(`STOP_SECONDS must be a number of seconds up to 3600; it is ${STOP_SECONDS}.`);
  if (METRICS_TOKEN && METRICS_TOKEN.length < 16)
    throw new Error("METRICS_TOKEN must have 16 characters or more.");
  return {
    level,
    metricsToken: METRICS_TOKEN || undefined,
    trustedProxies: (TRUSTED_PROXIES ?? "").split(/[\s,]+/).filter(Boolean),
    graceMs: seconds * 1_000,
  };
}

/** Names of the variables that `serveSettings` reads, for help and for `withFiles`. */
export const serveVariables = ["LOG_LEVEL", "METRICS_TOKEN", "TRUSTED_PROXIES", "STOP_SECONDS"] as const;
