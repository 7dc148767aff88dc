/** The name of a secret is only that: it is none that the server or its system reads. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { settingNames } from "../../src/auth/settings.ts";
import { readApiFile } from "../../src/cli/apis.ts";
import { freeName, isReserved } from "../../src/cli/reserved-names.ts";
import { credentialOption } from "../../src/cli/secrets.ts";

const root = join(import.meta.dirname, "../..");

it.each([
  ...settingNames,
  "ADMIN_TOKEN",
  "SUPERVISED",
  "ISOGATE_HOME",
  "ISOGATE_ANYTHING",
  "OIDC_ANYTHING",
  "SUPERVISOR_ANYTHING",
  "LOADER",
  "OAUTH_KV",
  "CATALOGS",
  "LEDGER",
  "SESSIONS",
  "CALLS_PER_USER",
  "SEEN_SHAPES",
  "KEPT_STATE",
  "PATH",
  "HOME",
  "TMPDIR",
  "USERPROFILE",
  "SYSTEMROOT",
  "PORT",
  "HOST",
  "NODE_OPTIONS",
  "NODE_EXTRA_CA_CERTS",
  "NODE_PATH",
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "DYLD_INSERT_LIBRARIES",
  "HTTPS_PROXY",
  "SSL_CERT_FILE",
  "CLOUDFLARE_API_TOKEN",
  "WRANGLER_LOG",
  "MINIFLARE_WORKERD_PATH",
  "X_LOCAL_EXPLORER",
  "ESBUILD_BINARY_PATH",
])("%s is refused in an API file, and as --credential", async (name) => {
  expect(isReserved(name)).toBe(true);
  expect(isReserved(freeName(name))).toBe(false);
  const path = join(await mkdtemp(join(tmpdir(), "isogate-names-")), "thing.jsonc");
  for (const credential of [
    { from: "shared", secrets: { key: name } },
    {
      from: "oauth",
      scheme: "key",
      authorizationUrl: "https://a.example/a",
      tokenUrl: "https://a.example/t",
      clientId: "a",
      clientSecret: name,
    },
  ]) {
    await writeFile(path, JSON.stringify({ source: "thing.json", credential }));
    await expect(readApiFile(path)).rejects.toThrow(`names the secret ${name}, but the server`);
  }
  expect(() => credentialOption(`key=${name}`)).toThrow(`--credential names the secret ${name}`);
});

it.each([
  "GITHUB_TOKEN",
  "DEMO_TOKEN",
  "STRIPE_KEY",
  "PATHS",
  "HOME_ASSISTANT_TOKEN",
  "NODES_KEY",
  "PUBLIC_URLS",
])("%s is free", (name) => {
  expect(isReserved(name)).toBe(false);
  expect(credentialOption(`key=${name}`)).toEqual(["key", name]);
});

it("reserves every setting that a deployment can have", () => {
  expect(settingNames.length).toBeGreaterThan(5);
  expect(settingNames.filter((name) => !isReserved(name))).toEqual([]);
});

it("reserves every variable that the code reads, a new one too", () => {
  const read = new Set<string>();
  for (const file of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.startsWith("sandbox/guest/")) continue;
    const text = readFileSync(join(root, "src", file), "utf8");
    for (const [, name] of text.matchAll(/\benv(?:\.|\[")([A-Z][A-Z0-9_]+)\b/g)) read.add(name!);
    for (const [, names] of text.matchAll(/const \{([^}]*)\} = process\.env/g))
      for (const [name] of names!.matchAll(/[A-Z][A-Z0-9_]+/g)) read.add(name);
    for (const [, name] of text.matchAll(/"(SUPERVISOR_[A-Z_]+)"/g)) read.add(name!);
  }
  expect(read.size).toBeGreaterThan(20);
  expect([...read].filter((name) => !isReserved(name.toUpperCase()))).toEqual([]);
});
