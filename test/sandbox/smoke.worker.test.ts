import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import guest from "../../dist/guest.txt";

it("runs code in a fresh isolate", async () => {
  const stub = env.LOADER.load({
    compatibilityDate: "2026-11-01",
    mainModule: "guest.js",
    modules: { "guest.js": guest, "program.js": { js: "export default async () => 6 * 7" } },
    globalOutbound: null,
    env: {},
  });
  const entry = stub.getEntrypoint() as unknown as { run(): Promise<string> };
  expect(await entry.run()).toBe("42");
});
