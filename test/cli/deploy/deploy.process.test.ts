/** `npm run deploy` as a person runs it, against a wrangler that only remembers what it was asked. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { Validator } from "@cfworker/json-schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What wrangler's own schema of its configuration does not know of a configuration. */
function fitsWrangler(config: object): string[] {
  const schema = JSON.parse(
    readFileSync(join(root, "node_modules/wrangler/config-schema.json"), "utf8"),
  ) as object;
  return new Validator(schema, "7", false).validate(config).errors.map(({ error }) => error);
}

const root = join(import.meta.dirname, "../../..");
const oidc = {
  SIGN_IN: "oidc",
  OIDC_ISSUER: "https://login.example.com",
  OIDC_CLIENT_ID: "isogate",
  OIDC_ALLOWED: "@example.com",
};

const pets = {
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  servers: [{ url: "https://pets.example.com" }],
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-key" } } },
  paths: { "/pets": { get: { operationId: "listPets", responses: { 200: { description: "All." } } } } },
};

let folder: string;
let url: string;
const worker = createServer((_request, response) => response.end("ok"));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-deploy-test-"));
  await new Promise<void>((resolve) => worker.listen(0, "127.0.0.1", resolve));
  await mkdir(join(folder, "specs"));
  await writeFile(
    join(folder, "specs/pets.jsonc"),
    JSON.stringify({ source: "pets.json", credential: { from: "shared", secrets: { key: "PETS_KEY" } } }),
  );
  await writeFile(join(folder, "specs/pets.json"), JSON.stringify(pets));
  url = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
});
afterAll(async () => {
  worker.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  output: string;
  /** What wrangler was asked: arguments in one line. */
  calls: string[];
  stdin: string[];
  account: {
    secrets: Record<string, string>;
    objects: Record<string, number>;
    deployed?: { vars: object; kv_namespaces: { id: string }[]; migrations: unknown[]; routes?: unknown[] };
  };
}

/** Nothing of the environment that the tests run in but the way to programs: it may name an account. */
function started(args: string[], env: Record<string, string>) {
  const only = { PATH: process.env["PATH"] ?? "", HOME: folder, ...env } as unknown as NodeJS.ProcessEnv;
  return spawn(process.execPath, [join(root, "src/cli/main.ts"), "deploy", ...args], {
    cwd: folder,
    env: only,
  });
}

/** @param account a file that the fake keeps between runs */
async function deploy(
  account: string,
  settings: object | undefined,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Ran> {
  const config = join(folder, `${account}.jsonc`);
  if (settings) await writeFile(config, JSON.stringify(settings));
  const accountFile = join(folder, `${account}.account.json`);
  const callsFile = join(folder, `${account}.calls.jsonl`);
  await writeFile(callsFile, "");
  const child = started(
    [
      `--config=${config}`,
      `--specs=${join(folder, "specs")}`,
      `--wrangler=${join(import.meta.dirname, "fake-wrangler.mjs")}`,
      ...args,
    ],
    { FAKE_ACCOUNT: accountFile, FAKE_CALLS: callsFile, FAKE_URL: url, ...env },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const calls = (await readFile(callsFile, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { args: string[]; stdin: string });
  const known = await readFile(accountFile, "utf8").catch(() => "{}");
  return {
    code,
    output,
    calls: calls.map((call) => call.args.join(" ")),
    stdin: calls.map((call) => call.stdin),
    account: JSON.parse(known) as Ran["account"],
  };
}

describe("npm run deploy refuses", () => {
  it.each([
    ["--open", { settings: oidc }, ["--open"], {}, /--open.*loopback.*SIGN_IN/s],
    ["OPEN in the settings", { settings: { ...oidc, OPEN: "true" } }, [], {}, /OPEN is "true".*SIGN_IN/s],
    ["OPEN in the environment", { settings: oidc }, [], { OPEN: "true" }, /OPEN is "true"/],
    ["local sign-in", { settings: { SIGN_IN: "local" } }, ["--dry-run"], {}, /SIGN_IN is "local".*"oidc"/s],
    ["no sign-in at all", {}, [], {}, /SIGN_IN is not set.*"SIGN_IN": "oidc"/s],
    [
      "a sign-in that lacks something",
      { settings: { SIGN_IN: "oidc" } },
      [],
      {},
      /OIDC_ISSUER is needed for SIGN_IN=oidc/,
    ],
    [
      "a secret in the file",
      { settings: { ...oidc, ISOGATE_SECRET: "shh" } },
      [],
      {},
      /ISOGATE_SECRET is a secret/,
    ],
    [
      "a plain public URL",
      { settings: { ...oidc, PUBLIC_URL: "http://x.example" } },
      [],
      {},
      /PUBLIC_URL must be https/,
    ],
    ["an API that is not there", { apis: ["horses"], settings: oidc }, [], {}, /horses.*pets/s],
    ["a word that it does not know", { nmae: "x", settings: oidc }, [], {}, /nmae/],
    [
      "a file that is not there",
      { settings: oidc },
      [`--config=refused-a-file-that-is-not-ther.jsonc`],
      {},
      /There is no file refused-a-file-that-is-not-ther\.jsonc.*Did you mean refused-a-file-that-is-not-there\.jsonc/,
    ],
    ["a folder as its file", { settings: oidc }, ["--config=specs"], {}, /specs cannot be read \(EISDIR\)/],
    [
      "a folder that is not there",
      { settings: oidc },
      ["--config=owner/staging.jsonc"],
      {},
      /no folder owner/,
    ],
    [
      "a deployment that its file does not have",
      { settings: oidc, env: { staging: {} } },
      ["--env=stagin"],
      {},
      /no deployment "stagin": did you mean "staging"\?/,
    ],
    [
      "such a deployment, named as wrangler has it",
      { settings: oidc },
      [],
      { CLOUDFLARE_ENV: "staging" },
      /no deployment "staging": write it there, under "env"/,
    ],
  ])("%s, before it calls wrangler", async (name, settings, args, env, says) => {
    const { code, output, calls } = await deploy(
      `refused-${name.replaceAll(/\W/g, "-")}`,
      settings,
      args,
      env,
    );
    expect(output).toMatch(says);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
    expect(calls).toEqual([]);
  });

  it("to go on without a login at Cloudflare, and says how to log in", async () => {
    await writeFile(join(folder, "stranger.account.json"), JSON.stringify({ loggedIn: false }));
    const { code, output, calls } = await deploy("stranger", { settings: oidc });
    expect(output).toMatch(/not logged in.*npx wrangler login/);
    expect(code).toBe(1);
    expect(calls.some((call) => call.startsWith("deploy --config"))).toBe(false);
  });
});

describe("npm run deploy", () => {
  it("creates what is missing, uploads, deploys, and says where; again, it creates nothing", async () => {
    const settings = { name: "edge", settings: oidc };
    const first = await deploy("new", settings, [], {
      PETS_KEY: "pet-secret",
      OIDC_CLIENT_SECRET: "oidc-secret",
    });
    expect(first.output).toContain(`${url}/mcp`);
    expect(first.output).toContain(`claude mcp add --transport http isogate ${url}/mcp`);
    expect(first.output).toContain("wrangler rollback --name edge");
    expect(first.code).toBe(0);
    expect(first.calls.map((call) => call.replaceAll(/[0-9a-f]{64}/g, "HASH"))).toEqual([
      "deploy --dry-run --config=.isogate/deploy/wrangler.json",
      "whoami --json",
      "kv namespace list",
      "kv namespace create edge-oauth",
      "kv namespace list",
      "r2 bucket info edge-catalogs --json",
      "r2 bucket create edge-catalogs",
      "secret list --name=edge --format=json",
      "secret bulk --name=edge",
      "r2 object put edge-catalogs/catalogs/HASH/body.bin --file=.isogate/deploy/catalogs-HASH-body.bin --remote",
      "r2 object put edge-catalogs/catalogs/HASH/index.json --file=.isogate/deploy/catalogs-HASH-index.json --remote",
      "deploy --config=.isogate/deploy/wrangler.json",
      "r2 object put edge-catalogs/manifest.json --file=.isogate/deploy/manifest.json --remote",
    ]);
    const { deployed, secrets } = first.account;
    expect(deployed).toMatchObject({
      name: "edge",
      main: expect.stringMatching(/^\.\.\/worker\/[0-9a-f]+\/index\.js$/) as string,
      no_bundle: true,
      vars: oidc,
      kv_namespaces: [{ binding: "OAUTH_KV", id: "id-of-edge-oauth" }],
      r2_buckets: [{ bucket_name: "edge-catalogs" }],
      migrations: [{ tag: "v1" }, { tag: "v2" }],
    });
    expect(Object.keys(secrets)).toEqual(["ISOGATE_SECRET", "OIDC_CLIENT_SECRET", "PETS_KEY"]);
    expect(secrets["ISOGATE_SECRET"]!.length).toBeGreaterThanOrEqual(32);

    const second = await deploy("new", settings);
    expect(second.code).toBe(0);
    expect(second.calls.filter((call) => /create|secret bulk/.test(call))).toEqual([]);
    expect(second.account.secrets).toEqual(secrets);
  });

  it("puts no secret on a command line, in a file or on the screen", async () => {
    const ran = await deploy("quiet", { settings: oidc }, [], {
      PETS_KEY: "pet-planted",
      OIDC_CLIENT_SECRET: "oidc-planted",
    });
    const made = ran.account.secrets["ISOGATE_SECRET"]!;
    const config = await readFile(join(root, ".isogate/deploy/wrangler.json"), "utf8");
    for (const secret of ["pet-planted", "oidc-planted", made]) {
      expect(ran.calls.join("\n") + ran.output + config).not.toContain(secret);
      expect(ran.stdin.join("")).toContain(secret);
    }
  });

  it("names the secrets that nobody gave, and deploys without", async () => {
    const { code, output, account } = await deploy("poor", { settings: oidc });
    expect(output).toMatch(/PETS_KEY is not set \(the API pets\)/);
    expect(code).toBe(0);
    expect(Object.keys(account.secrets)).toEqual(["ISOGATE_SECRET"]);
  });

  it("deploys to a domain of one's own", async () => {
    const { code } = await deploy("domain", { domain: "mcp.example.com", settings: oidc }, ["--dry-run"]);
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(join(root, ".isogate/deploy/wrangler.json"), "utf8"))).toMatchObject({
      workers_dev: false,
      routes: [{ pattern: "mcp.example.com", custom_domain: true }],
      vars: { PUBLIC_URL: "https://mcp.example.com" },
    });
  });

  it("puts staging beside production: another Worker, other stores, other counters, and no address of the other", async () => {
    const file = {
      name: "edge",
      domain: "mcp.example.com",
      settings: { ...oidc, PUBLIC_URL: "https://mcp.example.com", OPERATORS: "ops@example.com" },
      env: { staging: { settings: { OIDC_CLIENT_ID: "isogate-staging" } } },
    };
    const configs = [];
    for (const args of [[], ["--env=staging"]]) {
      const { output, code } = await deploy("both", file, ["--dry-run", ...args]);
      expect(output).not.toMatch(/\n\s+at /);
      expect(code).toBe(0);
      configs.push(JSON.parse(await readFile(join(root, ".isogate/deploy/wrangler.json"), "utf8")) as object);
    }
    const [production, staging] = configs as Record<"ratelimits", { namespace_id: string }[]>[];
    expect(production).toMatchObject({ name: "edge", routes: [{ pattern: "mcp.example.com" }] });
    expect(staging).toMatchObject({
      name: "edge-staging",
      workers_dev: true,
      r2_buckets: [{ bucket_name: "edge-staging-catalogs" }],
      vars: { ...oidc, OIDC_CLIENT_ID: "isogate-staging", OPERATORS: "ops@example.com" },
    });
    expect(JSON.stringify(staging)).not.toContain("mcp.example.com");
    const ids = [production, staging].flatMap((each) => each!.ratelimits.map((one) => one.namespace_id));
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) expect(id).toMatch(/^[1-9]\d{0,9}$/);
  });

  it("binds the VPC service of an API in a private network, which it leaves out without one", async () => {
    const inside = {
      source: "pets.json",
      server: "http://pets.corp:8080/v1",
      allowHttp: true,
      allowPrivate: ["pets.corp"],
    };
    const specs = join(folder, "inside");
    await mkdir(specs, { recursive: true });
    await writeFile(join(specs, "pets.json"), JSON.stringify(pets));
    await writeFile(join(specs, "bound.jsonc"), JSON.stringify({ ...inside, vpc: "0199295b-b3ac" }));
    await writeFile(join(specs, "unbound.jsonc"), JSON.stringify(inside));
    const { output, code } = await deploy("inside", { settings: oidc }, ["--dry-run", `--specs=${specs}`]);
    expect(output).toContain("through the VPC service 0199295b-b3ac, bound as vpc_bound");
    expect(output).toMatch(/unbound is left out: it needs private addresses.*"vpc"/);
    expect(code).toBe(0);
    const config = JSON.parse(await readFile(join(root, ".isogate/deploy/wrangler.json"), "utf8")) as object;
    expect(config).toMatchObject({ vpc_services: [{ binding: "vpc_bound", service_id: "0199295b-b3ac" }] });
    expect(fitsWrangler(config)).toEqual([]);
  });

  it("stops before the Worker is replaced when an upload fails, with wrangler's own words", async () => {
    const account = { loggedIn: true, kv: [], buckets: [], secrets: {}, objects: {}, refuseUploads: true };
    await writeFile(join(folder, "broken.account.json"), JSON.stringify(account));
    const { code, output, calls } = await deploy("broken", { settings: oidc });
    expect(output).toContain("Internal error. [code: 10001]");
    expect(code).toBe(1);
    expect(calls.some((call) => call.startsWith("deploy --config"))).toBe(false);
  });

  it.each([{ OIDC_ALLOWED: "" }, {}])(
    "warns that everybody at the issuer can sign in: %j",
    async (allowed) => {
      const { OIDC_ALLOWED: _people, ...others } = oidc;
      const { output } = await deploy("everybody", { settings: { ...others, ...allowed } }, ["--dry-run"]);
      expect(output).toContain("everybody with an account at https://login.example.com can sign in");
    },
  );
});

describe("npm run deploy -- --dry-run", () => {
  it("says which document it could not fetch, and plans the rest without it", async () => {
    const specs = join(folder, "far-specs");
    await mkdir(specs);
    const source = "npm:@example/far@1.0.0/openapi.json";
    const credential = { from: "shared", secrets: { key: "FAR_KEY" } };
    await writeFile(join(specs, "far.jsonc"), JSON.stringify({ source, credential }));
    const offline = { npm_config_registry: "http://127.0.0.1:1", npm_config_cache: join(folder, "npm") };
    const run = (...args: string[]) =>
      deploy("far", { settings: oidc }, [`--specs=${specs}`, ...args], offline);
    const planned = await run("--dry-run");
    expect(planned.code).toBe(0);
    expect(planned.output).toMatch(
      /! far: npm could not fetch @example\/far@1\.0\.0: .*registry.* A deployment would stop here\.\n.*continues without its operations and its catalog\./,
    );
    expect(planned.output).toContain("! not planned: the catalog of far, whose document was not read");
    expect(planned.output).toContain("! FAR_KEY is not set (the API far)");
    expect(planned.output).toContain("nothing was created, uploaded or deployed");
    const real = await run();
    expect(real).toMatchObject({ code: 1, output: expect.stringContaining("npm could not fetch") });
    expect(real.calls).toEqual([]);
  });

  it("shows every step with its command, builds with the real wrangler, and says how much room is left", async () => {
    await writeFile(join(folder, "empty.jsonc"), "{}");
    const child = started(["--dry-run", `--config=empty.jsonc`], {
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
    for (const command of [
      "kv namespace create isogate-oauth",
      "r2 bucket create isogate-catalogs",
      "secret bulk --name=isogate",
      "manifest.json --file",
      "wrangler deploy --config=",
    ])
      expect(output).toContain(command);
    expect(output).toContain("A deployment would stop here. SIGN_IN is not set");
    const [, share] = /gzip [\d.]+ [KM]B: (\d+) % of the 10.0 MB/.exec(output) ?? [];
    expect(Number(share)).toBeGreaterThan(1);
    expect(Number(share)).toBeLessThan(50);
    const config = JSON.parse(await readFile(join(root, ".isogate/deploy/wrangler.json"), "utf8")) as object;
    expect(fitsWrangler(config)).toEqual([]);
    expect(fitsWrangler({ ...config, vpc_service: [] })).not.toEqual([]);
    expect(output).toContain("nothing was created, uploaded or deployed");
  });
});
