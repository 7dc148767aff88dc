import { defineConfig } from "vitest/config";

/** `npm run test:recovery`: code stops the server of `npm start` twenty times in a row. `npm test` does it four times. */
export default defineConfig({
  test: {
    env: { RECOVERY_ROUNDS: "20" },
    include: ["test/supervisor/recovery.test.ts"],
    globalSetup: ["test/setup/local-server.ts"],
    hookTimeout: 120_000,
  },
});
