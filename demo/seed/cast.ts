/** Who has which address: the plan's actors, cast with addresses out of ranges reserved for documentation and tests. */
import { harmlessActors, visitors } from "./harmless.ts";
import { hostileActors } from "./hostile.ts";
import { Random } from "./random.ts";
import type { Actor } from "./visit.ts";

export interface Client {
  ip: string;
  asn: string;
  country: string;
}

export interface CastActor {
  actor: Actor;
  clients: Client[];
}

// Shared by attackers and everybody else: neither network nor country gives anyone away (RFC 5398: AS64496-64511).
const systems = Array.from({ length: 14 }, (_, index) => `AS${64497 + index}`);
const countries = ["NL", "DE", "FR", "US", "BR", "IN", "VN", "PL", "GB", "JP"];

export interface Cast {
  /** Those of the plan. */
  actors: CastActor[];
  /** Everybody else. */
  visitors: CastActor;
}

/** The same seed gives the same cast. */
export function castActors(seed: number): Cast {
  const random = new Random(seed);
  const taken = new Set<string>();
  const given = (actor: Actor): CastActor => ({
    actor,
    clients: Array.from({ length: actor.addresses }, () => {
      const family = actor.family === "both" ? (random.chance(0.25) ? 6 : 4) : actor.family;
      let ip = drawn(random, family);
      while (taken.has(ip)) ip = drawn(random, family);
      taken.add(ip);
      return { ip, asn: random.pick(systems), country: random.pick(countries) };
    }),
  });
  return { actors: [...hostileActors, ...harmlessActors].map(given), visitors: given(visitors) };
}

/** 198.18.0.0/15 (RFC 2544) or 2001:db8::/32 (RFC 3849), in its one spelling. */
function drawn(random: Random, family: 4 | 6): string {
  if (family === 4)
    return `198.${random.between(18, 19)}.${random.between(0, 255)}.${random.between(1, 254)}`;
  const group = () => random.between(1, 0xffff).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
}
