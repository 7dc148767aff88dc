/**
 * `isogate deploy`: puts the APIs of specs/ on Cloudflare. Every step can be repeated. The running deployment is replaced
 * only after everything is uploaded: catalogs first, then the Worker, then the manifest.
 */
import { keepToOwner } from "../server/owner-only.ts";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { connectSettings } from "../../terms/clients.ts";
import { readLock } from "../api/lock.ts";
import { DocumentError } from "../../spec/document.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import { configuredApis, prepareApi, type ConfiguredApi, type PreparedApi } from "../apis.ts";
import { servedOf } from "../served.ts";
import { bucketOf, bundleLimitBytes, bundleSize, deployConfig, writeConfig } from "./bundle.ts";
import { askHidden, collectSecrets, neededSecrets } from "./secrets.ts";
import { exampleFile, readDeployment, signInRefusal, warningsOf, type Deployment } from "./settings.ts";
import { settingsFile, type SettingsFile } from "./settings-file.ts";
import { dryWrangler, must, realWrangler, type Wrangler } from "./wrangler.ts";
import { commandLine } from "../command-line.ts";
import { printable, reportLines } from "../compile-report.ts";
import { optionsOf } from "../options.ts";
import { commandFor, docPage, places } from "../places.ts";
import { builtWorker } from "../server/built-worker.ts";
import { loadOwn } from "../own/project.ts";
import { withOwn } from "../own/stage.ts";
import { answers } from "../server/local-server.ts";
import { vpcBinding } from "../../terms/vpc.ts";
import { bodyKey, indexKey, manifestKey } from "../../store/catalogs.ts";

const standardConfig = "deployment.jsonc";
const help = `${commandFor("deploy", "[options]")}

Puts the APIs of specs/ on Cloudflare with the settings of deployment.jsonc: creates what is missing (KV namespace, R2
bucket), asks for secrets that are not set, uploads the catalogs, deploys, and prints the URL and how to connect.

  --dry-run            prints each step with its wrangler command; needs no account and changes nothing. A document that is not
                       on this machine yet is fetched; without a network, the rest is planned without it
  --config <file>      the settings of the deployment (default: ${standardConfig})
  --env <name>         another deployment of the file, such as staging: what stands under "env" there
  --specs <folder>     the folder of API files (default: specs/)
  --wrangler <file>    the wrangler to run (default: the installed one)
  --help

An example of deployment.jsonc. Environment variables of the same names override its settings; it holds no secrets:
${exampleFile.replaceAll(/^/gm, "  ")}

To roll back, rotate secrets or read logs, see ${docPage("operations")}.`;

// A package serves the folder that it is called in.
const root = places.packaged ? process.cwd() : places.root;
const folder = join(places.home, "deploy");
const say = (line: string) => console.log(line);

/** @throws Error at the first step that fails; the previous deployment then keeps serving */
export async function run(args: string[]): Promise<number> {
  const { values } = commandLine(commandFor("deploy"), help, { options: optionsOf.deploy }, args);
  if (values.open)
    throw new Error(
      '--open serves everybody without login, so it is only for loopback. Leave it out, and set SIGN_IN to "oidc" or "upstream" in deployment.jsonc.',
    );
  keepToOwner();
  const dry = values["dry-run"];
  const own = await loadOwn();
  const env = values.env ?? (process.env["CLOUDFLARE_ENV"] || undefined);
  const settings = await settingsFile(values.config, relative(process.cwd(), join(root, standardConfig)));
  const deployment = deploymentFrom(settings, env, dry);
  for (const warning of warningsOf(deployment)) say(`! ${warning}`);
  const program = values.wrangler ?? places.wrangler;
  if (program === undefined && !dry) throw new Error(`wrangler is not installed here. ${installWrangler}`);
  const real = program === undefined ? undefined : realWrangler(program, root);
  const wrangler = dry || real === undefined ? dryWrangler(say) : real;

  say("1. Read the documents");
  const { apis, unread } = await readApis(deployment, { settings: settings.file, specs: values.specs, dry });
  const served = [...apis.map(({ api }) => api), ...unread];
  const refusal = signInRefusal(deployment, served);
  if (refusal !== undefined) throw new Error(refusal);

  say("2. Build");
  const built = await withOwn(await builtWorker(), own);
  const configFor = async (kvId: string) => {
    const text = await readFile(built, "utf8");
    return writeConfig(folder, deployConfig({ path: built, text }, deployment, served, { kvId, folder }));
  };
  await tryOut(real, await configFor("dry-run"), dirname(built));

  say("3. Create what is missing");
  const { code } = await wrangler({ why: "check the login", args: ["whoami", "--json"] });
  if (code !== 0)
    throw new Error(
      "You are not logged in at Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN.",
    );
  const kvId = await ensureKv(wrangler, `${deployment.name}-oauth`, dry);
  const bucket = bucketOf(deployment);
  const { code: noBucket } = await wrangler({
    why: `look for the R2 bucket ${bucket}`,
    args: ["r2", "bucket", "info", bucket, "--json"],
  });
  if (noBucket) await must(wrangler, { why: "create it", args: ["r2", "bucket", "create", bucket] });
  const config = await configFor(kvId);

  say("4. Secrets");
  await ensureSecrets(wrangler, deployment, served, dry);

  say("5. Upload the catalogs");
  for (const { name } of unread) say(`  ! not planned: the catalog of ${name}, whose document was not read`);
  const put = async (key: string, content: string | Uint8Array) => {
    const file = join(folder, key.replaceAll("/", "-"));
    await writeFile(file, content);
    await must(wrangler, {
      why: `${key} (${megabytes(content.length)})`,
      args: ["r2", "object", "put", `${bucket}/${key}`, `--file=${shown(file)}`, "--remote"],
    });
  };
  for (const { catalog } of apis) {
    await put(bodyKey(catalog.hash), catalog.body);
    await put(indexKey(catalog.hash), catalog.index);
  }

  say("6. Deploy");
  // Where wrangler writes events for programs, one JSON object a line.
  const events = join(folder, "events.jsonl");
  await rm(events, { force: true });
  await must(wrangler, {
    why: "the Worker, its Durable Objects' migrations and its trigger",
    args: ["deploy", `--config=${shown(config)}`],
    env: { WRANGLER_OUTPUT_FILE_PATH: events },
  });
  await put(manifestKey, JSON.stringify({ apis: apis.map(({ api }) => api) }));
  if (dry) say("\nThis was a dry run: nothing was created, uploaded or deployed.");
  else await announce(deployment, await readFile(events, "utf8").catch(() => ""));
  return 0;
}

function deploymentFrom({ file, text }: SettingsFile, env: string | undefined, dry: boolean): Deployment {
  const result = readDeployment(text, process.env, { file, env });
  if (result.ok) return result.deployment;
  if (!dry || !result.missing) throw new Error(result.refusal);
  say(`! A deployment would stop here. ${result.refusal}\n\n  The dry run continues without it.\n`);
  return result.missing;
}

/**
 * @param settings the file that names the APIs @param specs the folder of their files
 * @param dry continues where a document would have to be fetched and cannot be: its API is `unread`
 * @throws Error if any document cannot be read: then the deployment that serves now stays
 */
async function readApis(
  { apis: wanted }: Deployment,
  { settings, specs, dry }: { settings: string; specs: string; dry: boolean },
): Promise<{ apis: PreparedApi[]; unread: ConfiguredApi[] }> {
  const all = await configuredApis(resolve(specs));
  const unknown = wanted?.find((name) => !all.some((api) => api.name === name));
  if (unknown !== undefined)
    throw new Error(
      `${settings} names the API ${unknown}; ${shown(resolve(specs))} has ${all.map(({ name }) => name).join(", ")}.`,
    );
  const read: PreparedApi[] = [];
  const unread: ConfiguredApi[] = [];
  for (const configured of all.filter(({ name }) => wanted?.includes(name) ?? true)) {
    const { vpc, allowPrivate = [] } = configured.file;
    if (vpc === undefined && allowPrivate.length > 0) {
      say(
        `  ! ${configured.name} is left out: it needs private addresses, which Cloudflare reaches only through a VPC service ("vpc" in its file, ${docPage("operations")}).`,
      );
      continue;
    }
    const prepared = await prepareApi(configured, { schema: "now" }).catch((error: unknown) => {
      if (!dry || !(error instanceof DocumentError && error.code === "unreachable")) throw error;
      say(printable(`  ! ${configured.name}: ${error.message} A deployment would stop here.`));
      say("    The dry run continues without its operations and its catalog.");
    });
    if (!prepared) {
      unread.push(configured);
      continue;
    }
    const lock = await readLock(configured.folder, configured.name);
    const { kept } = await servedOf(configured, prepared, lock?.hash);
    if (kept !== undefined) throw new Error(`${configured.name}: ${kept}`);
    say(`  ${configured.name}: ${prepared.report.operationsKept.toLocaleString("en-US")} operations`);
    if (vpc !== undefined) say(`    through the VPC service ${vpc}, bound as ${vpcBinding(configured.name)}`);
    for (const line of reportLines(prepared.report, prepared.parts).slice(1)) say(line);
    read.push(prepared);
  }
  if (read.length + unread.length === 0)
    throw new Error(`There is no API to deploy. Add one: ${commandFor("api", "add <file or URL>")}`);
  return { apis: read, unread };
}

/** Has wrangler check the configuration, without an account, if it is there. @throws Error if the Worker is too large */
async function tryOut(wrangler: Wrangler | undefined, config: string, worker: string): Promise<void> {
  const args = ["deploy", "--dry-run", `--config=${shown(config)}`];
  if (wrangler === undefined)
    say(`  ! wrangler is not installed here, so it checks nothing. ${installWrangler}`);
  else {
    say(`    wrangler ${args.join(" ")}`);
    await must(wrangler, { why: "check the configuration", args });
  }
  const { bytes, gzipBytes } = await bundleSize(worker);
  const share = ((gzipBytes / bundleLimitBytes) * 100).toFixed(0);
  say(
    `  ${megabytes(bytes)}, gzip ${megabytes(gzipBytes)}: ${share} % of the ${megabytes(bundleLimitBytes)} limit`,
  );
  if (gzipBytes > bundleLimitBytes) throw new Error("The Worker is too large to deploy.");
}

const installWrangler = `To deploy from this folder: npm install --save-dev wrangler@${places.wranglerVersion}`;

/** As wrangler, which runs in the root, finds it. */
function shown(path: string): string {
  return relative(root, path);
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
  await must(wrangler, { why: "create it", args: ["kv", "namespace", "create", title] });
  if (dry) return "<id of the new namespace>";
  const id = await find();
  if (id === undefined)
    throw new Error(`The KV namespace ${title} was created but is not listed yet. Try again.`);
  return id;
}

async function ensureSecrets(
  wrangler: Wrangler,
  deployment: Deployment,
  apis: readonly Pick<DeployedApi, "name" | "file">[],
  dry: boolean,
): Promise<void> {
  const { name } = deployment;
  const needed = neededSecrets(deployment, apis);
  // wrangler fails here if the Worker does not exist yet.
  const { code, stdout } = await wrangler({
    why: `list the secrets of ${name}`,
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

/** @param events as wrangler wrote them */
async function announce({ name, domain }: Deployment, events: string): Promise<void> {
  const deployed = events
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .find((event) => event["type"] === "deploy");
  const version = typeof deployed?.["version_id"] === "string" ? deployed["version_id"] : undefined;
  const targets = Array.isArray(deployed?.["targets"]) ? (deployed["targets"] as unknown[]) : [];
  const host = domain ?? targets.map(String).find((target) => /^(https?:\/\/)?[\w.-]+(:\d+)?$/.test(target));
  if (host === undefined)
    throw new Error("Deployed, but wrangler did not report the address. Look at the Cloudflare dashboard.");
  const origin = host.includes("://") ? host : `https://${host}`;
  // A new name on the internet takes a while.
  if (!(await answers(origin, 60_000, 1_000)))
    say(`! ${origin} does not answer yet. A new domain may take minutes; npx wrangler tail shows errors.`);
  say(
    `\nDeployed${version ? ` as version ${version}` : ""}.\n\n  MCP      ${origin}/mcp\n  Console  ${origin}/\n`,
  );
  for (const { client, where, paste, rare } of connectSettings(`${origin}/mcp`))
    if (!rare) say(`${client} (${where}):\n  ${paste.replaceAll("\n", "\n  ")}\n`);
  say(`To return to the previous version: npx wrangler rollback --name ${name} (${docPage("operations")})`);
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(0)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
