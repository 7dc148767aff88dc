/** What a schema cannot say about a DNS record: content by type, names within the zone, no CNAME beside others. */
import { isIPv4, isIPv6 } from "node:net";
import { canonicalAddress } from "./network-address.ts";
import type { DnsRecord, DnsRecordInput } from "./resources.ts";

export interface RecordIssue {
  member: "name" | "content" | "proxied" | "priority";
  detail: string;
}

export type Checked = { ok: true; record: DnsRecordInput } | { ok: false; issues: RecordIssue[] };

const hostName =
  /^(?=.{1,253}$)(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * The record in its one spelling (lower case, no trailing dot), or everything that is wrong with it.
 * @param zone name of the zone that the record is for
 */
export function checkedRecord(input: DnsRecordInput, zone: string): Checked {
  const issues: RecordIssue[] = [];
  const name = bareName(input.name);
  if (!hostName.test(name) || (name !== zone && !name.endsWith(`.${zone}`)))
    issues.push({ member: "name", detail: `is not a name within ${zone}: ${JSON.stringify(input.name)}` });

  const content = canonicalContent(input);
  if (content === undefined) {
    const wanted = { A: "an IPv4 address", AAAA: "an IPv6 address", TXT: "text" } as Record<string, string>;
    const detail = `is not ${wanted[input.type] ?? "a host name"}: ${JSON.stringify(input.content)}`;
    issues.push({ member: "content", detail });
  }
  if (input.proxied && !["A", "AAAA", "CNAME"].includes(input.type))
    issues.push({
      member: "proxied",
      detail: `cannot be true for ${input.type}, only for A, AAAA and CNAME`,
    });
  if (input.type === "MX" && input.priority === null)
    issues.push({ member: "priority", detail: "is required for MX" });
  if (input.type !== "MX" && input.priority !== null)
    issues.push({ member: "priority", detail: `is not allowed for ${input.type}, only for MX` });
  if (issues.length > 0 || content === undefined) return { ok: false, issues };
  return { ok: true, record: { ...input, name, content } };
}

function canonicalContent({ type, content }: DnsRecordInput): string | undefined {
  switch (type) {
    case "A":
      return isIPv4(content) ? content : undefined;
    case "AAAA":
      return isIPv6(content) ? canonicalAddress(content) : undefined;
    case "TXT":
      // Control characters would break out of the line in an exported zone file.
      // oxlint-disable-next-line no-control-regex
      return /[\x00-\x1f\x7f]/.test(content) ? undefined : content;
    case "CNAME":
    case "MX":
    case "NS": {
      const name = bareName(content);
      return hostName.test(name) && !name.startsWith("*") && !isIPv4(name) ? name : undefined;
    }
  }
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** True when both are one record: a zone holds it once. */
export function sameRecord(one: DnsRecordInput, other: DnsRecordInput): boolean {
  return one.type === other.type && one.name === other.name && one.content === other.content;
}

/** The record that must not stand beside this one (RFC 1034, 3.6.2: a CNAME stands alone). */
export function besideCname(input: DnsRecordInput, records: readonly DnsRecord[]): DnsRecord | undefined {
  return records.find(
    (record) => record.name === input.name && (record.type === "CNAME" || input.type === "CNAME"),
  );
}
