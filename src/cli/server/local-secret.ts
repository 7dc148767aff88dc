/**
 * The secret that seals the users' credentials on this machine: ISOGATE_SECRET, or a file beside the state, readable by
 * its owner only, so that a credential pasted yesterday still opens today. Never printed. The state keeps a fingerprint of
 * it, so it is never opened with another one, nor with a new one when the old one is missing.
 */
import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deriveKey } from "../../vault/secret.ts";
import { makeFolder } from "../make-folder.ts";
import { withFiles } from "../serve/settings.ts";
import { layoutName } from "./state-folder.ts";

/** The minimum of the Worker (src/auth/settings.ts). */
const minChars = 32;

const ownerOnly = 0o600;

/** Below a state folder; it goes wherever the databases go. */
export const fingerprintFile = `${layoutName}/secret-fingerprint`;

interface Found {
  secret: string;
  /** As a person names it. */
  from: string;
}

const secretFile = (home: string) => join(home, "secret");
const stateOf = (home: string) => join(home, "state");

/**
 * For a server: makes a secret for a state that had none yet.
 * @param home where the secret is if ISOGATE_SECRET is not set
 * @throws Error that says what to do, if the secret is too short, or the state was sealed with another one
 */
export async function localSecret(home: string, stateFolder = stateOf(home)): Promise<string> {
  const found = await foundSecret(home, stateFolder);
  const path = secretFile(home);
  if (found?.from !== path) return found?.secret ?? create(path);
  // A copy, or a file system without modes, may have left it open.
  await chmod(path, ownerOnly);
  return found.secret;
}

/**
 * For what goes on with a state: another secret would open nothing, so none is made.
 * @throws Error as `localSecret`, and if there is none
 */
export async function secretHere(home: string): Promise<string> {
  const found = await foundSecret(home);
  if (found) return found.secret;
  throw new Error(
    `${home} has no secret: ISOGATE_SECRET is not set, and there is no file ${secretFile(home)}. Set it to that of the deployment whose users these are.`,
  );
}

/**
 * Looks, and changes nothing.
 * @returns undefined if there is no secret and none is missed
 * @throws Error as `localSecret`
 */
export async function foundSecret(home: string, stateFolder = stateOf(home)): Promise<Found | undefined> {
  const found = await given(home);
  const kept = await keptFingerprint(stateFolder);
  if (kept === undefined || (found && (await fingerprintOf(found.secret)) === kept)) return found;
  const wrong = found
    ? `was sealed with another secret than that of ${found.from}`
    : `was sealed with a secret that is not here: ISOGATE_SECRET is not set, and there is no file ${secretFile(home)}`;
  throw new Error(
    `The state in ${stateFolder} ${wrong}. Set ISOGATE_SECRET, or that file, to the secret of before. If that is lost, or to be replaced, delete ${join(stateFolder, fingerprintFile)}: people then sign in and give their credentials again.`,
  );
}

/** Notes with which secret a state is sealed from now on. @throws Error if it was another one until now */
export async function keepFingerprint(stateFolder: string, secret: string): Promise<void> {
  const fingerprint = await fingerprintOf(secret);
  const kept = await keptFingerprint(stateFolder);
  if (kept === fingerprint) return;
  if (kept !== undefined) throw new Error(`The state in ${stateFolder} was sealed with another secret.`);
  const path = join(stateFolder, fingerprintFile);
  makeFolder(dirname(path), 0o700);
  await writeFile(path, `${fingerprint}\n`, { mode: ownerOnly });
}

async function given(home: string): Promise<Found | undefined> {
  const { ISOGATE_SECRET } = withFiles(process.env, ["ISOGATE_SECRET"]);
  if (ISOGATE_SECRET)
    return { secret: longEnough(ISOGATE_SECRET, "ISOGATE_SECRET is set, and"), from: "ISOGATE_SECRET" };
  const path = secretFile(home);
  const text = await textOf(path);
  return text === undefined ? undefined : { secret: longEnough(text, `${path}:`), from: path };
}

const keptFingerprint = (stateFolder: string) => textOf(join(stateFolder, fingerprintFile));

/** @returns undefined if there is no such file */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Error(`${path} cannot be read (${code}). Run isogate as the user that it belongs to.`, {
      cause: error,
    });
  }
}

/** Tells whether two secrets are the same, and nothing else of them. */
async function fingerprintOf(secret: string): Promise<string> {
  return Buffer.from(await deriveKey(secret, "fingerprint"))
    .toString("hex")
    .slice(0, 16);
}

async function create(path: string): Promise<string> {
  makeFolder(dirname(path));
  const secret = randomBytes(32).toString("base64url");
  try {
    await writeFile(path, `${secret}\n`, { flag: "wx", mode: ownerOnly });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // A server with another state folder came at the same time.
    return longEnough((await textOf(path)) ?? "", `${path}:`);
  }
}

function longEnough(secret: string, where: string): string {
  if (secret.length >= minChars) return secret;
  throw new Error(
    `${where} the secret has ${secret.length} characters; it needs ${minChars} or more. Put the secret of before there. If there was none, remove this one, and a new one is made.`,
  );
}
