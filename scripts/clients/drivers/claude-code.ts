/** Claude Code, without a screen. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertRan, run, type Drive } from "../driver.ts";
import { tellOfModel } from "./agent.ts";

export const drive: Drive = async (world, tell) => {
  const env = {
    ANTHROPIC_BASE_URL: world.model.url,
    ANTHROPIC_API_KEY: "sk-ant-of-nobody",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    ENABLE_TOOL_SEARCH: "false",
  };
  const claude = (...args: string[]) => run(world, "claude", args, { env, withinMs: 120_000 });
  assertRan(
    await claude("mcp", "add", "--scope", "user", "--transport", "http", "isogate", world.login.href),
    "add",
  );
  // It logs in on a terminal only.
  const program = join(world.folder, "node_modules/.bin/claude");
  const onTerminal = ["-qefc", `${program} mcp login isogate`, "/dev/null"];
  const loggedIn = await run(world, "/usr/bin/script", onTerminal, { env, withinMs: 60_000 });
  tell("login", loggedIn.code === 0 ? { ok: true } : { ok: false, note: loggedIn.output.slice(-500) });

  const config = join(world.home, "mcp.json");
  await writeFile(
    config,
    JSON.stringify({ mcpServers: { isogate: { type: "http", url: world.open.href } } }),
  );
  const { output } = await claude(
    "-p",
    "Use the tools.",
    "--mcp-config",
    config,
    "--strict-mcp-config",
    "--allowedTools",
    "mcp__isogate__search",
    "mcp__isogate__execute",
  );
  tell("open", { ok: world.model.offered.size > 0 });
  tellOfModel(world, tell, output);
};
