/** Rate limits of a zone: one for each method and path. */
import { conflict, created, deleted, notFound, ok, type Answer } from "../http/answer.ts";
import type { Call } from "../http/request.ts";
import type { RateLimit, RateLimitInput } from "../world/resources.ts";
import { audit, type World, type ZoneState } from "../world/world.ts";
import type { Handlers } from "./handler.ts";
import { listed } from "./list.ts";
import { withZone } from "./zones.ts";

function withRateLimit(handler: (limit: RateLimit, zone: ZoneState, world: World, call: Call) => Answer) {
  return withZone((zone, world, call) => {
    const id = call.path.rate_limit_id ?? "";
    const limit = zone.rateLimits.get(id);
    return limit ? handler(limit, zone, world, call) : notFound("rate limit", id);
  });
}

function sameScope(input: RateLimitInput, limits: readonly RateLimit[]): Answer | undefined {
  const same = limits.find(
    (limit) => limit.method === input.method && limit.path_prefix === input.path_prefix,
  );
  return (
    same && conflict(`${input.method} ${input.path_prefix} has a rate limit already (${same.id}).`, same.id)
  );
}

const described = (limit: RateLimitInput) =>
  `${limit.method} ${limit.path_prefix}: ${limit.requests} in ${limit.period_seconds} s, then ${limit.action}`;

export const rateLimitHandlers: Handlers = {
  listRateLimits: withZone(({ rateLimits }, _world, call) => listed(call, rateLimits)),

  createRateLimit: withZone((state, world, call) => {
    const input = call.body as RateLimitInput;
    const inTheWay = sameScope(input, state.rateLimits.all);
    if (inTheWay) return inTheWay;
    const time = world.clock.tick();
    const limit = { id: world.ids.next("limit"), ...input, created_at: time, updated_at: time };
    state.rateLimits.set(limit);
    audit(world, time, "rate_limit.create", limit.id, described(limit));
    return created(`/v1/zones/${state.id}/rate-limits/${limit.id}`, limit);
  }),

  getRateLimit: withRateLimit((limit) => ok(limit)),

  replaceRateLimit: withRateLimit((limit, state, world, call) => {
    const input = call.body as RateLimitInput;
    const others = state.rateLimits.all.filter((other) => other.id !== limit.id);
    const inTheWay = sameScope(input, others);
    if (inTheWay) return inTheWay;
    const time = world.clock.tick();
    const after = { ...limit, ...input, updated_at: time };
    state.rateLimits.set(after);
    audit(world, time, "rate_limit.replace", limit.id, described(after));
    return ok(after);
  }),

  deleteRateLimit: withRateLimit((limit, state, world) => {
    state.rateLimits.delete(limit.id);
    audit(world, world.clock.tick(), "rate_limit.delete", limit.id, described(limit));
    return deleted;
  }),
};
