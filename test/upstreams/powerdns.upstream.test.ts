/** PowerDNS: Swagger 2.0, X-API-Key, answers 422 to nonsense. */
import { expect, inject, it } from "vitest";
import type { Access } from "../../src/terms/api-file.ts";
import { execute } from "../gateway/running.ts";

const { url, document } = inject("powerdns");
const running = (access?: Access[]) => ({
  document: JSON.parse(document) as Record<string, unknown>,
  file: { server: url, credential: { from: "shared" as const, secrets: { APIKeyHeader: "POWERDNS_KEY" } } },
  ...(access ? { access } : {}),
});

it("creates a zone, changes its records, reads them back and deletes it", async () => {
  const ran = await execute(
    `const zones = "/servers/{server_id}/zones";
     const path = { server_id: "localhost" };
     const created = await api.post(zones, { path, body: { name: "example.org.", kind: "Native", nameservers: ["ns1.example.org."] } });
     const zone = { path: { ...path, zone_id: "example.org." } };
     const patched = await api.patch(zones + "/{zone_id}", { ...zone, body: { rrsets: [
       { name: "www.example.org.", type: "A", ttl: 300, changetype: "REPLACE", records: [{ content: "192.0.2.7", disabled: false }] },
     ] } });
     const { data } = await api.get("/servers/localhost/zones/example.org.");
     const text = await api.get(zones + "/{zone_id}/export", zone);
     const removed = await api.delete(zones + "/{zone_id}", zone);
     const left = await api.get(zones, { path });
     return {
       statuses: [created.status, patched.status, patched.data, removed.status],
       www: data.rrsets.find(({ type }) => type === "A"), exported: String(text.data.zone ?? text.data).includes("192.0.2.7"), left: left.data,
     };`,
    running(),
  );
  expect(ran.failure).toBeUndefined();
  expect(ran.value).toMatchObject({
    statuses: [201, 204, null, 204],
    www: { name: "www.example.org.", ttl: 300, records: [{ content: "192.0.2.7" }] },
    exported: true,
    left: [],
  });
  expect(ran.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
    "POST 201",
    "PATCH 204",
    "GET 200",
    "GET 200",
    "DELETE 204",
    "GET 200",
  ]);
});

it("hands the code the server's own words about a value that it refuses", async () => {
  const ran = await execute(
    `try { await api.post("/servers/localhost/zones", { body: { name: "not a name", kind: "Native" }, check: false }) }
     catch (error) { return { status: error.status, data: error.data, hint: error.hint } }`,
    running(),
  );
  expect(ran.value).toMatchObject({ status: 422, hint: expect.stringContaining("refuses the values") });
  expect(JSON.stringify(ran.value)).toContain("error");
});

it("refuses wrong arguments before they reach the server", async () => {
  const ran = await execute(
    `await api.post("/servers/{server_id}/zones", { path: { server: "localhost" }, body: { kind: "Nativ" } })`,
    running(),
  );
  expect(ran.failure).toMatchObject({ kind: "bad-arguments" });
  const { problems } = ran.failure as { problems: string[] };
  expect(problems.join("; ")).toContain("path.server_id is missing (you gave server)");
  expect(problems.join("; ")).toContain('body.kind: "Nativ" is not one of');
  expect(ran.requests).toEqual([]);
});

it("lets a reading connection read, and nothing else", async () => {
  const ran = await execute(
    `const { data } = await api.get("/servers");
     try { await api.post("/servers/localhost/zones", { body: { name: "x.org.", kind: "Native" } }) }
     catch (error) { return { servers: data.length, scope: error.failure.scope } }`,
    running(["read"]),
  );
  expect(ran.value).toEqual({ servers: 1, scope: "test:write" });
});
