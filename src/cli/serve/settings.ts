/**
 * The settings of `isogate serve`: those of a deployment, from its file and the environment. A value may also be in a file
 * that a variable names, `OIDC_CLIENT_SECRET_FILE`, as secrets of Docker, Kubernetes and systemd are handed over.
 */
import { closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { entriesOf, noEntries } from "../../terms/entries.ts";
import { faultsOf, throwAll } from "../at-once.ts";
import { addressReader } from "./client-address.ts";

type Environment = Record<string, string | undefined>;

/**
 * @param names of the values that are wanted
 * @returns the environment, completed by the files that it names
 * @throws Error with a line for each file that cannot be read and each value that is given twice; it never quotes a value
 */
export function withFiles(environment: Environment, names: Iterable<string>): Environment {
  const all = { ...environment };
  throwAll(
    [...new Set(names)].flatMap((name) =>
      faultsOf(() => {
        const path = environment[`${name}_FILE`];
        if (!path) return;
        if (environment[name]) throw new Error(`${name} and ${name}_FILE are both set. Unset one of them.`);
        all[name] = read(path, name);
      }),
    ),
  );
  return all;
}

/** Far more than a key or a list of people has, and no log that was named by mistake. */
const maxBytes = 64 * 1024;

function read(path: string, name: string): string {
  const wrong = (why: string, cause?: unknown) => new Error(`${name}_FILE names ${path}, ${why}`, { cause });
  let bytes: Buffer;
  try {
    bytes = bytesOf(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw wrong(message, error);
    throw wrong(
      `which cannot be read (${code}). Check the path, and that the user of this process may read it.`,
      error,
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    throw wrong(notText, error);
  }
  // Nothing that is handed on in an environment may hold one, and the system would quote the value.
  if (text.includes("\0")) throw wrong(notText);
  // An editor, and `echo`, put one line end there that is no part of a secret.
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw wrong("which is empty. Write the value into it.");
  return value;
}

const notText = "which is not text in UTF-8. Write the value into it, in base64 if it is a key of bytes.";

/** A pipe may have no end, and opening one may wait forever. @throws Error with the rest of a sentence, or that of the system */
function bytesOf(path: string): Buffer {
  const isFile = statSync(path).isFile();
  if (!isFile && !statSync(path).isDirectory())
    throw new Error("which is not a regular file. Write the value into one.");
  const file = openSync(path, "r");
  try {
    if (fstatSync(file).size > maxBytes)
      throw new Error(`which has more than ${maxBytes} bytes. Name the file that holds only the value.`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
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

/** @throws Error with a line for each variable that is wrong */
export function serveSettings(environment: Environment): ServeSettings {
  const { LOG_LEVEL, METRICS_TOKEN, TRUSTED_PROXIES, STOP_SECONDS } = environment;
  const level = levels.find((each) => each === (LOG_LEVEL || "info"));
  const seconds = Number(STOP_SECONDS || defaultGraceSeconds);
  const trustedProxies = entriesOf(TRUSTED_PROXIES ?? "");
  throwAll([
    level === undefined && `LOG_LEVEL must be one of ${levels.join(", ")}; it is ${LOG_LEVEL}.`,
    !(seconds >= 0 && seconds <= 3_600) &&
      `STOP_SECONDS must be a number of seconds up to 3600; it is ${STOP_SECONDS}.`,
    METRICS_TOKEN && METRICS_TOKEN.length < 16 && "METRICS_TOKEN must have 16 characters or more.",
    trustedProxies === undefined && `TRUSTED_PROXIES ${noEntries}.`,
    ...faultsOf(() => addressReader(trustedProxies ?? [])),
  ]);
  return {
    level: level ?? "info",
    metricsToken: METRICS_TOKEN || undefined,
    trustedProxies: trustedProxies ?? [],
    graceMs: seconds * 1_000,
  };
}

/** Names of the variables that `serveSettings` reads, for help and for `withFiles`. */
export const serveVariables = ["LOG_LEVEL", "METRICS_TOKEN", "TRUSTED_PROXIES", "STOP_SECONDS"] as const;
