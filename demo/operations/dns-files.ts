/** DNS records as a zone file: import (all or nothing) and export. */
import { invalid, ok, type Issue } from "../http/answer.ts";
import { checkedRecord, sameRecord } from "../world/dns-record.ts";
import type { DnsRecord } from "../world/resources.ts";
import { readZoneFile, writtenZoneFile } from "../world/zone-file.ts";
import { audit } from "../world/world.ts";
import { addRecord, recordConflict } from "./dns-records.ts";
import type { Handlers } from "./handler.ts";
import { withZone } from "./zones.ts";

export const dnsFileHandlers: Handlers = {
  importDnsRecords: withZone((state, world, call) => {
    const form = call.body as { file: string; proxied: boolean; dry_run: boolean };
    const read = readZoneFile(form.file, state.zone.name, form.proxied);
    const issues: Issue[] = read.issues.map((issue) => ({ in: "body", pointer: "/file", ...issue }));

    // Planned beside what exists, so that the file is also checked against itself.
    const planned: DnsRecord[] = [...state.records.all];
    const existing = planned.length;
    let skipped = 0;
    for (const { line, record } of read.records) {
      const checked = checkedRecord(record, state.zone.name);
      if (!checked.ok) {
        const details = checked.issues.map(({ member, detail }) => `${member} ${detail}`).join(", ");
        issues.push({ in: "body", pointer: "/file", line, detail: details });
      } else if (planned.some((other) => sameRecord(other, checked.record))) {
        skipped++;
      } else {
        const inTheWay = recordConflict(checked.record, planned);
        if (inTheWay && issues.length === 0) return inTheWay;
        planned.push({ id: `line ${line}`, ...checked.record, created_at: "", updated_at: "" });
      }
    }
    if (issues.length > 0)
      return invalid(issues.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)));

    const fresh = planned.slice(existing);
    if (form.dry_run) return ok({ dry_run: true, created: fresh.length, skipped, created_ids: [] });
    const time = world.clock.tick();
    const created_ids = fresh.map((input) => {
      const { type, name, content, ttl, proxied, priority, comment } = input;
      return addRecord(state, world, { type, name, content, ttl, proxied, priority, comment }, time).id;
    });
    audit(world, time, "dns_record.import", state.id, `${fresh.length} created, ${skipped} skipped`);
    return ok({ dry_run: false, created: fresh.length, skipped, created_ids });
  }),

  exportDnsRecords: withZone(({ zone, records }) => ({
    status: 200,
    contentType: "text/plain; charset=utf-8",
    text: writtenZoneFile(zone.name, records.all),
    headers: { "Content-Disposition": `attachment; filename="${zone.name}.zone"` },
  })),
};
