/**
 * `isogate deploy`: puts the APIs of specs/ on Cloudflare. Every step can be repeated; what serves is replaced only
 * after everything it needs is there: catalogs first, then the Worker, then the list of APIs.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { connectSettings } from "../../terms/clients.ts";
import { configuredApis, prepareApi, type ConfiguredApi, type PreparedApi } from "../apis.ts";
import { bundleLimitBytes, bundleSize, deployConfig, emptied, namesOf, writeConfig } from "./bundle.ts";
import { askHidden, collectSecrets, neededSecrets } from "./secrets.ts";
import { exampleFile, readDeployment, warningsOf, type Deployment } from "./settings.ts";
import { dryWrangler, must, realWrangler, withEvents, type Wrangler } from "./wrangler.ts";
import { commandLine } from "../command-line.ts";
import { places } from "../places.ts";
import { bodyKey, indexKey, manifestKey } from "../../store/catalogs.ts";

const help = `npm run deploy [-- options]

Puts the APIs of specs/ on Cloudflare, as deployment.jsonc says: creates what is missing (KV namespace, R2 bucket),
asks for secrets that are not set, uploads the catalogs, deploys, and prints the URL and how to connect.

  --dry-run            says each step with its wrangler command and builds, offline; changes nothing
  --config <file>      another deployment file than deployment.jsonc
  --specs <folder>     another folder than specs/
  --wrangler <file>    another wrangler than the installed one
  --help

deployment.jsonc, without secrets (environment variables of the same names as the settings come first):
${exampleFile.replaceAll(/^/gm, "  ")}

docs/operations.md tells how to go back, rotate secrets and read logs.`;

const { root } = places;
const folder = join(places.home, "deploy");
const say = (line: string) => console.log(line);

const options = {
  "dry-run": { type: "boolean", default: false },
  config: { type: "string", default: join(root, "deployment.jsonc") },
  wrangler: { type: "string", default: places.wrangler },
  specs: { type: "string", default: places.specs },
  open: { type: "boolean", default: false },
} as const;

/** @throws Error at the first step that fails; what served before goes on serving */
export async function run(args: string[]): Promise<number> {
  const { values } = commandLine("npm run deploy", help, { options }, args);
  if (values.open)
    throw new Error(
      '--open serves everybody without login and is for loopback only. Set SIGN_IN to "oidc" or "upstream" in deployment.jsonc and leave --open out.',
    );
  const dry = values["dry-run"];
  const deployment = deploymentFrom(await readFile(values.config, "utf8").catch(() => undefined), dry);
  for (const warning of warningsOf(deployment)) say(`! ${warning}`);
  const real = realWrangler(values.wrangler, root);
  const wrangler = dry ? dryWrangler(say) : real;

  say("1. Read the documents");
  const apis = await readApis(deployment, values.specs);

  say("2. Build");
  await build(real, deployment);

  say("3. Create what is missing");
  const { code } = await wrangler({ why: "is somebody logged in?", args: ["whoami", "--json"] });
  if (code !== 0)
    throw new Error(
      "You are not logged in at Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN.",
    );
  const kvId = await ensureKv(wrangler, namesOf(deployment).kv, dry);
  await ensureBucket(wrangler, namesOf(deployment).bucket);
  const config = await writeConfig(folder, await configFor(deployment, kvId));

  say("4. Secrets");
  await ensureSecrets(
    wrangler,
    deployment,
    apis.map(({ configured }) => configured),
    dry,
  );

  say("5. Upload the catalogs");
  const { bucket } = namesOf(deployment);
  const put = async (key: string, content: string | Uint8Array) => {
    const file = join(folder, key.replaceAll("/", "-"));
    await writeFile(file, content);
    await must(wrangler, {
      why: `${key} (${megabytes(content.length)})`,
      args: ["r2", "object", "put", `${bucket}/${key}`, `--file=${relative(root, file)}`, "--remote"],
    });
  };
  for (const { prepared } of apis) {
    await put(bodyKey(prepared.catalog.hash), prepared.catalog.body);
    await put(indexKey(prepared.catalog.hash), prepared.catalog.index);
  }

  say("6. Deploy");
  const events = await withEvents((env) =>
    must(wrangler, {
      why: "the Worker, its Durable Objects' migrations and its trigger",
      args: ["deploy", `--config=${relative(root, config)}`],
      env,
    }),
  );
  await put(manifestKey, JSON.stringify({ apis: apis.map(({ prepared }) => prepared.api) }));
  if (dry) say("\nThis was a dry run: nothing was created, uploaded or deployed.");
  else await announce(deployment, events);
  return 0;
}

function deploymentFrom(text: string | undefined, dry: boolean): Deployment {
  const result = readDeployment(text, process.env);
  if (result.ok) return result.deployment;
  if (!dry || !result.missing) throw new Error(result.refusal);
  say(`! A deployment would stop here. ${result.refusal}\n\n  The dry run goes on without.\n`);
  return result.missing;
}

interface Read {
  configured: ConfiguredApi;
  prepared: PreparedApi;
}

/** @throws Error if a document cannot be read: what is served now had better stay */
async function readApis({ apis: wanted }: Deployment, specs: string): Promise<Read[]> {
  const all = await configuredApis(resolve(specs));
  const unknown = wanted?.find((name) => !all.some((api) => api.name === name));
  if (unknown !== undefined)
    throw new Error(
      `deployment.jsonc names the API ${unknown}; specs/ has ${all.map(({ name }) => name).join(", ")}.`,
    );
  const read: Read[] = [];
  for (const configured of all.filter(({ name }) => wanted?.includes(name) ?? true)) {
    if ((configured.file.allowPrivate ?? []).length > 0) {
      say(
        `  ! ${configured.name} is left out: it is for private addresses, which Cloudflare does not reach.`,
      );
      continue;
    }
    const prepared = await prepareApi(configured);
    say(`  ${configured.name}: ${prepared.report.operationsKept.toLocaleString("en-US")} operations`);
    read.push({ configured, prepared });
  }
  if (read.length === 0)
    throw new Error("There is no API to deploy. Add one: npm run api -- add <file or URL>");
  return read;
}

/** Bundles as the deployment will, without an account. @throws Error if it is too large to be accepted */
async function build(wrangler: Wrangler, deployment: Deployment): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, "scripts/build/guest.ts")], { cwd: root });
  const config = await writeConfig(folder, await configFor(deployment, "dry-run"));
  const outdir = await emptied(join(folder, "bundle"));
  // Absolute: wrangler takes a relative one sometimes from its configuration, sometimes from the working directory.
  const args = ["deploy", "--dry-run", `--outdir=${outdir}`, `--config=${relative(root, config)}`];
  say(`    wrangler ${args.join(" ")}`);
  await must(wrangler, { why: "bundle", args });
  const { bytes, gzipBytes } = await bundleSize(outdir);
  const share = ((gzipBytes / bundleLimitBytes) * 100).toFixed(0);
  say(
    `  ${megabytes(bytes)}, gzip ${megabytes(gzipBytes)}: ${share} % of the ${megabytes(bundleLimitBytes)} that a Worker may have`,
  );
  if (gzipBytes > bundleLimitBytes) throw new Error("The Worker is too large to be deployed.");
}

async function configFor(deployment: Deployment, kvId: string): Promise<Record<string, unknown>> {
  const wranglerJsonc = await readFile(join(root, "wrangler.jsonc"), "utf8");
  return deployConfig(wranglerJsonc, deployment, { kvId, root, folder });
}

/** @returns the id of the namespace */
async function ensureKv(wrangler: Wrangler, title: string, dry: boolean): Promise<string> {
  const find = async () => {
    const listed = await must(wrangler, {
      why: `look for the KV namespace ${title}`,
      args: ["kv", "namespace", "list"],
    });
    return (JSON.parse(listed) as { id: string; title: string }[]).find((each) => each.title === title)?.id;
  };
  const there = await find();
  if (there !== undefined) return there;
  await must(wrangler, { why: `create it`, args: ["kv", "namespace", "create", title] });
  if (dry) return "<id of the new namespace>";
  const id = await find();
  if (id === undefined)
    throw new Error(`The KV namespace ${title} was created and is not listed yet. Try again.`);
  return id;
}

async function ensureBucket(wrangler: Wrangler, name: string): Promise<void> {
  const { code } = await wrangler({
    why: `look for the R2 bucket ${name}`,
    args: ["r2", "bucket", "info", name, "--json"],
  });
  if (code !== 0) await must(wrangler, { why: "create it", args: ["r2", "bucket", "create", name] });
}

async function ensureSecrets(
  wrangler: Wrangler,
  deployment: Deployment,
  apis: ConfiguredApi[],
  dry: boolean,
): Promise<void> {
  const { name } = deployment;
  const needed = neededSecrets(deployment, apis);
  // A Worker that is not there yet has none, and wrangler says so with an error.
  const { code, stdout } = await wrangler({
    why: `which secrets ${name} has`,
    args: ["secret", "list", `--name=${name}`, "--format=json"],
  });
  const there =
    code === 0 && stdout ? (JSON.parse(stdout) as { name: string }[]).map((each) => each.name) : [];
  const ask = !dry && process.stdin.isTTY ? askHidden : undefined;
  const { values, missing } = await collectSecrets(needed, there, process.env, ask);
  for (const { name: secret, use } of missing)
    say(
      `  ! ${secret} is not set (${use}). ${dry ? "A deployment would ask for it." : "Set it in the environment and deploy again to use it."}`,
    );
  if (Object.keys(values).length === 0) return;
  await must(wrangler, {
    why: `set ${Object.keys(values).join(", ")} (values through stdin)`,
    args: ["secret", "bulk", `--name=${name}`],
    stdin: JSON.stringify(values),
  });
}

async function announce({ name, domain }: Deployment, events: Record<string, unknown>[]): Promise<void> {
  const deployed = events.find((event) => event["type"] === "deploy");
  const version = typeof deployed?.["version_id"] === "string" ? deployed["version_id"] : undefined;
  const targets = Array.isArray(deployed?.["targets"]) ? (deployed["targets"] as unknown[]) : [];
  const host = domain ?? targets.map(String).find((target) => /^(https?:\/\/)?[\w.-]+(:\d+)?$/.test(target));
  if (host === undefined)
    throw new Error("Deployed, but wrangler did not say where. Look at the Cloudflare dashboard.");
  const origin = host.includes("://") ? host : `https://${host}`;
  await answers(origin);
  say(
    `\nDeployed${version ? ` as version ${version}` : ""}.\n\n  MCP      ${origin}/mcp\n  Console  ${origin}/\n`,
  );
  for (const { client, where, paste } of connectSettings(`${origin}/mcp`))
    say(`${client} (${where}):\n  ${paste.replaceAll("\n", "\n  ")}\n`);
  say(`To go back to the version before: npx wrangler rollback --name ${name} (docs/operations.md)`);
}

/** A new name on the internet takes a while. */
async function answers(origin: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answered = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    if (answered?.ok) return;
    await sleep(1_000);
  }
  say(`! ${origin} does not answer yet. A new domain may take minutes; npx wrangler tail shows errors.`);
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(0)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
