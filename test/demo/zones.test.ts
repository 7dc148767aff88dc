/** Zones, settings, DNS records, zone files, rate limits. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { allPages, converse, type Conversation } from "./conversation.ts";

let talk: Conversation;
beforeEach(async () => {
  talk = await converse();
});
afterEach(() => talk.close());

const path = { zone_id: "zone_0001" };
const www = { type: "A", name: "status.harborlight.example", content: "192.0.2.80" };

test("a new zone is pending and empty, and can be removed; one with records cannot", async () => {
  const { data: zone } = await talk.call("createZone", { json: { name: "outlet.example" } });
  expect([zone.id, zone.status]).toEqual(["zone_0004", "pending"]);
  const own = { zone_id: zone.id };
  await talk.call("createDnsRecord", { path: own, json: { ...www, name: "outlet.example" } });
  const refused = await talk.call("deleteZone", { path: own });
  expect([refused.status, refused.data.detail]).toEqual([
    409,
    "outlet.example still has 1 DNS records. Delete them first.",
  ]);
  const [record] = (await talk.call("listDnsRecords", { path: own })).data.items;
  await talk.call("deleteDnsRecord", { path: { ...own, record_id: record.id } });
  expect((await talk.call("deleteZone", { path: own })).status).toBe(204);
  expect((await talk.call("getZone", { path: own })).status).toBe(404);
});

test.for(["Outlet.example", "outlet", "-outlet.example", "outlet.example/", "", "a b.example"])(
  "the zone name %j is refused",
  async (name) => {
    const { status, data } = await talk.call("createZone", { json: { name } });
    expect([status, data.errors[0].pointer]).toEqual([422, "/name"]);
  },
);

test("attack mode changes alone, and stays", async () => {
  const before = (await talk.call("getZoneSettings", { path })).data;
  const after = await talk.call("updateZoneSettings", { path, json: { attack_mode: true } });
  expect(after.data).toEqual({ ...before, attack_mode: true, updated_at: "2026-11-20T12:00:01Z" });
  expect((await talk.call("getZoneSettings", { path })).data).toEqual(after.data);
});

test("a firewall rule can be tuned, its category not", async () => {
  const rule = { rule_id: "leaked-credentials" };
  const changed = await talk.call("updateFirewallRule", { path: rule, json: { action: "block" } });
  expect([changed.data.action, changed.data.enabled, changed.data.category]).toEqual([
    "block",
    true,
    "attack",
  ]);
  const refused = await talk.call("updateFirewallRule", { path: rule, json: { category: "signal" } });
  expect([refused.status, refused.data.errors[0].pointer]).toEqual([422, "/category"]);
});

describe("DNS records", () => {
  test("PATCH keeps what it does not name, PUT sets it back to the default", async () => {
    const made = await talk.call("createDnsRecord", {
      path,
      json: { ...www, ttl: 60, proxied: true, comment: "For the status page." },
    });
    const record = { ...path, record_id: made.data.id };
    const patched = await talk.call("updateDnsRecord", { path: record, json: { content: "192.0.2.81" } });
    expect(patched.data).toMatchObject({ ttl: 60, proxied: true, comment: "For the status page." });
    const put = await talk.call("replaceDnsRecord", { path: record, json: www });
    expect(put.data).toMatchObject({ content: "192.0.2.80", ttl: 300, proxied: false, comment: "" });
    expect(put.data.created_at).toBe(made.data.created_at);
  });

  test("the name and the content are kept in one spelling", async () => {
    const json = { type: "CNAME", name: "Docs.HarborLight.example.", content: "WWW.harborlight.example." };
    const { data } = await talk.call("createDnsRecord", { path, json });
    expect([data.name, data.content]).toEqual(["docs.harborlight.example", "www.harborlight.example"]);
  });

  test.for<[string, object, string]>([
    ["a name of another zone", { name: "www.elsewhere.example" }, "/name"],
    ["a name that only ends alike", { name: "notharborlight.example" }, "/name"],
    ["a name with a blank", { name: "a b.harborlight.example" }, "/name"],
    ["an IPv6 address in an A record", { content: "2001:db8::1" }, "/content"],
    ["an IPv4 address in an AAAA record", { type: "AAAA" }, "/content"],
    ["an address in a CNAME record", { type: "CNAME" }, "/content"],
    ["a line break in a TXT record", { type: "TXT", content: "a\nb" }, "/content"],
    ["an MX record without priority", { type: "MX", content: "mx.example" }, "/priority"],
    ["a priority for an A record", { priority: 10 }, "/priority"],
    ["a proxied TXT record", { type: "TXT", proxied: true }, "/proxied"],
    ["a TTL of 59", { ttl: 59 }, "/ttl"],
    ["a TTL of 86401", { ttl: 86_401 }, "/ttl"],
    ["a TTL as text", { ttl: "300" }, "/ttl"],
    ["an unknown type", { type: "SPF" }, "/type"],
  ])("%s is refused", async ([, change, pointer]) => {
    const { status, data } = await talk.call("createDnsRecord", { path, json: { ...www, ...change } });
    expect([status, data.errors[0].pointer]).toEqual([422, pointer]);
  });

  test.for([
    ["the same record", { type: "A", name: "www.harborlight.example", content: "192.0.2.10" }],
    ["a CNAME beside others", { type: "CNAME", name: "www.harborlight.example", content: "x.example" }],
    ["another beside a CNAME", { type: "A", name: "shop.harborlight.example", content: "192.0.2.10" }],
  ] as const)("%s is a conflict that names the other", async ([, json]) => {
    const { status, data } = await talk.call("createDnsRecord", { path, json });
    expect(status).toBe(409);
    const other = await talk.call("getDnsRecord", { path: { ...path, record_id: data.conflicting_id } });
    expect(other.data.name).toBe(json.name);
  });

  test("a record is not found in another zone", async () => {
    const elsewhere = { zone_id: "zone_0002", record_id: "rec_0001" };
    expect((await talk.call("getDnsRecord", { path: elsewhere })).status).toBe(404);
  });
});

describe("zone files", () => {
  const send = (text: string, fields: Record<string, string> = {}, zone = path) =>
    talk.call("importDnsRecords", { path: zone, form: { file: new Blob([text]), ...fields } });
  const exported = async (zone = path) => (await talk.call("exportDnsRecords", { path: zone })).text;

  test("what is exported can be imported again, and nothing is new", async () => {
    await talk.call("createDnsRecord", {
      path,
      json: { type: "TXT", name: "q.harborlight.example", content: 'say "hi"; \\o/' },
    });
    const text = await exported();
    expect((await send(text)).data).toMatchObject({ created: 0, skipped: 10 });
  });

  test("an export into an empty zone of the same name gives the same records", async () => {
    const other = await converse();
    const text = await exported();
    const { items } = await allPages(other, "listDnsRecords", { path });
    for (const { id } of items) await other.call("deleteDnsRecord", { path: { ...path, record_id: id } });
    await other.call("importDnsRecords", { path, form: { file: new Blob([text]) } });
    expect((await other.call("exportDnsRecords", { path })).text).toBe(text);
    await other.close();
  });

  test("the export is a download", async () => {
    const { headers } = await talk.call("exportDnsRecords", { path });
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("content-disposition")).toBe('attachment; filename="harborlight.example.zone"');
  });

  test("reads directives, comments, relative names, blanks for the name before, and parentheses", async () => {
    const { data: zone } = await talk.call("createZone", { json: { name: "outlet.example" } });
    const own = { zone_id: zone.id };
    const text = `; our zone
$TTL 600
@   IN SOA ns1.outlet.example. admin.outlet.example. (
      2026112001 ; serial
      3600 600 86400 300 )
@   IN NS ns1.breakwater.example.
@   IN A 192.0.2.40
    60 IN AAAA 2001:DB8::40
www CNAME @
    ; a comment alone
mail.outlet.example. IN 120 MX 10 mx
$ORIGIN eu.outlet.example.
txt TXT "one; " "two"
`;
    expect((await send(text, { proxied: "true" }, own)).data.created).toBe(5);
    const { items } = await allPages(talk, "listDnsRecords", { path: own });
    expect(
      items.map((record) => [
        record.type,
        record.name,
        record.content,
        record.ttl,
        record.proxied,
        record.priority,
      ]),
    ).toEqual([
      ["A", "outlet.example", "192.0.2.40", 600, true, null],
      ["AAAA", "outlet.example", "2001:db8::40", 60, true, null],
      ["CNAME", "www.outlet.example", "outlet.example", 600, true, null],
      ["MX", "mail.outlet.example", "mx.outlet.example", 120, false, 10],
      ["TXT", "txt.eu.outlet.example", "one; two", 600, false, null],
    ]);
  });

  test("a dry run creates nothing", async () => {
    const before = await exported();
    expect((await send("new 300 IN A 192.0.2.80\n", { dry_run: "true" })).data).toEqual({
      dry_run: true,
      created: 1,
      skipped: 0,
      created_ids: [],
    });
    expect(await exported()).toBe(before);
  });

  test("one bad line refuses the file, and each bad line is named", async () => {
    const before = await exported();
    const text = [
      "ok 300 IN A 192.0.2.80",
      "a 300 IN A nowhere",
      "b 5 IN A 192.0.2.80",
      "c 300 IN SRV 0 0 1 x",
      "$INCLUDE other",
      "d 300 IN MX mx1",
      "e 300 IN A 192.0.2.1 192.0.2.2",
      "f.elsewhere.example. 300 IN A 192.0.2.80",
      "g",
      "$TTL soon",
    ].join("\n");
    const { status, data } = await send(text);
    expect(status).toBe(422);
    expect(data.errors.map((issue: { line: number }) => issue.line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await exported()).toBe(before);
  });

  test("a file that contradicts itself is a conflict", async () => {
    const { status } = await send("x 300 IN A 192.0.2.80\nx 300 IN CNAME www\n");
    expect(status).toBe(409);
  });

  test("an indented first line has no name", async () => {
    const { status, data } = await send("  300 IN A 192.0.2.80\n");
    expect([status, data.errors[0].line]).toEqual([422, 1]);
  });
});

describe("rate limits", () => {
  const limit = { path_prefix: "/search", requests: 10, period_seconds: 60 };

  test("are created with defaults, replaced whole, and deleted", async () => {
    const made = await talk.call("createRateLimit", { path, json: limit });
    expect(made.data).toMatchObject({ ...limit, method: "ANY", action: "block", enabled: true });
    const own = { ...path, rate_limit_id: made.data.id };
    const put = await talk.call("replaceRateLimit", {
      path: own,
      json: { ...limit, action: "log", enabled: false },
    });
    expect(put.data).toMatchObject({ action: "log", enabled: false });
    const back = await talk.call("replaceRateLimit", { path: own, json: limit });
    expect(back.data).toMatchObject({ action: "block", enabled: true });
    expect((await talk.call("deleteRateLimit", { path: own })).status).toBe(204);
  });

  test("one for a method and path that has one is a conflict", async () => {
    const json = { ...limit, method: "POST", path_prefix: "/account/login" };
    const { status, data } = await talk.call("createRateLimit", { path, json });
    expect([status, data.conflicting_id]).toEqual([409, "limit_0001"]);
  });

  test.for<[string, object, string]>([
    ["a path without a slash", { path_prefix: "search" }, "/path_prefix"],
    ["no requests at all", { requests: 0 }, "/requests"],
    ["a period of 61 seconds", { period_seconds: 61 }, "/period_seconds"],
  ])("%s is refused", async ([, change, pointer]) => {
    const { status, data } = await talk.call("createRateLimit", { path, json: { ...limit, ...change } });
    expect([status, data.errors[0].pointer]).toEqual([422, pointer]);
  });
});
