/** What proxies in front of `isogate serve` need: the very files of docs/own-server.md, and a certificate. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import tls from "node:tls";
import { programOf } from "../../upstreams/processes.ts";

/**
 * The block of this language on the page, for this machine.
 * @param replaced what it has, each once, and what stands there instead
 * @throws Error if the page has no such block, or the block has not what is to be replaced
 */
export async function blockOfPage(
  language: string,
  replaced: readonly (readonly [from: string, to: string])[],
): Promise<string> {
  const page = await readFile(join(import.meta.dirname, "../../../docs/own-server.md"), "utf8");
  const [, block] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (block === undefined) throw new Error(`docs/own-server.md has no block of ${language}.`);
  return replaced.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The block of ${language} does not have "${from}".`);
    return text.replace(from, to);
  }, block);
}

/** Makes `cert.pem` and `key.pem` for localhost in the folder; from now on this process trusts them. */
export async function trustedCertificate(folder: string): Promise<void> {
  const made = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${folder}/key.pem -out ${folder}/cert.pem`;
  execFileSync(programOf("openssl", "openssl"), made.split(" "), { stdio: "ignore" });
  const own = await readFile(join(folder, "cert.pem"), "utf8");
  tls.setDefaultCACertificates([...tls.getCACertificates(), own]);
}
