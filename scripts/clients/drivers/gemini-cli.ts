/** Gemini CLI, without a screen. Its login is a command of its screen, so it is not tried. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, type Drive } from "../driver.ts";
import { tellOfModel } from "./agent.ts";

export const drive: Drive = async (world, tell) => {
  const settings = join(world.home, ".gemini");
  await mkdir(settings, { recursive: true });
  await writeFile(
    join(settings, "settings.json"),
    JSON.stringify({
      security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
      general: { disableAutoUpdate: true, enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      mcpServers: { isogate: { httpUrl: world.open.href, trust: true } },
    }),
  );
  const env = {
    GEMINI_API_KEY: "x",
    GOOGLE_GEMINI_BASE_URL: world.model.url,
    GEMINI_CLI_TRUST_WORKSPACE: "true",
  };
  const { output } = await run(world, "gemini", ["--yolo", "-m", "gemini-2.5-pro", "-p", "Use the tools."], {
    env,
    withinMs: 120_000,
  });
  tell("open", { ok: world.model.offered.size > 0 });
  tellOfModel(world, tell, output);
};
