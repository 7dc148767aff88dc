import { execFileSync } from "node:child_process";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

for (const script of ["scripts/build-guest.ts", "scripts/build-checker.ts"])
  execFileSync(process.execPath, [script], { cwd: import.meta.dirname, stdio: "inherit" });

/** `npm run test:servers`: real upstreams, started here. A server that is not installed is a failure, not a skip. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        bindings: {
          POWERDNS_KEY: "planted-powerdns-key",
          ALERTMANAGER_LOGIN: "admin:test",
          PRISM_SECRET: "planted-user:planted-for-prism",
          ISSUER_CLIENT: "client-1:planted-client-secret",
        },
      },
    }),
  ],
  test: {
    include: ["test/servers/*.servers.ts"],
    globalSetup: ["test/setup/upstream.ts", "test/servers/setup.ts", "test/servers/prism.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
