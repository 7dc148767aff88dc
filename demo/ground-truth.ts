/**
 * What a correct answer to "find every offending address" is. Taken from the plan alone (who was meant to attack, and
 * which addresses they were given), never from the log or from the server's code: a test then shows that the
 * documented rule, applied to the log over HTTP, leads to the same addresses.
 */
import { castActors } from "./seed/cast.ts";
import { eventCount } from "./seed/events.ts";
import { defaultSeed } from "./seed/world.ts";

export interface GroundTruth {
  /** Sorted. */
  offendingAddresses: string[];
  /** Addresses that must not be blocked, by what they are; the ordinary visitors are left out. */
  decoys: Record<string, string[]>;
  eventCount: number;
}

export function groundTruth(seed: number = defaultSeed): GroundTruth {
  const { actors } = castActors(seed);
  const addresses = (hostile: boolean) =>
    actors
      .filter(({ actor }) => actor.hostile === hostile)
      .map(({ actor, clients }) => [actor.name, clients.map((client) => client.ip)] as const);
  return {
    offendingAddresses: addresses(true)
      .flatMap(([, ips]) => ips)
      .toSorted(),
    decoys: Object.fromEntries(addresses(false)),
    eventCount,
  };
}
