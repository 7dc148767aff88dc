/** DNS records, one by one. */
import { conflict, created, deleted, invalid, notFound, ok, type Answer } from "../http/answer.ts";
import type { Call } from "../http/request.ts";
import { besideCname, checkedRecord, sameRecord } from "../world/dns-record.ts";
import type { DnsRecord, DnsRecordInput } from "../world/resources.ts";
import { audit, type World, type ZoneState } from "../world/world.ts";
import type { Handlers } from "./handler.ts";
import { listed } from "./list.ts";
import { withZone } from "./zones.ts";

function withRecord(handler: (record: DnsRecord, zone: ZoneState, world: World, call: Call) => Answer) {
  return withZone((zone, world, call) => {
    const id = call.path.record_id ?? "";
    const record = zone.records.get(id);
    return record ? handler(record, zone, world, call) : notFound("DNS record", id);
  });
}

/** Stores a new record. It has been checked. */
export function addRecord(state: ZoneState, world: World, input: DnsRecordInput, time: string): DnsRecord {
  const record = { id: world.ids.next("rec"), ...input, created_at: time, updated_at: time };
  state.records.set(record);
  return record;
}

/** The 409 that this record would be beside the others, or nothing. */
export function recordConflict(input: DnsRecordInput, others: readonly DnsRecord[]): Answer | undefined {
  const same = others.find((record) => sameRecord(record, input));
  if (same)
    return conflict(`${input.type} ${input.name} ${input.content} exists already (${same.id}).`, same.id);
  const beside = besideCname(input, others);
  if (!beside) return undefined;
  const detail = `A CNAME stands alone: ${beside.name} has ${beside.type} ${beside.content} (${beside.id}).`;
  return conflict(detail, beside.id);
}

function changed(
  action: "replace" | "update",
  before: DnsRecord,
  input: DnsRecordInput,
  state: ZoneState,
  world: World,
): Answer {
  const checked = checkedRecord(input, state.zone.name);
  if (!checked.ok)
    return invalid(
      checked.issues.map(({ member, detail }) => ({ in: "body", pointer: `/${member}`, detail })),
    );
  const others = state.records.all.filter((record) => record.id !== before.id);
  const inTheWay = recordConflict(checked.record, others);
  if (inTheWay) return inTheWay;
  const time = world.clock.tick();
  const record = { ...before, ...checked.record, updated_at: time };
  state.records.set(record);
  audit(world, time, `dns_record.${action}`, record.id, `${record.type} ${record.name} ${record.content}`);
  return ok(record);
}

export const dnsRecordHandlers: Handlers = {
  listDnsRecords: withZone(({ records }, _world, call) => {
    const { type, name, content, proxied } = call.query as {
      type?: string[];
      name?: string;
      content?: string;
      proxied?: boolean;
    };
    return listed(call, records, {
      where: (record) =>
        (type === undefined || type.includes(record.type)) &&
        (name === undefined || record.name === name) &&
        (content === undefined || record.content.includes(content)) &&
        (proxied === undefined || record.proxied === proxied),
    });
  }),

  createDnsRecord: withZone((state, world, call) => {
    const checked = checkedRecord(call.body as DnsRecordInput, state.zone.name);
    if (!checked.ok)
      return invalid(
        checked.issues.map(({ member, detail }) => ({ in: "body", pointer: `/${member}`, detail })),
      );
    const inTheWay = recordConflict(checked.record, state.records.all);
    if (inTheWay) return inTheWay;
    const time = world.clock.tick();
    const record = addRecord(state, world, checked.record, time);
    audit(world, time, "dns_record.create", record.id, `${record.type} ${record.name} ${record.content}`);
    return created(`/v1/zones/${state.id}/dns-records/${record.id}`, record);
  }),

  getDnsRecord: withRecord((record) => ok(record)),

  replaceDnsRecord: withRecord((record, state, world, call) =>
    changed("replace", record, call.body as DnsRecordInput, state, world),
  ),

  updateDnsRecord: withRecord((record, state, world, call) => {
    const { type, name, content, ttl, proxied, priority, comment } = record;
    const whole = { type, name, content, ttl, proxied, priority, comment };
    return changed("update", record, { ...whole, ...(call.body as Partial<DnsRecordInput>) }, state, world);
  }),

  deleteDnsRecord: withRecord((record, state, world) => {
    state.records.delete(record.id);
    const summary = `${record.type} ${record.name} ${record.content}`;
    audit(world, world.clock.tick(), "dns_record.delete", record.id, summary);
    return deleted;
  }),
};
