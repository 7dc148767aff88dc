/** The servers that the tests in this folder need, and the documents that describe them. */
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OAuth2Server } from "oauth2-mock-server";
import type { TestProject } from "vitest/node";
import { parse } from "yaml";
import { freePort, programOf, start, temporaryFolder } from "./processes.ts";

export interface ProvidedServer {
  url: string;
  /** JSON of the document. */
  document: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    powerdns: ProvidedServer;
    alertmanager: ProvidedServer;
    /** Issuer of tokens. */
    issuer: string;
  }
}

/** Known to vitest.config.ts, which plants it as a secret of the Worker. */
export const powerdnsKey = "planted-powerdns-key";

/** `admin` with the password `test`, as in Prometheus' own guide. */
const alertmanagerUsers =
  "basic_auth_users:\n  admin: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay\n";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder();
  const stops = [() => folder.remove()];
  const stopAll = async () => {
    for (const stop of stops.toReversed()) await stop();
  };
  try {
    const powerdns = await startPowerdns(folder.path);
    stops.push(() => powerdns.stop());
    project.provide("powerdns", { url: powerdns.url, document: powerdns.document });
    const alertmanager = await startAlertmanager(folder.path);
    stops.push(() => alertmanager.stop());
    project.provide("alertmanager", { url: alertmanager.url, document: alertmanager.document });
    const issuer = new OAuth2Server();
    await issuer.issuer.keys.generate("RS256");
    await issuer.start(await freePort(), "127.0.0.1");
    stops.push(() => issuer.stop());
    project.provide("issuer", `http://127.0.0.1:${issuer.address().port}`);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}

async function startPowerdns(folder: string) {
  const program = programOf("pdns_server", "pdns-server pdns-backend-sqlite3");
  const database = join(folder, "pdns.sqlite3");
  const schema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";
  execFileSync(programOf("sqlite3", "sqlite3"), [database], { input: await readFile(schema) });
  const [dnsPort, port] = [await freePort(), await freePort()];
  const settings = {
    "config-dir": folder,
    daemon: "no",
    guardian: "no",
    launch: "gsqlite3",
    "gsqlite3-database": database,
    "local-address": "127.0.0.1",
    "local-port": dnsPort,
    webserver: "yes",
    "webserver-address": "127.0.0.1",
    "webserver-port": port,
    api: "yes",
    "api-key": powerdnsKey,
    "socket-dir": folder,
    "write-pid": "no",
    "disable-syslog": "yes",
    setuid: "",
    setgid: "",
  };
  const origin = `http://127.0.0.1:${port}`;
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const { stop } = await start(program, args, `${origin}/api`);
  // PowerDNS describes itself, in Swagger 2.0.
  const answer = await fetch(`${origin}/api/docs`, { headers: { "x-api-key": powerdnsKey } });
  return { url: `${origin}/api/v1`, document: JSON.stringify(parse(await answer.text())), stop };
}

async function startAlertmanager(folder: string) {
  const program = programOf("prometheus-alertmanager", "prometheus-alertmanager");
  const [config, web, port] = [join(folder, "alertmanager.yml"), join(folder, "web.yml"), await freePort()];
  await writeFile(config, "route: { receiver: none }\nreceivers: [{ name: none }]\n");
  await writeFile(web, alertmanagerUsers);
  const origin = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--web.config.file=${web}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address=",
  ];
  const { stop } = await start(program, args, `${origin}/-/ready`);
  const text = await readFile(join(import.meta.dirname, "documents/alertmanager-v2.yaml"), "utf8");
  return { url: `${origin}/api/v2`, document: JSON.stringify(parse(text)), stop };
}
