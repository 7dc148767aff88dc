import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig } from "vitest/config";
import { onConsoleLog, withoutMapWarnings } from "./test/setup/quiet.ts";

// The worker projects import the bundled guest.
execFileSync(process.execPath, ["scripts/build/guest.ts"], { cwd: import.meta.dirname, stdio: "inherit" });

// Tests start our programs some thousand times: Node keeps what it made of their sources, a third of what a command costs.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/compiled");

// What tests leave in the temporary folder goes with them. A short name: paths of sockets have 107 bytes.
const scratch = mkdtempSync(join(tmpdir(), "iso-"));
// Tests run commands as another user too.
chmodSync(scratch, 0o755);
process.env["TMPDIR"] = scratch;
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Stands in for a Workers VPC service: it says what reached it. Its server redirects below /away. */
const privateService = async (request: Request) => {
  const { pathname, searchParams } = new URL(request.url);
  const location = searchParams.get("to");
  if (pathname.endsWith("/away") && location)
    return new Response(undefined, { status: 302, headers: { location } });
  const { url, method } = request;
  return Response.json({ url, method, key: request.headers.get("x-key"), body: await request.text() });
};

/** The Workers runtime, with credentials that tests plant to see that they come out nowhere. */
const workers = (bindings: Record<string, string>) =>
  cloudflareTest({
    wrangler: { configPath: "./wrangler.jsonc" },
    miniflare: { bindings, serviceBindings: { vpc_inhouse: privateService } },
    // Otherwise workerd prints every exception of the code under test, expected or not; a test that fails has its own.
    verbose: false,
  });

/** Files at a time: half of the time is spent waiting for a server, so that two keep two cores busy. */
const files = Math.max(2, availableParallelism() - 1);

/** CI adds up what several runs came to (.ci/count.mjs). */
const results: ["json", { outputFile: string }][] = process.env["TEST_RESULTS"]
  ? [["json", { outputFile: `${process.env["TEST_RESULTS"]}/${Date.now()}.json` }]]
  : [];

/** A test file says by its suffix what it needs; one that needs nothing but Node has none. */
const suffixes = ["worker", "process", "timed", "upstream", "proxy", "package"].map(
  (kind) => `test/**/*.${kind}.test.ts`,
);

/**
 * Projects: `npm run check` runs `quick`, `npm test` the first four. `upstream` and `proxy` want real servers to be
 * installed;
 * `package` packs, installs into an empty folder (from the npm registry) and runs what was installed.
 */
export default defineConfig({
  test: {
    reporters: ["default", ...results],
    onConsoleLog,
    // A line for each file, and for each test that failed.
    slowTestThreshold: 60_000,
    projects: [
      {
        test: {
          name: "quick",
          // Pure functions and their tables. In forks: a thread has a smaller stack, on which depth is tested.
          pool: "forks",
          isolate: false,
          maxWorkers: files,
          sequence: { groupOrder: 0 },
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...suffixes],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [
          withoutMapWarnings,
          workers({
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
          }),
        ],
        test: {
          name: "worker",
          // One runtime for many files: starting it and reading the sources again took more time than the tests.
          isolate: false,
          // The upstream that they share counts what it receives: one file at a time.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          include: ["test/**/*.worker.test.ts"],
          globalSetup: ["test/setup/upstream.ts"],
          setupFiles: ["test/setup/empty-deployment.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "process",
          maxWorkers: files,
          sequence: { groupOrder: 2 },
          include: ["test/**/*.process.test.ts"],
          globalSetup: ["test/setup/local-server.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "timed",
          // What a second person waits while a server is busy is measured: one file at a time, and nothing beside it.
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          include: ["test/**/*.timed.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [
          withoutMapWarnings,
          workers({
            POWERDNS_KEY: "planted-powerdns-key",
            ALERTMANAGER_LOGIN: "admin:test",
            PRISM_SECRET: "planted-user:planted-for-prism",
            ISSUER_CLIENT: "client-1:planted-client-secret",
          }),
        ],
        test: {
          name: "upstream",
          sequence: { groupOrder: 4 },
          include: ["test/**/*.upstream.test.ts"],
          globalSetup: ["test/setup/upstream.ts", "test/upstreams/setup.ts", "test/upstreams/prism.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "proxy",
          sequence: { groupOrder: 6 },
          include: ["test/**/*.proxy.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "package",
          sequence: { groupOrder: 5 },
          include: ["test/**/*.package.test.ts"],
          globalSetup: ["test/package/setup.ts"],
          // They share two cores, and one port behind the proxy.
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
