/** The secrets of a deployment: which it needs, which the Worker has, and the rest from the environment or a person. */
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { ownNames } from "../../terms/own.ts";
import { secretNames } from "../secrets.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { Deployment } from "./settings.ts";

interface NeededSecret {
  name: string;
  /** Its purpose, for people. */
  use: string;
  /** Made here if it is missing. */
  generated?: boolean;
}

/** In the order in which a person is asked. */
export function neededSecrets(
  { vars }: Deployment,
  apis: readonly Pick<DeployedApi, "name" | "file">[],
): NeededSecret[] {
  const needed: NeededSecret[] = [
    { name: "ISOGATE_SECRET", use: "sessions and sealed credentials", generated: true },
  ];
  if (vars["SIGN_IN"] === "oidc")
    needed.push({
      name: "OIDC_CLIENT_SECRET",
      use: `the login at ${vars["OIDC_ISSUER"]}; empty for a public client`,
    });
  if (vars["WAITING_WEBHOOK_URL"] !== undefined)
    needed.push({ name: "WAITING_WEBHOOK_SECRET", use: `what is sent to ${vars["WAITING_WEBHOOK_URL"]}` });
  for (const name of ownNames("secrets")) needed.push({ name, use: "isogate.config.ts" });
  for (const { name, file } of apis)
    for (const secret of secretNames(file.credential))
      if (!needed.some((other) => other.name === secret))
        needed.push({ name: secret, use: `the API ${name}` });
  return needed;
}

/**
 * The secrets to set: those that the Worker lacks, and those that the environment sets.
 * @param there names of those that the Worker has
 * @param ask undefined if nobody can be asked
 * @returns `missing`: those that nobody gave
 */
export async function collectSecrets(
  needed: NeededSecret[],
  there: string[],
  environment: Record<string, string | undefined>,
  ask: ((secret: NeededSecret) => Promise<string>) | undefined,
): Promise<{ values: Record<string, string>; missing: NeededSecret[] }> {
  const values: Record<string, string> = {};
  const missing: NeededSecret[] = [];
  for (const secret of needed) {
    const given = environment[secret.name];
    if (given) values[secret.name] = given;
    else if (there.includes(secret.name)) continue;
    else if (secret.generated) values[secret.name] = randomBytes(32).toString("base64url");
    else {
      const answer = await ask?.(secret);
      if (answer) values[secret.name] = answer;
      else missing.push(secret);
    }
  }
  return { values, missing };
}

/** Asks in the terminal without an echo. */
export function askHidden({ name, use }: NeededSecret): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stdout.write(`${name} (${use}): `);
  return new Promise((resolve, reject) => {
    reader.once("SIGINT", () => {
      reader.close();
      reject(new Error("Stopped. Nothing was deployed."));
    });
    reader.question("", (answer) => {
      reader.close();
      process.stdout.write("\n");
      resolve(answer.trim());
    });
  });
}
