/** Access rules: one for each target, in every zone. */
import { conflict, created, deleted, invalid, notFound, ok, type Answer } from "../http/answer.ts";
import type { Call } from "../http/request.ts";
import { readBlockList } from "../world/block-list.ts";
import { canonicalTarget } from "../world/network-address.ts";
import type { AccessRule, AccessRuleInput, AccessTarget } from "../world/resources.ts";
import { audit, type World } from "../world/world.ts";
import type { Handlers } from "./handler.ts";
import { listed } from "./list.ts";

function withRule(handler: (rule: AccessRule, world: World, call: Call) => Answer) {
  return (world: World, call: Call): Answer => {
    const id = call.path.access_rule_id ?? "";
    const rule = world.accessRules.get(id);
    return rule ? handler(rule, world, call) : notFound("access rule", id);
  };
}

function ruleFor(target: AccessTarget, world: World): AccessRule | undefined {
  return world.accessRules.all.find(
    (rule) => rule.target.type === target.type && rule.target.value === target.value,
  );
}

function add(world: World, input: AccessRuleInput, time: string): AccessRule {
  const rule = { id: world.ids.next("access"), ...input, created_at: time, updated_at: time };
  world.accessRules.set(rule);
  return rule;
}

/** The 422 for an end that is not in the future, or nothing. */
function endIssue(expiresAt: string | null | undefined, world: World): Answer | undefined {
  if (expiresAt === null || expiresAt === undefined) return undefined;
  if (Date.parse(expiresAt) > Date.parse(world.clock.now)) return undefined;
  const detail = `must be after now, ${world.clock.now}, got ${expiresAt}`;
  return invalid([{ in: "body", pointer: "/expires_at", detail }]);
}

const described = ({ mode, target }: AccessRuleInput) => `${mode} ${target.type} ${target.value}`;

export const accessRuleHandlers: Handlers = {
  listAccessRules: (world, call) => {
    const { mode, target_type, target_value } = call.query;
    return listed(call, world.accessRules, {
      where: (rule) =>
        (mode === undefined || rule.mode === mode) &&
        (target_type === undefined || rule.target.type === target_type) &&
        (target_value === undefined || rule.target.value === target_value),
    });
  },

  createAccessRule: (world, call) => {
    const input = call.body as AccessRuleInput;
    const canonical = canonicalTarget(input.target);
    if (!canonical.ok) return invalid([{ in: "body", pointer: "/target/value", detail: canonical.detail }]);
    const badEnd = endIssue(input.expires_at, world);
    if (badEnd) return badEnd;
    const target = { ...input.target, value: canonical.value };
    const same = ruleFor(target, world);
    if (same) {
      const what = `${target.type} ${target.value} has an access rule already (${same.id}, ${same.mode})`;
      return conflict(`${what}. Change it with updateAccessRule.`, same.id);
    }
    const time = world.clock.tick();
    const rule = add(world, { ...input, target }, time);
    audit(world, time, "access_rule.create", rule.id, described(rule));
    return created(`/v1/access-rules/${rule.id}`, rule);
  },

  importAccessRules: (world, call) => {
    const form = call.body as { file: string; dry_run: boolean };
    const read = readBlockList(form.file);
    if (read.issues.length > 0)
      return invalid(read.issues.map((issue) => ({ in: "body", pointer: "/file", ...issue })));
    const seen = new Set<string>();
    const fresh = read.rules.filter(({ rule }) => {
      const key = `${rule.target.type} ${rule.target.value}`;
      const isNew = !seen.has(key) && !ruleFor(rule.target, world);
      seen.add(key);
      return isNew;
    });
    const skipped = read.rules.length - fresh.length;
    if (form.dry_run) return ok({ dry_run: true, created: fresh.length, skipped, created_ids: [] });
    const time = world.clock.tick();
    const created_ids = fresh.map(({ rule }) => add(world, rule, time).id);
    audit(world, time, "access_rule.import", world.account.id, `${fresh.length} created, ${skipped} skipped`);
    return ok({ dry_run: false, created: fresh.length, skipped, created_ids });
  },

  getAccessRule: withRule((rule) => ok(rule)),

  updateAccessRule: withRule((rule, world, call) => {
    const changes = call.body as Partial<AccessRuleInput>;
    const badEnd = endIssue(changes.expires_at, world);
    if (badEnd) return badEnd;
    const time = world.clock.tick();
    const after = { ...rule, ...changes, updated_at: time };
    world.accessRules.set(after);
    audit(world, time, "access_rule.update", rule.id, described(after));
    return ok(after);
  }),

  deleteAccessRule: withRule((rule, world) => {
    world.accessRules.delete(rule.id);
    audit(world, world.clock.tick(), "access_rule.delete", rule.id, described(rule));
    return deleted;
  }),
};
