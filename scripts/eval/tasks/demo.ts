/** Tasks on the demo API: an edge platform under attack. */
import assert from "node:assert/strict";
import { groundTruth } from "../../../demo/ground-truth.ts";
import { execute, says, search, type Subject, type Task } from "../task.ts";
import type { Upstreams } from "../upstreams.ts";

interface Page<Item> {
  items: Item[];
}
interface DnsRecord {
  id: string;
  type: string;
  name: string;
  content: string;
  ttl: number;
}

const shop = "zone_0001";
const listed = async <Item>({ demo }: Upstreams, path: string): Promise<Item[]> =>
  ((await demo("GET", path)) as Page<Item>).items;
const dns = (upstreams: Upstreams, name: string) =>
  listed<DnsRecord>(upstreams, `/zones/${shop}/dns-records?name=${name}`);

const blocked = async ({ upstreams }: { upstreams: Upstreams }) => {
  const rules = await listed<{ mode: string; target: { type: string; value: string } }>(
    upstreams,
    "/access-rules?mode=block&limit=100",
  );
  return rules.filter(({ target }) => target.type === "ip").map(({ target }) => target.value);
};

const tasks: Task[] = [
  {
    name: "find the attackers and block them",
    ask: "We are under attack. Find every offending address of the last 24 hours as the API defines it, and block each of them.",
    steps: [
      search(`describe(find("firewall events: who is attacking; block an address", { limit: 5 }))`),
      execute(`const { data: { items: rules } } = await api.get("/firewall-rules", { query: { category: "attack" } });
const events = await api.pages("/firewall-events", {
  query: { rule_id: rules.map((rule) => rule.id), max_bot_score: 29, verified_bot: false, limit: 500 },
}).all();
const ips = [...new Set(events.map((event) => event.client_ip))];
const done = await each(ips, (value) => api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value }, notes: "Offending." } }));
return { offenders: ips.length, failed: done.filter((one) => one.error).map((one) => [one.item, one.error.message]) };`),
    ],
    async check(outcome) {
      assert.deepEqual((await blocked(outcome)).toSorted(), groundTruth().offendingAddresses);
      says(outcome, groundTruth().offendingAddresses.length);
    },
  },
  {
    name: "move a web site to another address",
    ask: "www.harborlight.example has moved: its IPv4 address is 192.0.2.77 now, with a TTL of 120 seconds.",
    steps: [
      execute(`const zones = await api.get("/zones", { query: { name: "harborlight.example" } });
const zone = zones.data.items[0];
const records = await api.get("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id }, query: { name: "www.harborlight.example", type: "A" } });
const { data } = await api.patch("/zones/{zone_id}/dns-records/{record_id}", {
  path: { zone_id: zone.id, record_id: records.data.items[0].id },
  body: { content: "192.0.2.77", ttl: 120 },
});
return { name: data.name, content: data.content, ttl: data.ttl };`),
    ],
    async check({ upstreams }) {
      const records = await dns(upstreams, "www.harborlight.example");
      const address = records.find(({ type }) => type === "A");
      assert.deepEqual([address?.content, address?.ttl], ["192.0.2.77", 120]);
      assert.equal(records.filter(({ type }) => type === "AAAA").length, 1);
    },
  },
  {
    name: "add mail records, with a wrong member first",
    ask: "Add a third mail server mx3.harborlight.example with priority 30 to harborlight.example.",
    mistakes: 1,
    steps: [
      execute(`await api.post("/zones/{zone_id}/dns-records", {
  path: { zone_id: "${shop}" },
  body: { type: "MX", name: "harborlight.example", value: "mx3.harborlight.example", prio: 30 },
})`),
      execute(`const { data } = await api.post("/zones/{zone_id}/dns-records", {
  path: { zone_id: "${shop}" },
  body: { type: "MX", name: "harborlight.example", content: "mx3.harborlight.example", priority: 30 },
});
return data`),
    ],
    async check({ upstreams }) {
      const records = await listed<DnsRecord>(upstreams, `/zones/${shop}/dns-records?type=MX`);
      assert.equal(records.filter(({ content }) => content === "mx3.harborlight.example").length, 1);
    },
  },
  {
    name: "harden every zone",
    ask: "Turn attack mode on and set the security level to high for all our zones.",
    steps: [
      search(`describe("updateZoneSettings")`),
      execute(`const zones = await api.pages("/zones").all();
const results = await each(zones, async (zone) => (await api.patch("/zones/{zone_id}/settings", {
  path: { zone_id: zone.id }, body: { attack_mode: true, security_level: "high" },
})).data);
return results.map(({ item, value, error }) => ({ zone: item.name, ...(value ?? { error: error.message }) }))`),
    ],
    async check({ upstreams }) {
      for (const zone of await listed<{ id: string }>(upstreams, "/zones")) {
        const settings = (await upstreams.demo("GET", `/zones/${zone.id}/settings`)) as object;
        assert.deepEqual({ ...settings, attack_mode: true, security_level: "high" }, settings);
      }
    },
  },
  {
    name: "import a zone file",
    ask: "Make the zone outlet.example and put two records into it from this zone file: www IN A 192.0.2.90 and shop IN CNAME www.outlet.example.",
    steps: [
      search(`describe(["createZone", "importDnsRecords"])`),
      execute(`const zone = (await api.post("/zones", { body: { name: "outlet.example" } })).data;
const text = "$ORIGIN outlet.example.\\n$TTL 300\\nwww IN A 192.0.2.90\\nshop IN CNAME www.outlet.example.\\n";
const done = await api.post("/zones/{zone_id}/dns-records/import", {
  path: { zone_id: zone.id }, body: { file: new File([text], "outlet.zone", { type: "text/plain" }) },
});
return done.data;`),
    ],
    async check({ upstreams }) {
      const [zone] = await listed<{ id: string }>(upstreams, "/zones?name=outlet.example");
      const records = await listed<DnsRecord>(upstreams, `/zones/${zone!.id}/dns-records`);
      assert.deepEqual(records.map(({ type, name }) => `${type} ${name}`).toSorted(), [
        "A www.outlet.example",
        "CNAME shop.outlet.example",
      ]);
    },
  },
  {
    name: "count over the whole log",
    ask: "From which three countries did most of the requests come that the firewall blocked in the last 24 hours?",
    steps: [
      // Forgets that a list has pages, sees 100 events, and reads on.
      execute(`const { data } = await api.get("/firewall-events", { query: { action: ["block"] } });
return { events: data.items.length, next: data.next_cursor }`),
      execute(`const events = await api.pages("/firewall-events", { query: { action: ["block"], limit: 500 } }).all();
const counts = {};
for (const { client_country } of events) counts[client_country] = (counts[client_country] ?? 0) + 1;
return Object.entries(counts).sort((a, b) => b[1] - a[1]).slice(0, 3)`),
    ],
    async check(outcome) {
      const counts = new Map<string, number>();
      for (let cursor: string | null = ""; cursor !== null;) {
        const page = (await outcome.upstreams.demo(
          "GET",
          `/firewall-events?action=block&limit=500${cursor && `&cursor=${cursor}`}`,
        )) as Page<{ client_country: string }> & { next_cursor: string | null };
        for (const { client_country: country } of page.items)
          counts.set(country, (counts.get(country) ?? 0) + 1);
        cursor = page.next_cursor;
      }
      const [first] = [...counts].toSorted((a, b) => b[1] - a[1]);
      says(outcome, first![0]);
    },
  },
  {
    name: "tighten a rate limit that there is already",
    ask: "Allow only 5 logins a minute for one client of the shop: POST /account/login, else challenge.",
    mistakes: 1,
    steps: [
      execute(`const { data } = await api.post("/zones/{zone_id}/rate-limits", { path: { zone_id: "${shop}" },
  body: { method: "POST", path_prefix: "/account/login", requests: 5, period_seconds: 60, action: "challenge" } });
return data`),
      execute(`const { data } = await api.get("/zones/{zone_id}/rate-limits", { path: { zone_id: "${shop}" } });
const limit = data.items.find((one) => one.path_prefix === "/account/login" && one.method === "POST");
const changed = await api.put("/zones/{zone_id}/rate-limits/{rate_limit_id}", { path: { zone_id: "${shop}", rate_limit_id: limit.id },
  body: { method: "POST", path_prefix: "/account/login", requests: 5, period_seconds: 60, action: "challenge" } });
return changed.data`),
    ],
    async check({ upstreams }) {
      const limits = await listed<{ requests: number; path_prefix: string }>(
        upstreams,
        `/zones/${shop}/rate-limits`,
      );
      assert.deepEqual(
        limits.map(({ requests, path_prefix }) => [requests, path_prefix]),
        [[5, "/account/login"]],
      );
    },
  },
  {
    name: "a record of all zones as a file",
    ask: "Give me a CSV of all DNS records of all zones: zone, type, name, content.",
    steps: [
      execute(`const zones = await api.pages("/zones").all();
const rows = ["zone,type,name,content"];
for (const zone of zones) {
  const records = await api.pages("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id } }).all();
  for (const r of records) rows.push([zone.name, r.type, r.name, JSON.stringify(r.content)].join(","));
}
await file(rows.join("\\n"), "records.csv", "text/csv");
return { zones: zones.length, records: rows.length - 1 }`),
    ],
    async check(outcome) {
      let count = 0;
      for (const { id } of await listed<{ id: string }>(outcome.upstreams, "/zones"))
        count += (await listed<DnsRecord>(outcome.upstreams, `/zones/${id}/dns-records?limit=100`)).length;
      says(outcome, count);
    },
  },
  {
    name: "who changed what",
    ask: "Who blocked AS64511, and when?",
    steps: [
      execute(`const entries = await api.pages("/audit-log").all();
return entries.filter((entry) => entry.summary.includes("AS64511"))`),
    ],
    check: (outcome) => says(outcome, "maya@harborlight.example"),
  },
];

export const demo: Subject = { api: "demo", tasks };
