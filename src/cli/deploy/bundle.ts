/** The Worker as it is uploaded: its configuration for one deployment, and its size against the platform's limit. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "jsonc-parser";
import type { Deployment } from "./settings.ts";

/** Compressed size of a Worker on the paid plan, which dynamic workers need: 10 MB (Workers limits, read 2026-11). */
export const bundleLimitBytes = 10_000_000;

/** The R2 bucket of a deployment. */
export function bucketOf({ name }: Deployment): string {
  return `${name}-catalogs`;
}

/**
 * wrangler.jsonc as this deployment needs it. What a person changed there (limits, triggers) is kept.
 * @param kvId of the KV namespace
 * @param folder of the configuration that is returned
 */
export function deployConfig(
  wranglerJsonc: string,
  deployment: Deployment,
  { kvId, root, folder }: { kvId: string; root: string; folder: string },
): Record<string, unknown> {
  // The command itself builds before it calls wrangler.
  const {
    $schema: _schema,
    build: _build,
    ...config
  } = parse(wranglerJsonc) as Record<string, unknown> & { main: string };
  return {
    ...config,
    name: deployment.name,
    main: relative(folder, join(root, config.main)),
    kv_namespaces: [{ binding: "OAUTH_KV", id: kvId }],
    r2_buckets: [{ binding: "CATALOGS", bucket_name: bucketOf(deployment) }],
    vars: deployment.vars,
    ...(deployment.domain !== undefined && {
      workers_dev: false,
      routes: [{ pattern: deployment.domain, custom_domain: true }],
    }),
  };
}

/** Writes the configuration into the folder of the deployment. @returns its path */
export async function writeConfig(folder: string, config: Record<string, unknown>): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "wrangler.json");
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`);
  return path;
}

/**
 * Sum over the files that `wrangler deploy --outdir` wrote; source maps do not count towards the limit.
 * @throws Error if wrangler wrote none
 */
export async function bundleSize(folder: string): Promise<{ bytes: number; gzipBytes: number }> {
  const size = { bytes: 0, gzipBytes: 0 };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".map") || entry.name === "README.md") continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    size.bytes += content.length;
    size.gzipBytes += gzipSync(content).length;
  }
  if (size.bytes === 0) throw new Error(`wrangler wrote no Worker into ${folder}.`);
  return size;
}
