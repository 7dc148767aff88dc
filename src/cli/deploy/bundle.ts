/** The Worker as it is uploaded: its configuration for one deployment, and its size against the platform's limit. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import type { DeployedApi } from "../../terms/manifest.ts";
import { vpcBinding } from "../../terms/vpc.ts";
import type { Deployment } from "./settings.ts";

/** Compressed size of a Worker on the paid plan, which dynamic workers need: 10 MB (Workers limits, read 2026-11). */
export const bundleLimitBytes = 10_000_000;

/** The R2 bucket of a deployment. */
export function bucketOf({ name }: Deployment): string {
  return `${name}-catalogs`;
}

/**
 * The configuration of a built Worker as this deployment needs it. What a person changed in wrangler.jsonc (limits, triggers)
 * is kept.
 * @param built the `wrangler.json` beside the Worker
 * @param kvId of the KV namespace
 * @param folder of the configuration that is returned
 */
export function deployConfig(
  built: { path: string; text: string },
  deployment: Deployment,
  apis: readonly Pick<DeployedApi, "name" | "file">[],
  { kvId, folder }: { kvId: string; folder: string },
): Record<string, unknown> {
  const { main, ratelimits, ...config } = JSON.parse(built.text) as Record<string, unknown> & {
    main: string;
    ratelimits: { name: string; namespace_id: string }[];
  };
  const services = apis.flatMap(({ name, file }) =>
    file.vpc === undefined ? [] : [{ binding: vpcBinding(name), service_id: file.vpc }],
  );
  return {
    ...config,
    name: deployment.name,
    main: relative(folder, join(dirname(built.path), main)),
    kv_namespaces: [{ binding: "OAUTH_KV", id: kvId }],
    r2_buckets: [{ binding: "CATALOGS", bucket_name: bucketOf(deployment) }],
    ratelimits: ratelimits.map((each) => ({ ...each, namespace_id: namespaceId(deployment, each.name) })),
    ...(services.length > 0 && { vpc_services: services }),
    vars: deployment.vars,
    ...(deployment.domain !== undefined && {
      workers_dev: false,
      routes: [{ pattern: deployment.domain, custom_domain: true }],
    }),
  };
}

/**
 * Namespaces of rate limits are counted for a whole account, so each deployment has its own: the same at every deployment,
 * a positive number of 31 bits by the name of the Worker.
 */
function namespaceId({ name }: Deployment, limit: string): string {
  const digest = createHash("sha256").update(`${name}/${limit}`).digest();
  return String((digest.readUInt32BE() >>> 1) + 1);
}

/** Writes the configuration into the folder of the deployment. @returns its path */
export async function writeConfig(folder: string, config: Record<string, unknown>): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "wrangler.json");
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`);
  return path;
}

/** Of the files that are uploaded: the Worker and its modules. */
export async function bundleSize(folder: string): Promise<{ bytes: number; gzipBytes: number }> {
  const size = { bytes: 0, gzipBytes: 0 };
  for (const name of await readdir(folder)) {
    if (!/\.(js|txt)$/.test(name)) continue;
    const content = await readFile(join(folder, name));
    size.bytes += content.length;
    size.gzipBytes += gzipSync(content).length;
  }
  return size;
}
