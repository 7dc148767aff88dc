/** The task that the demo exists for: "We are being attacked: find every offending address and block it." */
import { beforeAll, describe, expect, test } from "vitest";
import { groundTruth } from "../../demo/ground-truth.ts";
import { defaultRate } from "../../demo/http/rate-limit.ts";
import type { FirewallEvent, FirewallRule } from "../../demo/world/resources.ts";
import { allPages, converse, type Conversation } from "./conversation.ts";

async function read(talk: Conversation): Promise<{ events: FirewallEvent[]; attackRules: string[] }> {
  const rules = await allPages(talk, "listFirewallRules", { query: { category: "attack" } });
  const { items } = await allPages(talk, "listFirewallEvents", { query: { limit: 500 } });
  return { events: items, attackRules: rules.items.map((rule: FirewallRule) => rule.id) };
}

const addressesOf = (events: FirewallEvent[]) =>
  [...new Set(events.map((event) => event.client_ip))].toSorted();

describe.for([1, 2, 77])("with the seed %i", (seed) => {
  let events: FirewallEvent[];
  let attackRules: string[];
  beforeAll(async () => {
    const talk = await converse({ seed });
    ({ events, attackRules } = await read(talk));
    await talk.close();
  });

  test("the documented rule, applied to the log, finds exactly those who were meant to attack", () => {
    const truth = groundTruth(seed);
    const offending = events.filter(
      ({ rule_id, bot_score, verified_bot }) =>
        rule_id !== null && attackRules.includes(rule_id) && bot_score < 30 && !verified_bot,
    );
    expect(truth.offendingAddresses).toHaveLength(23);
    expect(addressesOf(offending)).toEqual(truth.offendingAddresses);
    expect(events).toHaveLength(truth.eventCount);
    expect(new Set(events.map(({ id }) => id)).size).toBe(truth.eventCount);
  });

  test("no shorter rule finds them", () => {
    const truth = groundTruth(seed).offendingAddresses;
    const byAddress = [...Map.groupBy(events, ({ client_ip }) => client_ip)];
    const where = (fits: (event: FirewallEvent) => boolean) => addressesOf(events.filter(fits));
    const attack = ({ rule_id }: FirewallEvent) => rule_id !== null && attackRules.includes(rule_id);
    const automated = ({ bot_score }: FirewallEvent) => bot_score < 30;
    const unverified = ({ verified_bot }: FirewallEvent) => !verified_bot;
    const shorter: Record<string, string[]> = {
      "an attack rule": where(attack),
      "an attack rule, not verified": where((event) => attack(event) && unverified(event)),
      "an attack rule, automated": where((event) => attack(event) && automated(event)),
      "automated, not verified": where((event) => automated(event) && unverified(event)),
      blocked: where(({ action }) => action === "block"),
      "not simply allowed": where(({ action }) => action !== "allow"),
      "the 23 with the most requests": byAddress
        .toSorted(([, one], [, other]) => other.length - one.length)
        .slice(0, 23)
        .map(([ip]) => ip)
        .toSorted(),
      "the three conditions in different events": byAddress
        .filter(([, own]) => own.some(attack) && own.some(automated) && own.every(unverified))
        .map(([ip]) => ip)
        .toSorted(),
    };
    for (const [name, found] of Object.entries(shorter)) expect(found, name).not.toEqual(truth);
    const failedLogins = new Map(
      byAddress.map(([ip, own]) => [ip, own.filter(({ status }) => status === 401).length]),
    );
    for (const most of [5, 8, 9, 10])
      expect(
        [...failedLogins].filter(([, count]) => count > most).every(([ip]) => truth.includes(ip)),
        `more than ${most} failed logins`,
      ).toBe(false);
  });

  test("every decoy is in the log, and none is offending", () => {
    const { decoys, offendingAddresses } = groundTruth(seed);
    const seen = new Set(events.map(({ client_ip }) => client_ip));
    for (const [name, addresses] of Object.entries(decoys))
      for (const ip of addresses)
        expect([name, seen.has(ip), offendingAddresses.includes(ip)]).toEqual([name, true, false]);
  });
});

test("the filters of the list lead to the same addresses on one page", async () => {
  const talk = await converse();
  const rules = await talk.call("listFirewallRules", { query: { category: "attack" } });
  const rule_id = rules.data.items.map((rule: FirewallRule) => rule.id);
  const query = { rule_id, max_bot_score: 29, verified_bot: false, limit: 500 };
  const { items, pages } = await allPages(talk, "listFirewallEvents", { query });
  expect([pages, addressesOf(items)]).toEqual([1, groundTruth().offendingAddresses]);
  await talk.close();
});

test("the whole task passes within the documented rate, at full speed and with all rules created at once", async () => {
  const talk = await converse({ rate: defaultRate });
  await read(talk);
  const created = await Promise.all(
    groundTruth().offendingAddresses.map((value) =>
      talk.call("createAccessRule", { json: { mode: "block", target: { type: "ip", value } } }),
    ),
  );
  expect(created.map(({ status }) => status)).toEqual(Array<number>(23).fill(201));
  const { items } = await allPages(talk, "listAccessRules", { query: { mode: "block", target_type: "ip" } });
  expect(items.map((rule) => rule.target.value).toSorted()).toEqual(groundTruth().offendingAddresses);
  await talk.close();
});

test("blocking the office or the monitoring shows as a conflict with the rule that allows it", async () => {
  const talk = await converse();
  const { office = [], monitoring = [] } = groundTruth().decoys;
  for (const value of [...office, ...monitoring]) {
    const json = { mode: "block", target: { type: "ip", value } };
    const { status, data } = await talk.call("createAccessRule", { json });
    const rule = await talk.call("getAccessRule", { path: { access_rule_id: data.conflicting_id } });
    expect([status, rule.data.mode, rule.data.target.value]).toEqual([409, "allow", value]);
  }
  await talk.close();
});

test("every start with the same seed gives the same log, and another seed another one", async () => {
  const [first, second, other] = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const talk = await converse({ seed });
      const { events } = await read(talk);
      await talk.close();
      return JSON.stringify(events);
    }),
  );
  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test("the log covers the 24 hours before the platform's time", async () => {
  const talk = await converse();
  const { events } = await read(talk);
  const account = await talk.call("getAccount");
  const times = events.map(({ occurred_at }) => Date.parse(occurred_at));
  const now = Date.parse(account.data.time);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(now - 24 * 3600_000);
  expect(Math.max(...times)).toBeLessThan(now);
  await talk.close();
});
