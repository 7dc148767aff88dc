import { execFileSync } from "node:child_process";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

execFileSync(process.execPath, ["scripts/build-guest.ts"], { cwd: import.meta.dirname, stdio: "inherit" });

/** `npm run test:servers`: real upstreams, started here. A server that is not installed is a failure, not a skip. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        bindings: {
          POWERDNS_KEY: "planted-powerdns-key",
          ALERTMANAGER_LOGIN: "admin:test",
          ISSUER_CLIENT: "client-1:planted-client-secret",
        },
      },
    }),
  ],
  test: {
    include: ["test/servers/*.servers.ts"],
    globalSetup: ["test/setup/upstream.ts", "test/servers/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
