/** Codex, without a screen. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, type Drive } from "../driver.ts";
import { tellOfModel } from "./agent.ts";

export const drive: Drive = async (world, tell) => {
  const codexHome = join(world.home, ".codex");
  await mkdir(codexHome, { recursive: true });
  const configure = (url: URL) =>
    writeFile(
      join(codexHome, "config.toml"),
      `model = "stand-in"
model_provider = "standin"
approval_policy = "never"
sandbox_mode = "read-only"
check_for_update_on_startup = false
mcp_oauth_credentials_store = "file"
[analytics]
enabled = false
[model_providers.standin]
name = "stand-in"
base_url = "${world.model.url}/v1"
wire_api = "responses"
env_key = "STANDIN_KEY"
[mcp_servers.isogate]
url = "${url.href}"
`,
    );
  const codex = (...args: string[]) =>
    run(world, "codex", args, { env: { CODEX_HOME: codexHome, STANDIN_KEY: "x" }, withinMs: 120_000 });

  await configure(world.login);
  const loggedIn = await codex("mcp", "login", "isogate");
  tell("login", loggedIn.code === 0 ? { ok: true } : { ok: false, note: loggedIn.output.slice(-500) });

  await configure(world.open);
  const added = await codex("mcp", "add", "another", "--url", world.open.href);
  const startsLogin = /OAuth/i.test(added.output);
  await codex("mcp", "remove", "another");
  tell("open", startsLogin ? { ok: false, note: added.output.slice(-300) } : { ok: true });
  const { output } = await codex(
    "exec",
    "--skip-git-repo-check",
    "--dangerously-bypass-approvals-and-sandbox",
    "Use the tools.",
  );
  tellOfModel(world, tell, output);
};
