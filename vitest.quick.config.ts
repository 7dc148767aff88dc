import { defineConfig } from "vitest/config";

/**
 * The tests of `npm run check`: those that need neither a server nor the Workers runtime, so that they end within
 * seconds. `npm test` runs them too, with all others. A file that starts a server is not one of them.
 */
export const quickTests = [
  "test/audit/*.test.ts",
  "test/auth/documentation.test.ts",
  "test/check/{bodies,calls,paths-by-name,snippets}.test.ts",
  "test/client/wire-forms.test.ts",
  "test/docs/*.test.ts",
  "test/gateway/**/*.test.ts",
  "test/mcp/*.test.ts",
  "test/spec/*.test.ts",
];

export default defineConfig({
  test: {
    include: quickTests,
    // Asks every command for its help, which takes as long as all others together.
    exclude: ["test/**/*.worker.test.ts", "test/docs/commands.test.ts"],
    testTimeout: 60_000,
  },
});
