/** The world as it stands when the demo API starts. */
import { addRecord } from "../operations/dns-records.ts";
import { newZone } from "../operations/zones.ts";
import { Collection } from "../world/collection.ts";
import type { AccessRuleInput, AuditEntry, DnsRecordInput, DnsType } from "../world/resources.ts";
import { Clock, Ids, type World, type ZoneState } from "../world/world.ts";
import { castActors } from "./cast.ts";
import { firewallEvents } from "./events.ts";
import { firewallRules } from "./firewall-rules.ts";

const now = "2026-11-20T12:00:00Z";
const founded = "2025-03-04T09:00:00Z";
export const defaultSeed = 1;

/** @param seed another number gives other addresses and times, and the same kinds of actors */
export function seededWorld(seed = defaultSeed): World {
  const ids = new Ids();
  const cast = castActors(seed);
  const shop = newZone(ids.next("zone"), "harborlight.example", "active", founded);
  const pay = newZone(ids.next("zone"), "harborlight-pay.example", "active", founded);
  const journal = newZone(ids.next("zone"), "harborlight-journal.example", "active", founded);
  const zoneIds = { shop: shop.id, pay: pay.id, journal: journal.id };

  const world: World = {
    account: { id: "acc_0001", name: "Harborlight Trading", plan: "business" },
    clock: new Clock(now),
    ids,
    zones: new Collection<ZoneState>("zones", [shop, pay, journal]),
    events: new Collection("events", firewallEvents(seed, cast, zoneIds, ids)),
    firewallRules: new Collection("firewall-rules", firewallRules),
    accessRules: new Collection("access-rules"),
    auditLog: new Collection<AuditEntry>("audit-log"),
  };

  for (const [zone, type, name, content, priority] of records({ shop, pay, journal }))
    addRecord(zone, world, record(type, name, content, priority), founded);
  shop.rateLimits.set({
    id: ids.next("limit"),
    method: "POST",
    path_prefix: "/account/login",
    requests: 20,
    period_seconds: 60,
    action: "challenge",
    enabled: true,
    created_at: founded,
    updated_at: founded,
  });

  const clientsOf = (name: string) => cast.actors.find(({ actor }) => actor.name === name)?.clients ?? [];
  const allowed: [string, string][] = [
    ...clientsOf("office").map(({ ip }): [string, string] => [ip, "Head office."]),
    ...clientsOf("monitoring").map(({ ip }): [string, string] => [ip, "PulseWatch monitoring."]),
  ];
  const rules: AccessRuleInput[] = [
    ...allowed.map(([value, notes]): AccessRuleInput => ({
      mode: "allow",
      target: { type: "ip", value },
      notes,
      expires_at: null,
    })),
    {
      mode: "block",
      target: { type: "asn", value: "AS64511" },
      notes: "Incident of September.",
      expires_at: null,
    },
  ];
  for (const rule of rules)
    world.accessRules.set({ id: ids.next("access"), ...rule, created_at: founded, updated_at: founded });

  for (const rule of world.accessRules.all)
    world.auditLog.set({
      id: ids.next("audit"),
      occurred_at: founded,
      actor: "maya@harborlight.example",
      action: "access_rule.create",
      resource_id: rule.id,
      summary: `${rule.mode} ${rule.target.type} ${rule.target.value}`,
    });
  return world;
}

type Row = [zone: ZoneState, type: DnsType, name: string, content: string, priority?: number];

function records({ shop, pay, journal }: Record<"shop" | "pay" | "journal", ZoneState>): Row[] {
  return [
    [shop, "A", "harborlight.example", "192.0.2.10"],
    [shop, "A", "www.harborlight.example", "192.0.2.10"],
    [shop, "AAAA", "www.harborlight.example", "2001:db8::10"],
    [shop, "CNAME", "shop.harborlight.example", "www.harborlight.example"],
    [shop, "A", "origin.harborlight.example", "192.0.2.11"],
    [shop, "MX", "harborlight.example", "mx1.harborlight.example", 10],
    [shop, "MX", "harborlight.example", "mx2.harborlight.example", 20],
    [shop, "TXT", "harborlight.example", "v=spf1 include:_spf.post.example -all"],
    [
      shop,
      "TXT",
      "_dmarc.harborlight.example",
      "v=DMARC1; p=quarantine; rua=mailto:dmarc@harborlight.example",
    ],
    [pay, "A", "harborlight-pay.example", "192.0.2.20"],
    [pay, "AAAA", "harborlight-pay.example", "2001:db8::20"],
    [pay, "CNAME", "api.harborlight-pay.example", "harborlight-pay.example"],
    [journal, "A", "harborlight-journal.example", "192.0.2.30"],
    [journal, "CNAME", "www.harborlight-journal.example", "harborlight-journal.example"],
  ];
}

function record(type: DnsType, name: string, content: string, priority?: number): DnsRecordInput {
  // Who can reach the origin directly goes around the firewall, so it is not advertised as proxied.
  const proxied = ["A", "AAAA", "CNAME"].includes(type) && !name.startsWith("origin.");
  return { type, name, content, ttl: 300, proxied, priority: priority ?? null, comment: "" };
}
