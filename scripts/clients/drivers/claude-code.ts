/** Claude Code, without a screen. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertRan, run, type Drive, type Ended, type Talk, type World } from "../driver.ts";
import { startModels } from "../models.ts";
import { tellOfModel } from "./agent.ts";

type Home = Pick<World, "folder" | "home" | "login" | "env">;

const environment = (model: string) => ({
  ANTHROPIC_BASE_URL: model,
  ANTHROPIC_API_KEY: "sk-ant-of-nobody",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  ENABLE_TOOL_SEARCH: "false",
});

const claude = (world: Home, model: string, ...args: string[]) =>
  run(world, "claude", args, { env: environment(model), withinMs: 120_000 });

async function logIn(world: Home, model: string): Promise<Ended> {
  assertRan(
    await claude(
      world,
      model,
      "mcp",
      "add",
      "--scope",
      "user",
      "--transport",
      "http",
      "isogate",
      world.login.href,
    ),
    "add",
  );
  // It logs in on a terminal only.
  const program = join(world.folder, "node_modules/.bin/claude");
  const onTerminal = ["-qefc", `${program} mcp login isogate`, "/dev/null"];
  return run(world, "/usr/bin/script", onTerminal, { env: environment(model), withinMs: 60_000 });
}

export const drive: Drive = async (world, tell) => {
  const { model } = world;
  const loggedIn = await logIn(world, model.url);
  tell("login", loggedIn.code === 0 ? { ok: true } : { ok: false, note: loggedIn.output.slice(-500) });

  const config = join(world.home, "mcp.json");
  await writeFile(
    config,
    JSON.stringify({ mcpServers: { isogate: { type: "http", url: world.open.href } } }),
  );
  const { output } = await claude(
    world,
    model.url,
    "-p",
    "Use the tools.",
    "--mcp-config",
    config,
    "--strict-mcp-config",
    "--allowedTools",
    "mcp__isogate__search",
    "mcp__isogate__execute",
  );
  tell("open", { ok: model.offered.size > 0 });
  tellOfModel(world, tell, output);
};

export const talk: Talk = async (world) => {
  // Nothing is asked of a model here.
  assertRan(await logIn(world, "http://127.0.0.1:9"), "login");
  return async (call) => {
    const tool = "mcp__isogate__execute";
    let got: string | undefined;
    const model = await startModels(([result]) => {
      got ??= result;
      return result === undefined ? { tool, ...call } : { say: "done" };
    });
    try {
      const { output } = await claude(world, model.url, "-p", "Use the tool.", "--allowedTools", tool);
      if (got === undefined) throw new Error(`its model was given nothing: ${output.slice(-800)}`);
      return got;
    } finally {
      await model.close();
    }
  };
};
