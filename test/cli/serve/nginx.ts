/** nginx with TLS in front of `isogate serve`, with the very file of docs/own-server.md, and people who sign in through it. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { expect } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { connect, logIn } from "../../setup/connect.ts";
import { programOf, start } from "../../upstreams/processes.ts";
import type { Served } from "./served.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";

/** @param behind port of the server @returns the origin that people use; this process trusts its certificate */
export async function startNginx(behind: number): Promise<{ origin: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "isogate-nginx-"));
  const made = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${folder}/key.pem -out ${folder}/cert.pem`;
  execFileSync(programOf("openssl", "openssl"), made.split(" "), { stdio: "ignore" });
  const certificate = await readFile(join(folder, "cert.pem"), "utf8");
  tls.setDefaultCACertificates([...tls.getCACertificates(), certificate]);
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  await writeFile(
    join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary.join(" ")} ${await nginxFile(folder, port, behind)} }`,
  );
  // It answers for itself while nothing is behind it.
  const nginx = await start(
    programOf("nginx", "nginx-light"),
    ["-c", join(folder, "nginx.conf"), "-p", folder],
    `${origin}/healthz`,
  );
  return {
    origin,
    stop: async () => {
      await nginx.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The `nginx` block of the page, for this machine's ports and certificate. */
async function nginxFile(folder: string, port: number, behind: number): Promise<string> {
  const page = await readFile(join(import.meta.dirname, "../../../docs/own-server.md"), "utf8");
  const [, block] = /```nginx\n([\s\S]*?)```/.exec(page) ?? [];
  if (block === undefined) throw new Error("docs/own-server.md has no block of nginx.");
  const replaced = [
    ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
    ["mcp.example.com;", "localhost;"],
    ["/etc/ssl/mcp.example.com.pem", join(folder, "cert.pem")],
    ["/etc/ssl/mcp.example.com.key", join(folder, "key.pem")],
    ["127.0.0.1:8484", `127.0.0.1:${behind}`],
  ] as const;
  return replaced.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, block);
}

/** The person signs in at the identity provider and grants the scopes to a client of their own. */
export async function signIn(
  { identity, origin }: Pick<Served, "identity" | "origin">,
  name: string,
  scopes: string[],
): Promise<Client> {
  identity.account = name;
  identity.claims = { email: `${name}@example.com`, email_verified: true, name };
  return connect(new URL("/mcp", origin), await logIn(new URL("/mcp", origin), scopes, name));
}
