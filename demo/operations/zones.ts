/** Zones and their settings. */
import { conflict, created, deleted, notFound, ok, type Answer } from "../http/answer.ts";
import type { Call } from "../http/request.ts";
import { Collection } from "../world/collection.ts";
import type { Zone, ZoneSettings } from "../world/resources.ts";
import { audit, type World, type ZoneState } from "../world/world.ts";
import type { Handlers } from "./handler.ts";
import { listed } from "./list.ts";

/** Runs the handler with the zone that the path names, or answers 404. */
export function withZone(
  handler: (zone: ZoneState, world: World, call: Call) => Answer,
): (world: World, call: Call) => Answer {
  return (world, call) => {
    const id = call.path.zone_id ?? "";
    const zone = world.zones.get(id);
    return zone ? handler(zone, world, call) : notFound("zone", id);
  };
}

const nameServers = ["ns1.breakwater.example", "ns2.breakwater.example"];

/** A zone without records, with the settings that every zone begins with. */
export function newZone(id: string, name: string, status: Zone["status"], time: string): ZoneState {
  return {
    id,
    zone: { id, name, status, name_servers: nameServers, created_at: time },
    settings: {
      attack_mode: false,
      security_level: "medium",
      minimum_tls_version: "1.2",
      browser_check: true,
      updated_at: time,
    },
    records: new Collection(`${id}/records`),
    rateLimits: new Collection(`${id}/rate-limits`),
  };
}

export const zoneHandlers: Handlers = {
  listZones: (world, call) => {
    const { name, status } = call.query;
    return listed(call, world.zones, {
      where: ({ zone }) =>
        (name === undefined || zone.name === name) && (status === undefined || zone.status === status),
      show: ({ zone }) => zone,
    });
  },

  createZone: (world, call) => {
    const { name } = call.body as { name: string };
    const same = world.zones.all.find(({ zone }) => zone.name === name);
    if (same) return conflict(`The zone ${name} exists already (${same.id}).`, same.id);
    const time = world.clock.tick();
    const state = newZone(world.ids.next("zone"), name, "pending", time);
    world.zones.set(state);
    audit(world, time, "zone.create", state.id, `Added ${name}`);
    return created(`/v1/zones/${state.id}`, state.zone);
  },

  getZone: withZone(({ zone }) => ok(zone)),

  deleteZone: withZone(({ zone, records }, world) => {
    const count = records.all.length;
    if (count > 0) return conflict(`${zone.name} still has ${count} DNS records. Delete them first.`);
    world.zones.delete(zone.id);
    audit(world, world.clock.tick(), "zone.delete", zone.id, `Removed ${zone.name}`);
    return deleted;
  }),

  getZoneSettings: withZone(({ settings }) => ok(settings)),

  updateZoneSettings: withZone((state, world, call) => {
    const time = world.clock.tick();
    const changes = call.body as Partial<ZoneSettings>;
    const settings = { ...state.settings, ...changes, updated_at: time };
    world.zones.set({ ...state, settings });
    const what = Object.entries(changes).map(([name, value]) => `${name} = ${value}`);
    audit(world, time, "zone_settings.update", state.id, `${state.zone.name}: ${what.join(", ")}`);
    return ok(settings);
  }),
};
