import { execFileSync } from "node:child_process";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// The worker project imports the bundled guest and the bundled type checker.
for (const script of ["scripts/build-guest.ts", "scripts/build-checker.ts"])
  execFileSync(process.execPath, [script], { cwd: import.meta.dirname, stdio: "inherit" });

/**
 * Two projects: what runs in the Workers runtime is tested there; what a user runs from a shell (commands, real
 * clients, the demo API over HTTP) is tested from Node.
 */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.jsonc" },
            // Credentials that tests plant, to see that they come out nowhere.
            miniflare: {
              bindings: {
                ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef",
                TEST_TOKEN: "planted/secret+token==42",
                TEST_LOGIN: "planted-user:planted/pass word",
                TEST_KEY: "planted-key-7f3a9",
                TEST_PIPED_KEY: " planted-piped-key-51\n",
                TEST_BROKEN_KEY: "planted-broken\nkey-52",
                TEST_PREFIXED_KEY: "Token planted-prefixed-key-53",
                TEST_CLIENT: "client-1:planted-client-secret",
                TEST_REFRESH:
                  '{"client_id":"client-1","client_secret":"x","refresh_token":"planted-refresh-token"}',
              },
            },
          }),
        ],
        test: {
          name: "worker",
          include: ["test/**/*.worker.test.ts"],
          globalSetup: ["test/setup/upstream.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "node",
          globalSetup: ["test/setup/local-server.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.worker.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
