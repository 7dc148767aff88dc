/** The account and its audit log. */
import { ok } from "../http/answer.ts";
import { listed, timeWindow } from "./list.ts";
import type { Handlers } from "./handler.ts";

export const accountHandlers: Handlers = {
  getAccount: (world) => ok({ ...world.account, time: world.clock.now }),

  listAuditEntries: (world, call) => {
    const { action, resource_id } = call.query;
    const window = timeWindow(call);
    if (!window.ok) return window.answer;
    return listed(call, world.auditLog, {
      newestFirst: true,
      where: (entry) =>
        (action === undefined || entry.action === action) &&
        (resource_id === undefined || entry.resource_id === resource_id) &&
        window.holds(entry.occurred_at),
    });
  },
};
