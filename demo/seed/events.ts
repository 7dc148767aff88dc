/** The firewall log: what the cast did, in the order of time, always the same number of lines. */
import type { FirewallEvent } from "../world/resources.ts";
import { dateTime, type Ids } from "../world/world.ts";
import type { Cast, Client } from "./cast.ts";
import { Random } from "./random.ts";
import { logBegin, type Visit, type ZoneKey } from "./visit.ts";

export const eventCount = 3400;

export function firewallEvents(
  seed: number,
  { actors, visitors }: Cast,
  zoneIds: Record<ZoneKey, string>,
  ids: Ids,
): FirewallEvent[] {
  const random = new Random(seed + 1);
  const requests: { client: Client; visit: Visit }[] = [];
  const add = (client: Client, visits: Visit[]) =>
    void requests.push(...visits.map((visit) => ({ client, visit })));

  for (const { actor, clients } of actors) for (const client of clients) add(client, actor.visits(random));
  // One visit at a time, up to the full number.
  while (requests.length < eventCount) add(random.pick(visitors.clients), visitors.actor.visits(random));

  const begin = Date.parse(logBegin);
  return requests
    .toSorted((one, other) => one.visit.atSecond - other.visit.atSecond)
    .map(({ client, visit: { atSecond, zone, ...request } }) => ({
      id: ids.next("evt"),
      occurred_at: dateTime(begin + atSecond * 1000),
      zone_id: zoneIds[zone],
      client_ip: client.ip,
      client_asn: client.asn,
      client_country: client.country,
      ...request,
    }));
}
