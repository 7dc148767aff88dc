/** Cline's command line, without a screen. A login is a command of its screen, which calls the function used here. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertRan, run, type Drive } from "../driver.ts";
import { tellOfModel } from "./agent.ts";

const logIn = `
import { authorizeMcpServerOAuth } from "@cline/core";
import { spawn } from "node:child_process";
const openUrl = (url) => void spawn(process.env.BROWSER, [url], { stdio: "inherit" });
await authorizeMcpServerOAuth({ serverName: "isogate", filePath: process.argv[2], openUrl, timeoutMs: 60_000 });
process.exit(0);
`;

export const drive: Drive = async (world, tell) => {
  const settings = join(world.home, ".cline/data/settings/cline_mcp_settings.json");
  const env = { CLINE_NO_AUTO_UPDATE: "1" };
  const cline = (...args: string[]) => run(world, "cline", args, { env, withinMs: 120_000 });
  const add = async (url: URL) =>
    assertRan(
      await cline("mcp", "add", "isogate", url.href, "--transport", "http", "--yes", "--json"),
      "mcp add",
    );
  const use = async () => {
    world.model.forget();
    return (await cline("--auto-approve", "true", "--json", "Use the tools.")).output;
  };
  const model = ["-p", "openai", "-k", "x", "-m", "gpt-standin", "-b", `${world.model.url}/v1`];
  assertRan(await cline("auth", ...model), "auth");

  await add(world.open);
  const open = await use();
  tell("open", world.model.offered.size > 0 ? { ok: true } : { ok: false, note: open.slice(-800) });

  assertRan(await cline("mcp", "remove", "isogate"), "mcp remove");
  await add(world.login);
  const script = join(world.folder, "log-in.mjs");
  await writeFile(script, logIn);
  assertRan(await run(world, process.execPath, [script, settings]), "its login");
  const said = await use();
  tell("login", world.model.offered.size > 0 ? { ok: true } : { ok: false, note: said.slice(-800) });
  tellOfModel(world, tell, said);
};
