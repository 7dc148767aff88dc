import { defineConfig } from "vitest/config";

/** `npm run test:package`: packs, installs into an empty folder (from the npm registry) and runs what was installed. */
export default defineConfig({
  test: { include: ["test/package/*.package.ts"], testTimeout: 600_000, hookTimeout: 600_000 },
});
