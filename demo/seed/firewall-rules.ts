import type { FirewallRule } from "../world/resources.ts";

const rule = (
  id: string,
  category: FirewallRule["category"],
  action: FirewallRule["action"],
  description: string,
): FirewallRule => ({ id, description, category, action, enabled: true, updated_at: "2026-08-01T08:00:00Z" });

/** The rules that the platform brings along. */
export const firewallRules: FirewallRule[] = [
  rule("leaked-credentials", "attack", "log", "A login with a name and password from a known breach."),
  rule("scanner-paths", "attack", "block", "A path that only scanners look for, such as /.env."),
  rule("sql-injection", "attack", "challenge", "SQL in a parameter or in the body."),
  rule("card-testing", "attack", "log", "Several card numbers in a short time from one client."),
  rule("request-flood", "attack", "challenge", "The same costly page again and again."),
  rule(
    "login-failures",
    "signal",
    "log",
    "Several failed logins in ten minutes. Often a forgotten password.",
  ),
  rule("unusual-client", "signal", "log", "Headers that no browser sends. Often a script or a partner."),
  rule("restricted-country", "policy", "block", "A visitor from a country that the account does not serve."),
  rule("hotlink", "policy", "challenge", "A picture that is embedded in somebody else's page."),
];
