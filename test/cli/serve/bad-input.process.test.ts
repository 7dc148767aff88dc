/** What keeps `isogate serve` from starting: each is a sentence that says what to do, and nothing is left behind. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const folder = mkdtempSync(join(tmpdir(), "isogate-bad-"));
const taken = createServer();
let port: number;

const info = { title: "Orders", version: "1" };
const paths = { "/orders": { get: { operationId: "list", responses: { 200: { description: "All." } } } } };
writeFileSync(join(folder, "orders.json"), JSON.stringify({ openapi: "3.1.0", info, paths }));
// The state is looked at before a project writes anything there.
writeFileSync(join(folder, "isogate.config.ts"), "// Nothing yet.\n");
writeFileSync(join(folder, "broken.jsonc"), '{\n  "settings": {\n');

beforeAll(async () => {
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  port = (taken.address() as AddressInfo).port;
});
afterAll(() => taken.close());

const settings = {
  PUBLIC_URL: "https://mcp.example.com",
  SIGN_IN: "oidc",
  OIDC_ISSUER: "https://id.example.com",
  OIDC_CLIENT_ID: "isogate",
  OIDC_CLIENT_SECRET: "secret-of-the-client",
  OIDC_ALLOWED: "@example.com",
};

interface Row {
  what: string;
  args?: () => string[];
  environment?: Record<string, string>;
  code?: number;
  says: RegExp;
}
const rows: Row[] = [
  {
    what: "a port that is taken",
    args: () => [`--port=${port}`],
    says: /^Port \d+ is in use\. Stop what listens there, or choose another: PORT=\d+ npm run serve$/m,
  },
  {
    what: "what is no port",
    args: () => ["--port=http"],
    says: /^The port must be 1 to 65535; it is http\. Correct PORT, or --port\.$/m,
  },
  {
    what: "a port that is not written in digits",
    args: () => ["--port=0x5022"],
    says: /^The port must be 1 to 65535; it is 0x5022\. Correct PORT, or --port\.$/m,
  },
  {
    what: "an address of another machine",
    args: () => ["--host=192.0.2.1"],
    says: /^Cannot listen on 192\.0\.2\.1:8484: .* Set HOST to an address of this machine/m,
  },
  {
    what: "an option of another command",
    args: () => ["--open"],
    code: 2,
    says: /^Unknown option '--open'\.[\s\S]*--help/m,
  },
  {
    what: "a file of settings that is broken",
    args: () => ["--config=broken.jsonc"],
    says: /^broken\.jsonc line 3 is not JSON with comments/m,
  },
  { what: "a file of settings that is not there", args: () => ["--config=none.jsonc"], says: /none\.jsonc/ },
  {
    what: "no public address",
    environment: { PUBLIC_URL: "" },
    says: /^PUBLIC_URL is not set: /m,
  },
  {
    what: "a public address without a scheme",
    environment: { PUBLIC_URL: "mcp.example.com" },
    says: /^The setting PUBLIC_URL must be a URL/m,
  },
  {
    what: "an issuer without a scheme",
    environment: { OIDC_ISSUER: "id.example.com" },
    says: /^The setting OIDC_ISSUER must be a URL/m,
  },
  {
    what: "a webhook without its secret",
    environment: { WAITING_WEBHOOK_URL: "https://hooks.example.com/x" },
    says: /^The setting WAITING_WEBHOOK_SECRET is needed for WAITING_WEBHOOK_URL\. Set it in the environment/m,
  },
  {
    what: "a webhook whose secret is a password",
    environment: {
      WAITING_WEBHOOK_URL: "https://hooks.example.com/x",
      WAITING_WEBHOOK_SECRET: "correct horse battery staple",
    },
    says: /^The setting WAITING_WEBHOOK_SECRET must be 24 to 64 bytes in base64/m,
  },
  {
    what: "a public address without TLS",
    environment: { PUBLIC_URL: "http://mcp.example.com" },
    says: /^PUBLIC_URL must be https/m,
  },
  {
    what: "a sign-in of a name that every object has",
    environment: { SIGN_IN: "__proto__" },
    says: /^The setting SIGN_IN must be one of local, oidc, upstream/m,
  },
  {
    what: "a sign-in that lets everybody in",
    environment: { SIGN_IN: "local" },
    says: /^SIGN_IN is "local": everybody could sign in/m,
  },
  {
    what: "a sign-in at an API that is not served",
    environment: { SIGN_IN: "upstream", SIGN_IN_API: "nope" },
    says: /^SIGN_IN_API is nope, and nobody could sign in: no API of that name is served, but orders\. See docs\/login\.md\.$/m,
  },
  {
    what: "a sign-in at an API that has no login",
    environment: { SIGN_IN: "upstream", SIGN_IN_API: "orders" },
    says: /^SIGN_IN_API is orders, and nobody could sign in: the file of that API has no "credential"/m,
  },
  {
    what: "many things at once",
    args: () => ["--port=http"],
    environment: { OIDC_ISSUER: "x", LOG_LEVEL: "loud", STOP_SECONDS: "x", NODE_EXTRA_CA_CERTS: "/nowhere" },
    says: /^LOG_LEVEL .*\nSTOP_SECONDS .*\nThe port .*\nThe file of certificates .*\nThe setting OIDC_ISSUER /m,
  },
  {
    what: "a secret that is a stream without an end",
    environment: { OIDC_CLIENT_SECRET: "", OIDC_CLIENT_SECRET_FILE: "/dev/zero" },
    says: /^OIDC_CLIENT_SECRET_FILE names \/dev\/zero, which is not a regular file/m,
  },
  {
    what: "certificates that are not there",
    environment: { NODE_EXTRA_CA_CERTS: "/nowhere" },
    says: /^The file of certificates \/nowhere \(NODE_EXTRA_CA_CERTS\) cannot be read \(ENOENT\)\. Correct the path/m,
  },
  {
    what: "certificates that are none",
    environment: { NODE_EXTRA_CA_CERTS: join(folder, "orders.json") },
    says: /^The file of certificates .*orders\.json \(NODE_EXTRA_CA_CERTS\) has no certificate in it/m,
  },
  {
    what: "less memory than a runtime has at its start",
    environment: { SUPERVISOR_MAX_MEMORY_BYTES: "1000" },
    says: /^SUPERVISOR_MAX_MEMORY_BYTES must be \d+ or more: .*; it is 1000\.$/m,
  },
  {
    what: "a folder for the state that cannot be made",
    environment: { ISOGATE_HOME: "/proc/nowhere" },
    says: /^The state cannot be kept in \/proc\/nowhere\/state: .* Set ISOGATE_HOME to another folder\.$/m,
  },
  {
    what: "a secret whose file is not there",
    environment: { OIDC_CLIENT_SECRET: "", OIDC_CLIENT_SECRET_FILE: "/nowhere" },
    says: /^OIDC_CLIENT_SECRET_FILE names \/nowhere, which cannot be read \(ENOENT\)/m,
  },
];

it.each(rows)("$what", async ({ args, environment, code = 1, says }) => {
  const home = join(folder, "home");
  const answer = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [program, "serve", "orders.json", "--server=https://api.example.com", ...(args?.() ?? [])],
      {
        cwd: folder,
        timeout: 30_000,
        env: {
          PATH: process.env["PATH"],
          ISOGATE_HOME: home,
          ...settings,
          ...environment,
        } as unknown as NodeJS.ProcessEnv,
      },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
  expect(answer).toMatchObject({ code, output: expect.stringMatching(says) });
  expect(answer.output).not.toMatch(/\n\s+at |secret-of-the-client/);
  expect(readdirSync(folder)).not.toContain("orders.lock.json");
});
