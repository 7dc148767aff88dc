/**
 * The secret that seals the users' credentials on a local server. Made once and kept beside the server's state, readable
 * by its owner only, so that a credential pasted yesterday still opens today. Never printed.
 */
import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../make-folder.ts";

/** The minimum of the Worker (src/auth/settings.ts). */
const minChars = 32;

const ownerOnly = 0o600;

/**
 * @param path file of the secret; made with its folder if it is not there
 * @param given ISOGATE_SECRET of the environment
 * @returns that if it is set, else that of the file
 * @throws Error that says what to do, if that secret is too short
 */
export async function localSecret(path: string, given = process.env.ISOGATE_SECRET): Promise<string> {
  if (given) return longEnough(given, "ISOGATE_SECRET is set, and");
  await create(path);
  // A copy, or a file system without modes, may have left it open.
  await chmod(path, ownerOnly);
  return longEnough((await readFile(path, "utf8")).trim(), `${path}:`);
}

/** Does nothing if the file is there. */
async function create(path: string): Promise<void> {
  makeFolder(dirname(path));
  try {
    const secret = randomBytes(32).toString("base64url");
    await writeFile(path, `${secret}\n`, { flag: "wx", mode: ownerOnly });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function longEnough(secret: string, where: string): string {
  if (secret.length >= minChars) return secret;
  throw new Error(
    `${where} the secret has ${secret.length} characters; it needs ${minChars} or more. Remove it to get a new one; users then have to paste their credentials again.`,
  );
}
