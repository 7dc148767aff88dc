/** A real Alertmanager that notifies nobody. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { programOf, start, type RunningServer } from "./processes.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

/** `admin` with the password `test`, as in Prometheus' own guide. */
export const alertmanagerLogin = "admin:test";
const users = "basic_auth_users:\n  admin: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay\n";

/** @param folder for its files */
export async function startAlertmanager(folder: string): Promise<RunningServer> {
  const program = programOf("prometheus-alertmanager", "prometheus-alertmanager");
  const [config, web, port] = [join(folder, "alertmanager.yml"), join(folder, "web.yml"), await freePort()];
  await writeFile(config, "route: { receiver: none }\nreceivers: [{ name: none }]\n");
  await writeFile(web, users);
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
