/**
 * Uploads catalogs to a running deployment: `PUT /admin/catalogs/<hash>/index` and `/body`, then `PUT /admin/manifest`,
 * which is refused until every catalog in it is stored. Requires the secret ADMIN_TOKEN; if the deployment does not set
 * it, these routes do not exist. `POST /admin/refresh` does what the schedule does on Cloudflare.
 */
import { timingSafeEqual } from "hono/utils/buffer";
import { Manifest } from "../terms/manifest.ts";
import { refreshCatalogs } from "./refresh.ts";
import { isStored, writeCatalogPart, writeManifest } from "../store/catalogs.ts";

const catalogPath = /^\/admin\/catalogs\/([0-9a-f]{64})\/(index|body)$/;

const refreshPath = "/admin/refresh";

/**
 * Answers a request under `/admin/`.
 * @param others what else the operator may ask for; undefined for what it does not know
 */
export async function serveAdmin(
  request: Request,
  env: Env,
  others?: (request: Request, env: Env) => Promise<Response | undefined>,
): Promise<Response> {
  const given = request.headers.get("authorization") ?? "";
  if (!env.ADMIN_TOKEN || !(await timingSafeEqual(given, `Bearer ${env.ADMIN_TOKEN}`)))
    return new Response("Not Found", { status: 404 });
  const { pathname } = new URL(request.url);
  const other = await others?.(request, env);
  if (other) return other;
  const method = pathname === refreshPath ? "POST" : "PUT";
  if (request.method !== method)
    return new Response("Method Not Allowed", { status: 405, headers: { allow: method } });
  if (pathname === refreshPath) return Response.json(await refreshCatalogs(env));
  const [, hash, part] = catalogPath.exec(pathname) ?? [];
  if (hash && (part === "index" || part === "body")) {
    await writeCatalogPart(env.CATALOGS, hash, part, await request.arrayBuffer());
    return new Response(null, { status: 204 });
  }
  if (pathname === "/admin/manifest") {
    const manifest = Manifest.safeParse(await request.json().catch(() => undefined));
    if (!manifest.success) return Response.json({ error: manifest.error.message }, { status: 422 });
    for (const { name, hash: wanted } of manifest.data.apis) {
      if (await isStored(env.CATALOGS, wanted)) continue;
      const error = `The catalog ${wanted} of ${name} is not stored. Upload both its parts first.`;
      return Response.json({ error }, { status: 409 });
    }
    await writeManifest(env.CATALOGS, manifest.data);
    return new Response(null, { status: 204 });
  }
  return new Response("Not Found", { status: 404 });
}
