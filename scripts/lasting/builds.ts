/** The builds of the Worker that a lasting run lives through. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { buildCopy } from "../build/copy.ts";

/**
 * Another version of the package, built from a copy of its sources.
 * @param folder is made
 * @returns the `wrangler.json` of the built Worker
 */
export const buildNextVersion = (folder: string): Promise<string> =>
  buildCopy(folder, [
    {
      file: "src/mcp/tool-server.ts",
      from: '{ name: "isogate", version: "0.1.0" }',
      to: '{ name: "isogate", version: "0.2.0-deployed" }',
    },
  ]);

/** Puts the compressed clock in front of a built Worker. @returns its own `wrangler.json`, in another folder */
export async function withCompressedClock(config: string, folder: string): Promise<string> {
  await cp(dirname(config), folder, { recursive: true });
  const built = JSON.parse(await readFile(config, "utf8")) as { main: string };
  const clock = await readFile(join(import.meta.dirname, "compressed-clock.ts"), "utf8");
  const main = "compressed-clock.js";
  const { code } = await transform(clock.replaceAll("./index.js", `./${built.main}`), { loader: "ts" });
  await writeFile(join(folder, main), code);
  await writeFile(join(folder, "wrangler.json"), JSON.stringify({ ...built, main }));
  return join(folder, "wrangler.json");
}
