/** A real PowerDNS with an empty database. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { programOf, start, type RunningServer } from "./processes.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

/** Known to vitest.config.ts, which plants it as a secret of the Worker. */
export const powerdnsKey = "planted-powerdns-key";

/** @param folder for its files */
export async function startPowerdns(folder: string): Promise<RunningServer> {
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
