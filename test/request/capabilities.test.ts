import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../src/check/capabilities.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { locate } from "../../src/gateway/decide/locate.ts";
import type { CheckedApi } from "../../src/check/examine.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { plainCatalog } from "../setup/plain-catalog.ts";

/** Below each other; a query may hold the path of another operation for a server that reads it there. */
const servers = ["https://api.test", "https://api.test/live", "https://api.test/live/v2"];
const operations = [
  "GET /zones/{id}",
  "POST /zones/{id}",
  "DELETE /zones/{id}",
  "POST /zones/{id}/purge",
  "POST /purge",
  "POST /admin/purge",
  "GET /admin/keys",
  "POST /live/zones/{id}",
];

/** Whether a program that was allowed as a whole may send a request: `allowed`, or what stopped it. */
async function whether(code: string, request: string): Promise<string> {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const [method = "", path = ""] = operation.split(" ");
    (paths[path] ??= {})[method.toLowerCase()] = {};
  }
  const catalog = plainCatalog({ servers: servers.map((url) => ({ url })), paths });
  const api: DeployedApi = { name: "demo", title: "", hash: "", file: { source: "x" } };
  const checked: CheckedApi = { api, catalog };
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(parsed.failure.kind);
  const capabilities = capabilitiesOf(parsed.program, [checked], true);
  const [method = "", url = ""] = request.split(" ");
  const located = await locate(
    { method, url: url.startsWith("/") ? servers[0] + url : url, headers: new Map() },
    {
      apis: [api],
      caller: { access: { demo: ["read", "write", "delete"] } },
      open: async () => catalog,
      capabilities,
    },
  );
  if (located.ok) return "allowed";
  return located.failure.kind === "denied" ? located.failure.rule : located.failure.kind;
}

const stopped = "what the program was allowed to call";
const underZones = "await fetch(`https://api.test/zones/${x}`, { method: m })";
const anyPost = "await api.post(path)";
const deleteZone = "await api.delete('/zones/{id}', { path: { id } })";

describe("a request that a program was allowed", () => {
  it.each([
    [underZones, "DELETE /zones/1"],
    [underZones, "POST /zones/1/purge"],
    [underZones, "POST /zones/1?route=/zones/2/purge"],
    [anyPost, "POST /purge"],
    [anyPost, "POST /zones/1?route=/admin/purge"],
    [deleteZone, "DELETE /zones/1"],
    // The client writes the delimiters of a value encoded, which the URL keeps.
    [deleteZone, "DELETE /zones/a%2Cb"],
    [deleteZone, "DELETE /zones/a%3bb"],
    [deleteZone, "DELETE /zones/YQ%3D%3D"],
    [deleteZone, "DELETE /zones/a%40b%20%C3%A4"],
    [underZones, "POST /zones/a%2Cb/purge"],
  ])("%s: %s", async (code, request) => {
    expect(await whether(code, request)).toBe("allowed");
  });
});

describe("a request that is at another server, or that some server reads as another one", () => {
  it.each([
    [underZones, "POST /zones/1/purge?route=/purge"],
    [underZones, "POST /zones/purge?route=/purge"],
    [underZones, "POST /zones/admin?route=/admin/purge"],
    [underZones, "GET /zones/keys?r=/admin/keys"],
    [underZones, "DELETE https://api.test/live/zones/1"],
    [underZones, "POST https://api.test/live/v2/zones/1/purge"],
    [anyPost, "POST https://api.test/live/purge"],
    [anyPost, "POST https://api.test/live/v2/zones/1"],
    [deleteZone, "DELETE https://api.test/live/zones/1"],
    [deleteZone, "DELETE https://api.test/live/v2/zones/1"],
    [deleteZone, "DELETE https://api.test/live/v2/zones/a%2Cb"],
  ])("%s: %s", async (code, request) => {
    expect(await whether(code, request)).toBe(stopped);
  });
});
