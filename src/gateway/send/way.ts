/**
 * Which way a request takes: the internet, under the address rules of the API file, or for an API in a private network its
 * Workers VPC service. That reaches its one server whatever a URL says, so it takes only what is for that server.
 */
import { addressProblem } from "../../request/address.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import { vpcBinding } from "../../terms/vpc.ts";

export type Way =
  | { ok: true; fetch(href: string, init: RequestInit): Promise<Response> }
  /** The address is not one that the gateway speaks to. */
  | { ok: false; problem: string };

/** @param env the Worker's bindings by name */
export function wayTo(
  href: string,
  { name, file }: Pick<DeployedApi, "name" | "file">,
  env: Readonly<Record<string, unknown>>,
): Way {
  const service = file.vpc === undefined ? undefined : (env[vpcBinding(name)] as Fetcher | undefined);
  if (service && file.server !== undefined && new URL(href).origin === new URL(file.server).origin)
    return { ok: true, fetch: (url, init) => service.fetch(url, init) };
  const problem = addressProblem(href, file);
  return problem === undefined
    ? { ok: true, fetch: (url, init) => fetch(url, init) }
    : { ok: false, problem };
}
