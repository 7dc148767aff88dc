/** A command line for MCP servers. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertRan, cellOf, codes, run, type Drive } from "../driver.ts";

export const drive: Drive = async (world, tell) => {
  const config = join(world.home, "mcporter.json");
  const mcpServers = { open: { url: world.open.href }, login: { url: world.login.href, auth: "oauth" } };
  await writeFile(config, JSON.stringify({ mcpServers }));
  const ask = (...args: string[]) => run(world, "mcporter", ["--config", config, ...args]);
  assertRan(await ask("list", "open"), "list");
  tell("open", { ok: true });
  assertRan(await ask("auth", "login"), "auth");
  const listed = assertRan(await ask("list", "login", "--json"), "list");
  tell("login", { ok: true });
  tell("tools", { ok: listed.includes('"search"') && listed.includes('"execute"') });
  for (const call of ["search", "execute", "failure"] as const) {
    const name = call === "search" ? "search" : "execute";
    const args = JSON.stringify({ code: codes[call] });
    const { output } = await ask("call", `login.${name}`, "--args", args, "--output", "text");
    tell(call, cellOf(call, output));
  }
};
