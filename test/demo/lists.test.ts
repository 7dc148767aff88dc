/** Pages and filters. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FirewallEvent } from "../../demo/world/resources.ts";
import { allPages, converse, type Conversation, type Sent } from "./conversation.ts";

let talk: Conversation;
let events: FirewallEvent[];
beforeAll(async () => {
  talk = await converse();
  events = (await allPages(talk, "listFirewallEvents", { query: { limit: 500 } })).items;
});
afterAll(() => talk.close());

describe("pages", () => {
  test("3,400 events are seven pages of at most 500, newest first, each event once", async () => {
    const { pages } = await allPages(talk, "listFirewallEvents", { query: { limit: 500 } });
    expect(pages).toBe(7);
    expect(events.map(({ id }) => id)).toEqual(
      events
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
  });

  test("a list whose length is a multiple of the limit has no empty page at its end", async () => {
    const { items, pages } = await allPages(talk, "listFirewallEvents", { query: { limit: 425 } });
    expect([items.length, pages]).toEqual([3400, 8]);
  });

  test("without a limit a page has 100 events", async () => {
    expect((await talk.call("listFirewallEvents")).data.items).toHaveLength(100);
  });

  test("a filter with no match is one empty page", async () => {
    const { data } = await talk.call("listFirewallEvents", { query: { path_prefix: "/nowhere" } });
    expect(data).toEqual({ items: [], next_cursor: null });
  });

  test.for<[string, Sent["query"], string]>([
    ["0", { limit: 0 }, "must be at least 1, got 0"],
    ["501", { limit: 501 }, "must be at most 500, got 501"],
    ["many", { limit: "many" }, 'must be integer, got "many"'],
    ["1.5", { limit: 1.5 }, 'must be integer, got "1.5"'],
    ["empty", { limit: "" }, 'must be integer, got ""'],
  ])("a limit of %s is refused", async ([, query, detail]) => {
    const { status, data } = await talk.call("listFirewallEvents", { query: query ?? {} });
    expect(status).toBe(422);
    expect(data.errors).toEqual([{ in: "query", pointer: "/limit", detail }]);
  });

  test.for(["nonsense", "ZXZlbnRzOjE", "ZXZlbnRzOi0x!", "bnVsbA"])(
    "the cursor %s is refused",
    async (cursor) => {
      const { status, data } = await talk.call("listAccessRules", { query: { cursor } });
      expect([status, data.errors[0].pointer]).toEqual([422, "/cursor"]);
    },
  );

  test("the cursor of another list is refused", async () => {
    const { data } = await talk.call("listFirewallEvents", { query: { limit: 1 } });
    const { status } = await talk.call("listFirewallRules", { query: { cursor: data.next_cursor } });
    expect(status).toBe(422);
  });

  test("what is deleted and created between two pages neither hides nor repeats anything", async () => {
    const own = await converse();
    const create = async (name: string) =>
      (await own.call("createZone", { json: { name: `${name}.example` } })).data.id as string;
    const ids = [await create("a"), await create("b"), await create("c"), await create("d")];
    const first = await own.call("listZones", { query: { limit: 5 } });
    await own.call("deleteZone", { path: { zone_id: ids[1] ?? "" } });
    await own.call("deleteZone", { path: { zone_id: ids[2] ?? "" } });
    const late = await create("e");
    const second = await own.call("listZones", { query: { limit: 5, cursor: first.data.next_cursor } });
    expect(second.data.items.map((zone: { id: string }) => zone.id)).toEqual([ids[3], late]);
    expect(second.data.next_cursor).toBeNull();
    await own.close();
  });
});

describe("filters of the firewall log give what filtering the whole log gives", () => {
  const since = "2026-11-20T08:00:00Z";
  const until = "2026-11-20T09:00:00Z";
  test.for<[string, NonNullable<Sent["query"]>, (event: FirewallEvent) => boolean]>([
    ["zone_id", { zone_id: "zone_0002" }, (event) => event.zone_id === "zone_0002"],
    ["one action", { action: "challenge" }, (event) => event.action === "challenge"],
    ["two actions", { action: ["log", "block"] }, ({ action }) => action === "log" || action === "block"],
    ["rule_id", { rule_id: "hotlink" }, (event) => event.rule_id === "hotlink"],
    ["client_country", { client_country: "NL" }, (event) => event.client_country === "NL"],
    ["method", { method: "POST" }, (event) => event.method === "POST"],
    ["path_prefix", { path_prefix: "/account" }, (event) => event.path.startsWith("/account")],
    ["max_bot_score", { max_bot_score: 29 }, (event) => event.bot_score <= 29],
    ["verified_bot", { verified_bot: true }, (event) => event.verified_bot],
    ["not verified_bot", { verified_bot: false }, (event) => !event.verified_bot],
    ["since", { since }, (event) => event.occurred_at >= since],
    ["until", { until }, (event) => event.occurred_at < until],
    ["both", { since, until }, (event) => event.occurred_at >= since && event.occurred_at < until],
    ["another time zone", { since: "2026-11-20T10:00:00+02:00" }, (event) => event.occurred_at >= since],
    [
      "two at once",
      { zone_id: "zone_0001", action: "block" },
      (event) => event.zone_id === "zone_0001" && event.action === "block",
    ],
  ])("%s", async ([, query, fits]) => {
    const { items } = await allPages(talk, "listFirewallEvents", { query: { ...query, limit: 500 } });
    const wanted = events.filter(fits);
    expect(wanted.length).toBeGreaterThan(0);
    expect(items).toEqual(wanted);
  });

  test("client_ip, in any spelling", async () => {
    const address = events.find(({ client_ip }) => client_ip.includes(":"))?.client_ip ?? "";
    const spelled = address.toUpperCase().replace("::", ":0:0:0:");
    const { items } = await allPages(talk, "listFirewallEvents", { query: { client_ip: spelled } });
    expect(items).toEqual(events.filter(({ client_ip }) => client_ip === address));
  });

  test.for<[string, NonNullable<Sent["query"]>, string]>([
    ["a zone that nobody has", { zone_id: "zone_0099" }, "/zone_id"],
    ["a rule that nobody has", { rule_id: ["hotlink", "hotlinks"] }, "/rule_id"],
    ["what is no address", { client_ip: "300.1.2.3" }, "/client_ip"],
    ["an unknown action", { action: ["log", "drop"] }, "/action/1"],
    ["an action twice", { action: ["log", "log"] }, "/action"],
    ["a country in lower case", { client_country: "nl" }, "/client_country"],
    ["a bot score of 100", { max_bot_score: 100 }, "/max_bot_score"],
    ["what is no boolean", { verified_bot: "yes" }, "/verified_bot"],
    ["a date without a time", { since: "2026-11-20" }, "/since"],
    ["a leap second", { since: "2016-12-31T23:59:60Z" }, "/since"],
    ["an end before the beginning", { since: until, until: since }, "/until"],
    ["a single filter given twice", { zone_id: ["zone_0001", "zone_0002"] }, "/zone_id"],
  ])("%s is refused instead of giving an empty list", async ([, query, pointer]) => {
    const { status, data } = await talk.call("listFirewallEvents", { query });
    expect([status, data.errors[0].in, data.errors[0].pointer]).toEqual([422, "query", pointer]);
  });

  test("every problem of a request is named at once", async () => {
    const query = { limit: 0, verified_bot: "yes", actions: "log" };
    const { data } = await talk.call("listFirewallEvents", { query });
    expect(data.errors.map((issue: { pointer: string }) => issue.pointer).toSorted()).toEqual([
      "/actions",
      "/limit",
      "/verified_bot",
    ]);
    expect(data.detail).toMatch(/^3 problems: /);
  });
});

describe("filters of the other lists", () => {
  test.for<[string, NonNullable<Sent["query"]>, Record<string, string>, number]>([
    ["listZones", { name: "harborlight-pay.example" }, {}, 1],
    ["listZones", { status: "pending" }, {}, 0],
    ["listDnsRecords", { type: ["MX", "TXT"] }, { zone_id: "zone_0001" }, 4],
    ["listDnsRecords", { name: "www.harborlight.example" }, { zone_id: "zone_0001" }, 2],
    ["listDnsRecords", { content: "spf1" }, { zone_id: "zone_0001" }, 1],
    ["listDnsRecords", { proxied: true }, { zone_id: "zone_0001" }, 4],
    ["listFirewallRules", { category: "policy" }, {}, 2],
    ["listAccessRules", { mode: "allow" }, {}, 3],
    ["listAccessRules", { target_type: "asn", target_value: "AS64511" }, {}, 1],
    ["listAuditEntries", { action: "access_rule.create" }, {}, 4],
    ["listAuditEntries", { resource_id: "access_0002" }, {}, 1],
    ["listAuditEntries", { since: "2026-01-01T00:00:00Z" }, {}, 0],
  ])("%s %o", async ([id, query, path, count]) => {
    expect((await talk.call(id, { query, path })).data.items).toHaveLength(count);
  });
});

test("the analytics summary counts what the log holds", async () => {
  const { data } = await talk.call("getAnalyticsSummary", { query: { zone_id: "zone_0001" } });
  const own = events.filter(({ zone_id }) => zone_id === "zone_0001");
  const sum = (counts: Record<string, number>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  expect(data.events).toBe(own.length);
  expect(data.addresses).toBe(new Set(own.map(({ client_ip }) => client_ip)).size);
  expect(data.by_action.block).toBe(own.filter(({ action }) => action === "block").length);
  expect(sum(data.by_rule)).toBe(own.filter(({ rule_id }) => rule_id !== null).length);
  expect([sum(data.by_action), sum(data.by_country), sum(data.by_status)]).toEqual(Array(3).fill(own.length));
  expect(
    data.by_hour.reduce((total: number, { events: count }: { events: number }) => total + count, 0),
  ).toBe(own.length);
});
