/** The firewall's log and rules, and the counts over the log. */
import { invalid, notFound, ok, type Answer } from "../http/answer.ts";
import { canonicalAddress } from "../world/network-address.ts";
import type { FirewallEvent, FirewallRule } from "../world/resources.ts";
import { audit } from "../world/world.ts";
import type { Handlers } from "./handler.ts";
import { listed, timeWindow } from "./list.ts";

interface EventFilter {
  zone_id?: string;
  action?: string[];
  rule_id?: string[];
  client_ip?: string;
  client_country?: string;
  method?: string;
  path_prefix?: string;
  max_bot_score?: number;
  verified_bot?: boolean;
}

function fits(event: FirewallEvent, filter: EventFilter, address: string | undefined): boolean {
  return (
    (filter.zone_id === undefined || event.zone_id === filter.zone_id) &&
    (filter.action === undefined || filter.action.includes(event.action)) &&
    (filter.rule_id === undefined || (event.rule_id !== null && filter.rule_id.includes(event.rule_id))) &&
    (address === undefined || event.client_ip === address) &&
    (filter.client_country === undefined || event.client_country === filter.client_country) &&
    (filter.method === undefined || event.method === filter.method) &&
    (filter.path_prefix === undefined || event.path.startsWith(filter.path_prefix)) &&
    (filter.max_bot_score === undefined || event.bot_score <= filter.max_bot_score) &&
    (filter.verified_bot === undefined || event.verified_bot === filter.verified_bot)
  );
}

/** An unknown zone or rule would give an empty list that looks like good news. */
function unknown(member: string, kind: string, id: string): Answer {
  return invalid([{ in: "query", pointer: `/${member}`, detail: `names no ${kind}: ${JSON.stringify(id)}` }]);
}

export const firewallHandlers: Handlers = {
  listFirewallEvents: (world, call) => {
    const filter = call.query as EventFilter;
    const window = timeWindow(call);
    if (!window.ok) return window.answer;
    if (filter.zone_id !== undefined && !world.zones.get(filter.zone_id))
      return unknown("zone_id", "zone", filter.zone_id);
    const strange = filter.rule_id?.find((id) => !world.firewallRules.get(id));
    if (strange !== undefined) return unknown("rule_id", "firewall rule", strange);
    const address = filter.client_ip === undefined ? undefined : canonicalAddress(filter.client_ip);
    if (filter.client_ip !== undefined && address === undefined)
      return unknown("client_ip", "IP address", filter.client_ip);
    return listed(call, world.events, {
      newestFirst: true,
      where: (event) => fits(event, filter, address) && window.holds(event.occurred_at),
    });
  },

  getFirewallEvent: (world, call) => {
    const id = call.path.event_id ?? "";
    const event = world.events.get(id);
    return event ? ok(event) : notFound("firewall event", id);
  },

  listFirewallRules: (world, call) => {
    const { category } = call.query;
    return listed(call, world.firewallRules, {
      where: (rule) => category === undefined || rule.category === category,
    });
  },

  getFirewallRule: (world, call) => {
    const id = call.path.rule_id ?? "";
    const rule = world.firewallRules.get(id);
    return rule ? ok(rule) : notFound("firewall rule", id);
  },

  updateFirewallRule: (world, call) => {
    const id = call.path.rule_id ?? "";
    const rule = world.firewallRules.get(id);
    if (!rule) return notFound("firewall rule", id);
    const changes = call.body as Partial<FirewallRule>;
    const time = world.clock.tick();
    const after = { ...rule, ...changes, updated_at: time };
    world.firewallRules.set(after);
    const what = Object.entries(changes).map(([name, value]) => `${name} = ${value}`);
    audit(world, time, "firewall_rule.update", id, what.join(", "));
    return ok(after);
  },

  getAnalyticsSummary: (world, call) => {
    const { zone_id } = call.query as { zone_id?: string };
    const window = timeWindow(call);
    if (!window.ok) return window.answer;
    if (zone_id !== undefined && !world.zones.get(zone_id)) return unknown("zone_id", "zone", zone_id);
    const events = world.events.all.filter(
      (event) => fits(event, call.query, undefined) && window.holds(event.occurred_at),
    );
    const hours = counted(events, (event) => `${event.occurred_at.slice(0, 13)}:00:00Z`);
    return ok({
      events: events.length,
      addresses: new Set(events.map((event) => event.client_ip)).size,
      by_action: counted(events, (event) => event.action),
      by_rule: counted(events, (event) => event.rule_id),
      by_country: counted(events, (event) => event.client_country),
      by_status: counted(events, (event) => String(event.status)),
      by_hour: Object.entries(hours).map(([hour, count]) => ({ hour, events: count })),
    });
  },
};

/** How many events have each value; those without one (`null`) are not counted. */
function counted(
  events: FirewallEvent[],
  of: (event: FirewallEvent) => string | null,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const value = of(event);
    if (value !== null) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
