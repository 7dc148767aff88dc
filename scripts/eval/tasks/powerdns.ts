/** Tasks on a real PowerDNS. */
import assert from "node:assert/strict";
import { execute, says, search, type Subject, type Task } from "../task.ts";
import type { Upstreams } from "../upstreams.ts";

interface Rrset {
  name: string;
  type: string;
  ttl: number;
  records: { content: string; disabled: boolean }[];
}
interface Zone {
  id: string;
  kind: string;
  rrsets: Rrset[];
}

const zones = "/servers/localhost/zones";
const zone = async ({ powerdns }: Upstreams, name: string) =>
  (await powerdns("GET", `${zones}/${name}`)) as Zone | undefined;
const contents = (of: Zone | undefined, name: string, type: string) =>
  of?.rrsets.find((one) => one.name === name && one.type === type)?.records.map(({ content }) => content);

async function make({ powerdns }: Upstreams, name: string, addresses: Record<string, string> = {}) {
  await powerdns("POST", zones, {
    name,
    kind: "Native",
    nameservers: ["ns1.example.net."],
    rrsets: Object.entries(addresses).map(([label, content]) => ({
      name: `${label}.${name}`,
      type: "A",
      ttl: 3600,
      changetype: "REPLACE",
      records: [{ content, disabled: false }],
    })),
  });
}

const many = Array.from({ length: 30 }, (_, at) => `team${at + 1}.example.`);

const tasks: Task[] = [
  {
    name: "make a zone with records",
    ask: "Create the zone new.example. with name server ns1.example.net., and www in it at 192.0.2.1 and 192.0.2.2.",
    steps: [
      search(`describe(["createZone", "patchZone"])`),
      execute(`const path = { server_id: "localhost" };
await api.post("/servers/{server_id}/zones", { path, body: { name: "new.example.", kind: "Native", nameservers: ["ns1.example.net."] } });
await api.patch("/servers/{server_id}/zones/{zone_id}", { path: { ...path, zone_id: "new.example." }, body: { rrsets: [
  { name: "www.new.example.", type: "A", ttl: 300, changetype: "REPLACE", records: [{ content: "192.0.2.1", disabled: false }, { content: "192.0.2.2", disabled: false }] },
] } });
const { data } = await api.get("/servers/{server_id}/zones/{zone_id}", { path: { ...path, zone_id: "new.example." } });
return data.rrsets.map((set) => set.type + " " + set.name)`),
    ],
    check: async ({ upstreams }) =>
      assert.deepEqual(contents(await zone(upstreams, "new.example."), "www.new.example.", "A")?.toSorted(), [
        "192.0.2.1",
        "192.0.2.2",
      ]),
  },
  {
    name: "names without the dot at their end",
    ask: "Add api.dots.example with the address 192.0.2.5 to the zone dots.example.",
    mistakes: 1,
    prepare: (upstreams) => make(upstreams, "dots.example."),
    steps: [
      execute(`await api.patch("/servers/{server_id}/zones/{zone_id}", { path: { server_id: "localhost", zone_id: "dots.example" }, body: { rrsets: [
  { name: "api.dots.example", type: "A", ttl: 300, changetype: "REPLACE", records: [{ content: "192.0.2.5", disabled: false }] } ] } })`),
      execute(`await api.patch("/servers/{server_id}/zones/{zone_id}", { path: { server_id: "localhost", zone_id: "dots.example." }, body: { rrsets: [
  { name: "api.dots.example.", type: "A", ttl: 300, changetype: "REPLACE", records: [{ content: "192.0.2.5", disabled: false }] } ] } });
return "done"`),
    ],
    check: async ({ upstreams }) =>
      assert.deepEqual(contents(await zone(upstreams, "dots.example."), "api.dots.example.", "A"), [
        "192.0.2.5",
      ]),
  },
  {
    name: "an address changes in thirty zones",
    ask: "192.0.2.10 becomes 192.0.2.20 in every zone whose name begins with team: change all A records that have it.",
    async prepare(upstreams) {
      for (const [at, name] of many.entries())
        await make(upstreams, name, {
          www: at % 2 === 0 ? "192.0.2.10" : "192.0.2.99",
          mail: "192.0.2.10",
        });
    },
    steps: [
      search(`describe(["listZones", "listZone", "patchZone"])`),
      execute(`const server_id = "localhost";
const { data: all } = await api.get("/servers/{server_id}/zones", { path: { server_id } });
const zones = all.filter((zone) => zone.name.startsWith("team"));
const full = await Promise.all(zones.map((zone) => api.get("/servers/{server_id}/zones/{zone_id}", { path: { server_id, zone_id: zone.id } })));
const done = await each(full, async ({ data: zone }) => {
  const rrsets = zone.rrsets.filter((set) => set.type === "A" && set.records.some((r) => r.content === "192.0.2.10"))
    .map((set) => ({ name: set.name, type: "A", ttl: set.ttl, changetype: "REPLACE",
      records: set.records.map((r) => ({ ...r, content: r.content === "192.0.2.10" ? "192.0.2.20" : r.content })) }));
  if (rrsets.length > 0) await api.patch("/servers/{server_id}/zones/{zone_id}", { path: { server_id, zone_id: zone.id }, body: { rrsets } });
  return rrsets.length;
});
return { zones: zones.length, changed: done.reduce((sum, one) => sum + (one.value ?? 0), 0), failed: done.filter((one) => one.error).map((one) => one.item.name) }`),
      // Its database is locked while another write is under way, which the server answers with 500.
      execute(`const server_id = "localhost";
const { data: all } = await api.get("/servers/{server_id}/zones", { path: { server_id } });
const full = await Promise.all(all.filter((zone) => zone.name.startsWith("team")).map((zone) => api.get("/servers/{server_id}/zones/{zone_id}", { path: { server_id, zone_id: zone.id } })));
const has = (set, content) => set.type === "A" && set.records.some((r) => r.content === content);
let left = 0;
for (const { data: zone } of full) {
  const rrsets = zone.rrsets.filter((set) => has(set, "192.0.2.10")).map((set) => ({ name: set.name, type: "A", ttl: set.ttl, changetype: "REPLACE",
    records: set.records.map((r) => ({ ...r, content: r.content === "192.0.2.10" ? "192.0.2.20" : r.content })) }));
  left += rrsets.length;
  if (rrsets.length > 0) await api.patch("/servers/{server_id}/zones/{zone_id}", { path: { server_id, zone_id: zone.id }, body: { rrsets } });
}
return { left, changed: left + full.reduce((sum, { data }) => sum + data.rrsets.filter((set) => has(set, "192.0.2.20")).length, 0) }`),
    ],
    async check(outcome) {
      for (const [at, name] of many.entries()) {
        const found = await zone(outcome.upstreams, name);
        assert.deepEqual(contents(found, `mail.${name}`, "A"), ["192.0.2.20"]);
        assert.deepEqual(contents(found, `www.${name}`, "A"), [at % 2 === 0 ? "192.0.2.20" : "192.0.2.99"]);
      }
      says(outcome, 45);
    },
  },
  {
    name: "what a rule forbids",
    ask: "Delete the zone kept.example.",
    mistakes: 1,
    prepare: (upstreams) => make(upstreams, "kept.example."),
    steps: [
      execute(
        `await api.delete("/servers/{server_id}/zones/{zone_id}", { path: { server_id: "localhost", zone_id: "kept.example." } })`,
      ),
    ],
    async check(outcome) {
      assert.ok(await zone(outcome.upstreams, "kept.example."));
      assert.match(outcome.answer, /user|auditors/);
    },
  },
  {
    name: "delete a record and nothing else",
    ask: "Remove old.tidy.example. from the zone tidy.example.",
    mistakes: 1,
    prepare: (upstreams) => make(upstreams, "tidy.example.", { old: "192.0.2.3", new: "192.0.2.4" }),
    steps: [
      // The document requires members that mean nothing here.
      execute(
        `await api.patch("/servers/localhost/zones/tidy.example.", { body: { rrsets: [{ name: "old.tidy.example.", type: "A", changetype: "DELETE" }] } })`,
      ),
      execute(`await api.patch("/servers/localhost/zones/tidy.example.", { body: { rrsets: [{ name: "old.tidy.example.", type: "A", ttl: 0, changetype: "DELETE", records: [] }] } });
const { data } = await api.get("/servers/localhost/zones/tidy.example.");
return data.rrsets.map((set) => set.name)`),
    ],
    async check({ upstreams }) {
      const found = await zone(upstreams, "tidy.example.");
      assert.equal(contents(found, "old.tidy.example.", "A"), undefined);
      assert.deepEqual(contents(found, "new.tidy.example.", "A"), ["192.0.2.4"]);
    },
  },
  {
    name: "look through the server's settings",
    ask: "Which back end does the DNS server use, and which version is it?",
    steps: [
      execute(`const [server, config] = await Promise.all([api.get("/servers/localhost"), api.get("/servers/localhost/config")]);
return { version: server.data.version, launch: config.data.find((one) => one.name === "launch") }`),
    ],
    check: (outcome) => assert.match(outcome.answer, /gsqlite3/),
  },
  {
    name: "a zone file as text",
    ask: "Show me the zone file of text.example.",
    prepare: (upstreams) => make(upstreams, "text.example.", { www: "192.0.2.44" }),
    steps: [
      search(`find("export a zone as a file").map((o) => o.method + " " + o.path)`),
      execute(`const { data } = await api.get("/servers/{server_id}/zones/{zone_id}/export", { path: { server_id: "localhost", zone_id: "text.example." } });
return data.zone`),
    ],
    check: (outcome) => assert.match(outcome.answer, /www\.text\.example\.\s+3600\s+IN\s+A\s+192\.0\.2\.44/),
  },
  {
    name: "metadata of a zone, by trial",
    ask: "Allow AXFR of meta.example. from 192.0.2.0/24.",
    prepare: (upstreams) => make(upstreams, "meta.example."),
    steps: [
      search(`find("metadata of a zone: allow axfr").map(describe)`),
      execute(`await api.put("/servers/{server_id}/zones/{zone_id}/metadata/{metadata_kind}", { path: { server_id: "localhost", zone_id: "meta.example.", metadata_kind: "ALLOW-AXFR-FROM" },
  body: { kind: "ALLOW-AXFR-FROM", metadata: ["192.0.2.0/24"] } });
return (await api.get("/servers/localhost/zones/meta.example./metadata")).data`),
    ],
    check: async ({ upstreams }) =>
      assert.match(
        JSON.stringify(await upstreams.powerdns("GET", `${zones}/meta.example./metadata`)),
        /ALLOW-AXFR-FROM.*192\.0\.2\.0\/24/,
      ),
  },
];

export const powerdns: Subject = { api: "powerdns", tasks };
