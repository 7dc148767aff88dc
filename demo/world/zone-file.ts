/** Zone files (RFC 1035, section 5) as far as openapi.yaml promises: what is written here can be read again. */
import type { DnsRecord, DnsRecordInput, DnsType } from "./resources.ts";

export interface LineIssue {
  /** From 1. */
  line: number;
  detail: string;
}

export interface ReadZoneFile {
  records: { line: number; record: DnsRecordInput }[];
  issues: LineIssue[];
}

const types: readonly string[] = ["A", "AAAA", "CNAME", "MX", "TXT", "NS"] satisfies DnsType[];

/** The zone file of all records. */
export function writtenZoneFile(zone: string, records: readonly DnsRecord[]): string {
  const lines = records.map((record) => {
    const name = record.name === zone ? "@" : record.name.slice(0, -zone.length - 1);
    return `${name} ${record.ttl} IN ${record.type} ${writtenContent(record)}`;
  });
  return [`$ORIGIN ${zone}.`, "$TTL 300", ...lines, ""].join("\n");
}

function writtenContent({ type, content, priority }: DnsRecord): string {
  switch (type) {
    case "A":
    case "AAAA":
      return content;
    case "CNAME":
    case "NS":
      return `${content}.`;
    case "MX":
      return `${priority} ${content}.`;
    case "TXT":
      return `"${content.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
  }
}

/**
 * Reads every line, and says of each what is wrong with it.
 * @param proxied set for A, AAAA and CNAME records
 */
export function readZoneFile(text: string, zone: string, proxied: boolean): ReadZoneFile {
  const result: ReadZoneFile = { records: [], issues: [] };
  let origin = zone;
  let defaultTtl = 300;
  let owner: string | undefined;

  for (const { line, tokens, indented } of statements(text)) {
    const fail = (detail: string) => void result.issues.push({ line, detail });
    const [first = ""] = tokens;
    if (first === "$ORIGIN") {
      origin = absolute(tokens[1] ?? "@", origin);
    } else if (first === "$TTL") {
      if (validTtl(tokens[1])) defaultTtl = Number(tokens[1]);
      else fail(`$TTL must be 60 to 86400 seconds, got ${tokens[1] ?? "nothing"}`);
    } else if (first.startsWith("$")) {
      fail(`${first} is not supported, only $ORIGIN and $TTL`);
    } else {
      const rest = [...tokens];
      if (!indented) owner = absolute(rest.shift() ?? "@", origin);
      let ttl = String(defaultTtl);
      while (/^(\d+|IN)$/i.test(rest[0] ?? "")) {
        const token = rest.shift() ?? "";
        if (token.toUpperCase() !== "IN") ttl = token;
      }
      const type = (rest.shift() ?? "").toUpperCase();
      if (type === "SOA" || (type === "NS" && owner === zone)) continue;
      if (owner === undefined) fail("the line begins with a blank, but no name stands before it");
      else if (!types.includes(type)) fail(`${type || "nothing"} is not a type of record taken here`);
      else if (!validTtl(ttl)) fail(`the TTL must be 60 to 86400 seconds, got ${ttl}`);
      else {
        const data = contentOf(type as DnsType, rest, origin);
        if (data === undefined) fail(`the data of the ${type} record cannot be read: ${rest.join(" ")}`);
        else {
          const record = { type: type as DnsType, name: owner, ttl: Number(ttl), comment: "", ...data };
          const canProxy = type === "A" || type === "AAAA" || type === "CNAME";
          result.records.push({ line, record: { ...record, proxied: proxied && canProxy } });
        }
      }
    }
  }
  return result;
}

function contentOf(type: DnsType, data: string[], origin: string) {
  const [first, second] = data;
  if (first === undefined) return undefined;
  if (type === "TXT") return { content: data.map(unquoted).join(""), priority: null };
  if (type === "MX") {
    if (data.length !== 2 || second === undefined || !/^\d{1,5}$/.test(first) || Number(first) > 65535)
      return undefined;
    return { content: absolute(second, origin), priority: Number(first) };
  }
  if (data.length !== 1) return undefined;
  return { content: type === "A" || type === "AAAA" ? first : absolute(first, origin), priority: null };
}

function validTtl(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,6}$/.test(text) && Number(text) >= 60 && Number(text) <= 86400;
}

function absolute(name: string, origin: string): string {
  if (name === "@") return origin;
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : `${lower}.${origin}`;
}

function unquoted(token: string): string {
  const inner = token.startsWith('"') ? token.slice(1, -1) : token;
  return inner.replaceAll(/\\(.)/g, "$1");
}

/** Lines without comments; those in parentheses are one statement, with the number of its first line. */
function* statements(text: string): Generator<{ line: number; tokens: string[]; indented: boolean }> {
  let open: { line: number; tokens: string[]; indented: boolean } | undefined;
  let depth = 0;
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const tokens: string[] = [];
    // Quoted text, a comment, a parenthesis, or a word.
    for (const [token] of whole.matchAll(/"(?:\\.|[^"\\])*"|;.*|[()]|[^\s;()"]+/g)) {
      if (token === "(") depth++;
      else if (token === ")") depth--;
      else if (!token.startsWith(";")) tokens.push(token);
    }
    if (open) open.tokens.push(...tokens);
    else open = { line: index + 1, tokens, indented: /^\s/.test(whole) };
    if (depth <= 0) {
      if (open.tokens.length > 0) yield open;
      open = undefined;
      depth = 0;
    }
  }
  if (open && open.tokens.length > 0) yield open;
}
