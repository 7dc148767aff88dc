/** The Inspector's command line. It shows everything that a server sends, so results stand there twice. */
import { assertRan, codes, run, type Drive } from "../driver.ts";

export const drive: Drive = async (world, tell) => {
  const ask = async (...args: string[]) =>
    assertRan(
      await run(world, "mcp-inspector", ["--cli", world.open.href, "--transport", "http", ...args]),
      args.join(" "),
    );
  const listed = await ask("--method", "tools/list");
  tell("open", { ok: true });
  tell("tools", { ok: listed.includes('"search"') && listed.includes('"execute"') });
  const call = (name: string, code: string) =>
    ask("--method", "tools/call", "--tool-name", name, "--tool-arg", `code=${code}`);
  tell("search", { ok: (await call("search", codes.search)).includes("/zones") });
  tell("execute", { ok: (await call("execute", codes.execute)).includes("marker-of-a-result") });
};
