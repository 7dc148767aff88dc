/** Worker secrets of a local server, from the environment of the command and the files that stand for it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { ApiFile, Credential } from "../terms/api-file.ts";
import { assertFree } from "./reserved-names.ts";

/** The files that people keep secrets in, as wrangler does; what a later one says wins, and the environment over both. */
const environmentFiles = [".env", ".dev.vars"];

/** What the demo API, which is started with the server, takes for its credential. */
export const demoToken = "demo-token-for-this-machine-only";

/** Secrets that nobody has to set. */
export const bundledSecrets = { DEMO_TOKEN: demoToken };

/** The API that comes with isogate. */
export function isDemo({ name, file }: { name: string; file: ApiFile }): boolean {
  return name === "demo" && secretNames(file.credential).includes("DEMO_TOKEN");
}

/** Without a byte order mark, which would be part of the first name. */
const textOf = (folder: string, name: string) =>
  readFileSync(join(folder, name), "utf8").replace(/^\ufeff/, "");

/** A file of `folder` in which a line begins with this name, although none sets it: as in YAML, or in a file that is not read. */
export function mentionedIn(folder: string, secret: string): string | undefined {
  const names = (line: string) => /^\w+/.exec(line.trim().replace(/^export\s/, ""))?.[0] === secret;
  return [...environmentFiles, ".env.local"].find((name) => {
    try {
      return textOf(folder, name).split("\n").some(names);
    } catch {
      return false;
    }
  });
}

/** The environment of the command, completed by the files of `folder`. */
export function environmentIn(folder: string): Record<string, string | undefined> {
  const read = (name: string) => {
    try {
      return parseEnv(textOf(folder, name));
    } catch {
      return {};
    }
  };
  // As with settings: `NAME=` is what Compose and CI make of a variable that nobody set.
  const set = (variables: NodeJS.Dict<string>) =>
    Object.entries(variables).filter(([, value]) => value !== "");
  return Object.fromEntries([...environmentFiles.map(read), process.env].flatMap(set));
}

/**
 * The secrets that the files of these APIs name: from `given` if it has them, else from the environment.
 * @returns `missing`: those that neither has
 */
export function secretsOf(
  apis: { name: string; file: ApiFile }[],
  given: Record<string, string>,
  environment = environmentIn(process.cwd()),
) {
  const values: Record<string, string> = {};
  const missing: { api: string; secret: string }[] = [];
  for (const { name, file } of apis) {
    for (const secret of secretNames(file.credential)) {
      const value = given[secret] ?? environment[secret];
      if (value) values[secret] = value;
      else missing.push({ api: name, secret });
    }
  }
  return { values, missing };
}

/**
 * What a secret has in it that is seldom meant: what a shell, an editor or an example left there. Says nothing else of it.
 * @returns a sentence each
 */
export function oddSecrets(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([secret, value]) => {
    const odd = oddities.find(([mark]) => mark.test(value));
    return odd ? [`${secret} ${odd[1]} Set it again and restart.`] : [];
  });
}

const oddities: readonly [RegExp, string][] = [
  [/^\s|\s$/, "begins or ends with a blank or a line break, which is sent with it."],
  [/[\r\n]/, "has a line break in it, which no header can hold."],
  [/^(["'`]).*\1$/, "is in quotation marks, which are sent with it."],
  [/^<.*>$|^your[ _-]/i, "looks like the placeholder of an example."],
  [/^\$\w+$|^\$\{\w+\}$/, "is the name of another variable: the shell did not replace it."],
  [/[^\x20-\x7e]/, "has characters that are not ASCII, which most APIs refuse in a header."],
];

/**
 * Reads `--credential <scheme>=<VAR>`.
 * @throws Error that repeats at most what stands before the `=`: the rest may be the secret itself
 */
export function credentialOption(text: string): [scheme: string, variable: string] {
  const [, scheme, variable] = /^(.+)=([A-Z][A-Z0-9_]*)$/.exec(text) ?? [];
  if (scheme && variable) {
    assertFree([variable], "--credential");
    return [scheme, variable];
  }
  const at = text.indexOf("=");
  const given = at < 0 ? "has no =" : `is ${text.slice(0, at)}=…`;
  throw new Error(
    `--credential needs <scheme>=<VAR>, where VAR is the name of the environment variable that holds the secret, in capital letters, digits and _, without $; it ${given}.`,
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
