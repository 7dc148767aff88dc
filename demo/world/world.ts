/**
 * Everything that the demo API knows, in memory. Its clock stands still and moves by a second with each change, so
 * that the same requests give the same answers in every run.
 */
import type { Collection } from "./collection.ts";
import type {
  AccessRule,
  AuditEntry,
  DnsRecord,
  FirewallEvent,
  FirewallRule,
  RateLimit,
  Zone,
  ZoneSettings,
} from "./resources.ts";

export interface ZoneState {
  /** The same as the zone's. */
  id: string;
  zone: Zone;
  settings: ZoneSettings;
  records: Collection<DnsRecord>;
  rateLimits: Collection<RateLimit>;
}

export interface World {
  account: { id: string; name: string; plan: "free" | "business" };
  clock: Clock;
  ids: Ids;
  zones: Collection<ZoneState>;
  events: Collection<FirewallEvent>;
  firewallRules: Collection<FirewallRule>;
  accessRules: Collection<AccessRule>;
  auditLog: Collection<AuditEntry>;
}

export class Clock {
  #atMs: number;

  /** @param start a date-time */
  constructor(start: string) {
    this.#atMs = Date.parse(start);
  }

  get now(): string {
    return dateTime(this.#atMs);
  }

  /** Moves on by a second, and says what time it is then. */
  tick(): string {
    this.#atMs += 1000;
    return this.now;
  }
}

/** Ids that count: `zone_0001`, `zone_0002`, … */
export class Ids {
  readonly #counts = new Map<string, number>();

  next(prefix: string): string {
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    this.#counts.set(prefix, count);
    return `${prefix}_${String(count).padStart(4, "0")}`;
  }
}

/** Writes a change into the audit log. Called once for each change, with the time that `clock.tick()` gave. */
export function audit(world: World, time: string, action: string, resourceId: string, summary: string): void {
  const id = world.ids.next("audit");
  world.auditLog.set({ id, occurred_at: time, actor: "API token", action, resource_id: resourceId, summary });
}

/** RFC 3339 in UTC, to the second. */
export function dateTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z");
}
