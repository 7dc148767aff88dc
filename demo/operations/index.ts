/** The handlers, one for each operation of openapi.yaml, by its operation id. */
import { accessRuleHandlers } from "./access-rules.ts";
import { accountHandlers } from "./account.ts";
import { dnsFileHandlers } from "./dns-files.ts";
import { dnsRecordHandlers } from "./dns-records.ts";
import { firewallHandlers } from "./firewall.ts";
import type { Handlers } from "./handler.ts";
import { rateLimitHandlers } from "./rate-limits.ts";
import { zoneHandlers } from "./zones.ts";

export const handlers: Handlers = {
  ...accountHandlers,
  ...zoneHandlers,
  ...dnsRecordHandlers,
  ...dnsFileHandlers,
  ...firewallHandlers,
  ...accessRuleHandlers,
  ...rateLimitHandlers,
};
