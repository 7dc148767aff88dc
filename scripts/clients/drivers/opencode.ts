/** opencode, without a screen. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, type Drive } from "../driver.ts";
import { tellOfModel } from "./agent.ts";

export const drive: Drive = async (world, tell) => {
  const configure = (url: URL) =>
    writeFile(
      join(world.home, "opencode.json"),
      JSON.stringify({
        autoupdate: false,
        share: "disabled",
        model: "standin/model",
        small_model: "standin/model",
        provider: {
          standin: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${world.model.url}/v1`, apiKey: "x" },
            models: { model: { tool_call: true } },
          },
        },
        mcp: { isogate: { type: "remote", url: url.href } },
      }),
    );
  const env = { OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1" };
  const opencode = (...args: string[]) => run(world, "opencode", args, { env, withinMs: 120_000 });
  await configure(world.login);
  const loggedIn = await opencode("mcp", "auth", "isogate");
  tell(
    "login",
    /success|authenticated/i.test(loggedIn.output)
      ? { ok: true }
      : { ok: false, note: loggedIn.output.slice(-500) },
  );
  await configure(world.open);
  const { output } = await opencode("run", "Use the tools.");
  tell("open", { ok: world.model.offered.size > 0 });
  tellOfModel(world, tell, output);
};
