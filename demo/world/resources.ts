/** The objects of the API, member for member as openapi.yaml describes them; a test compares every answer with it. */

export interface Zone {
  id: string;
  name: string;
  status: "active" | "pending";
  name_servers: string[];
  created_at: string;
}

export interface ZoneSettings {
  attack_mode: boolean;
  security_level: "low" | "medium" | "high";
  minimum_tls_version: "1.2" | "1.3";
  browser_check: boolean;
  updated_at: string;
}

export type DnsType = "A" | "AAAA" | "CNAME" | "MX" | "TXT" | "NS";

export interface DnsRecordInput {
  type: DnsType;
  name: string;
  content: string;
  /** Seconds. */
  ttl: number;
  proxied: boolean;
  priority: number | null;
  comment: string;
}

export interface DnsRecord extends DnsRecordInput {
  id: string;
  created_at: string;
  updated_at: string;
}

export interface FirewallEvent {
  id: string;
  occurred_at: string;
  zone_id: string;
  client_ip: string;
  client_asn: string;
  client_country: string;
  method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  path: string;
  status: number;
  user_agent: string;
  action: "allow" | "log" | "challenge" | "block";
  rule_id: string | null;
  /** 1 is surely automated, 99 surely human. */
  bot_score: number;
  verified_bot: boolean;
}

export interface FirewallRule {
  id: string;
  description: string;
  category: "attack" | "signal" | "policy";
  action: "log" | "challenge" | "block";
  enabled: boolean;
  updated_at: string;
}

export interface AccessTarget {
  type: "ip" | "cidr" | "country" | "asn";
  value: string;
}

export interface AccessRuleInput {
  mode: "block" | "challenge" | "allow";
  target: AccessTarget;
  notes: string;
  expires_at: string | null;
}

export interface AccessRule extends AccessRuleInput {
  id: string;
  created_at: string;
  updated_at: string;
}

export interface RateLimitInput {
  method: "ANY" | "GET" | "POST" | "PUT" | "DELETE";
  path_prefix: string;
  requests: number;
  period_seconds: number;
  action: "log" | "challenge" | "block";
  enabled: boolean;
}

export interface RateLimit extends RateLimitInput {
  id: string;
  created_at: string;
  updated_at: string;
}

export interface AuditEntry {
  id: string;
  occurred_at: string;
  actor: string;
  /** One of `AuditAction` in openapi.yaml. */
  action: string;
  resource_id: string;
  summary: string;
}
