/** Access rules, the list import, idempotency and the audit log. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { allPages, converse, type Conversation } from "./conversation.ts";

let talk: Conversation;
beforeEach(async () => {
  talk = await converse();
});
afterEach(() => talk.close());

const block = (type: string, value: string) => ({ mode: "block", target: { type, value } });
const count = async () => (await allPages(talk, "listAccessRules")).items.length;

test("a created rule is found where Location says, and stays after a change", async () => {
  const made = await talk.call("createAccessRule", {
    json: { ...block("ip", "192.0.2.10"), notes: "Noisy." },
  });
  const origin = new URL(talk.url).origin;
  const found = await talk.raw(origin + made.headers.get("location"));
  expect([made.status, found.data]).toEqual([201, made.data]);
  expect(made.data).toMatchObject({ notes: "Noisy.", expires_at: null, created_at: "2026-11-20T12:00:01Z" });

  const path = { access_rule_id: made.data.id };
  const changed = await talk.call("updateAccessRule", { path, json: { mode: "challenge" } });
  expect(changed.data).toEqual({ ...made.data, mode: "challenge", updated_at: "2026-11-20T12:00:02Z" });
  const gone = await talk.call("deleteAccessRule", { path });
  expect([gone.status, gone.text]).toEqual([204, ""]);
  expect((await talk.call("getAccessRule", { path })).status).toBe(404);
});

test.for([
  ["ip", "2001:DB8:0:0::0001", "2001:db8::1"],
  ["cidr", "192.0.2.0/24", "192.0.2.0/24"],
  ["cidr", "2001:DB8:40:0::/48", "2001:db8:40::/48"],
  ["cidr", "0.0.0.0/0", "0.0.0.0/0"],
  ["country", "NL", "NL"],
  ["asn", "AS64500", "AS64500"],
])("the target %s %s is kept as %s", async ([type = "", value = "", kept]) => {
  const { status, data } = await talk.call("createAccessRule", { json: block(type, value) });
  expect([status, data.target]).toEqual([201, { type, value: kept }]);
});

test.for([
  ["ip", "300.1.2.3", "is not an IP address"],
  ["ip", "192.0.2.0/24", "use the type cidr"],
  ["ip", "fe80::1%eth0", "is not an IP address"],
  ["cidr", "192.0.2.1/24", "has host bits set"],
  ["cidr", "2001:db8::1/64", "has host bits set"],
  ["cidr", "192.0.2.0/33", "is not a network"],
  ["cidr", "192.0.2.0", "is not a network"],
  ["country", "nl", "is not a two-letter country code"],
  ["asn", "64500", "is not AS and a number"],
  ["asn", "AS4294967296", "is not AS and a number"],
])("the target %s %s is refused", async ([type = "", value = "", detail]) => {
  const { status, data } = await talk.call("createAccessRule", { json: block(type, value) });
  expect([status, data.errors[0].pointer]).toEqual([422, "/target/value"]);
  expect(data.errors[0].detail).toContain(detail);
});

test.for<[string, unknown, string[]]>([
  ["an empty object", {}, ["/mode", "/target"]],
  ["an array", [], [""]],
  ["null", null, [""]],
  ["a wrong mode and no value", { mode: "ban", target: { type: "ip" } }, ["/mode", "/target/value"]],
  ["an unknown member", { ...block("ip", "192.0.2.1"), note: "x" }, ["/note"]],
  ["a number for a text", { ...block("ip", "192.0.2.1"), notes: 5 }, ["/notes"]],
  ["notes of 501 characters", { ...block("ip", "192.0.2.1"), notes: "x".repeat(501) }, ["/notes"]],
  ["an end without a time zone", { ...block("ip", "192.0.2.1"), expires_at: "tomorrow" }, ["/expires_at"]],
  [
    "an end in the past",
    { ...block("ip", "192.0.2.1"), expires_at: "2026-11-20T12:00:00Z" },
    ["/expires_at"],
  ],
])("%s is refused with a pointer to each problem", async ([, json, pointers]) => {
  const { status, data } = await talk.call("createAccessRule", { json });
  expect(status).toBe(422);
  expect(data.errors.map((issue: { pointer: string }) => issue.pointer)).toEqual(pointers);
  expect(await count()).toBe(4);
});

test("notes of 500 characters and an end in the future are taken", async () => {
  const json = { ...block("ip", "192.0.2.1"), notes: "x".repeat(500), expires_at: "2026-11-20T12:00:01Z" };
  expect((await talk.call("createAccessRule", { json })).status).toBe(201);
});

test("a second rule for a target, in another spelling, is a conflict that names the first", async () => {
  const first = await talk.call("createAccessRule", { json: block("ip", "2001:db8::1") });
  const second = await talk.call("createAccessRule", { json: block("ip", "2001:0db8::0:1") });
  expect([second.status, second.data.conflicting_id]).toEqual([409, first.data.id]);
  expect(second.data.detail).toContain("updateAccessRule");
});

test("an empty change and a change of the target are refused", async () => {
  const path = { access_rule_id: "access_0001" };
  const empty = await talk.call("updateAccessRule", { path, json: {} });
  const moved = await talk.call("updateAccessRule", {
    path,
    json: { target: { type: "ip", value: "192.0.2.1" } },
  });
  expect([empty.status, moved.status, moved.data.errors[0].pointer]).toEqual([422, 422, "/target"]);
});

describe("Idempotency-Key", () => {
  const headers = { "Idempotency-Key": "block-1" };
  const json = block("ip", "192.0.2.10");

  test("the same create twice creates once and is answered alike", async () => {
    const first = await talk.call("createAccessRule", { json, headers });
    const again = await talk.call("createAccessRule", { json, headers });
    expect([again.status, again.data]).toEqual([201, first.data]);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(await count()).toBe(5);
  });

  test("the same create twice at the same time creates once", async () => {
    const both = await Promise.all([1, 2].map(() => talk.call("createAccessRule", { json, headers })));
    expect(both.map(({ data }) => data.id)).toEqual(["access_0005", "access_0005"]);
  });

  test("the key with another body is refused", async () => {
    await talk.call("createAccessRule", { json, headers });
    const other = await talk.call("createAccessRule", { json: block("ip", "192.0.2.11"), headers });
    expect([other.status, other.data.errors[0].in, other.data.errors[0].pointer]).toEqual([
      422,
      "header",
      "/Idempotency-Key",
    ]);
  });

  test("the key of a refused create can be used again", async () => {
    await talk.call("createAccessRule", { json: block("ip", "nowhere"), headers });
    expect((await talk.call("createAccessRule", { json, headers })).status).toBe(201);
  });

  test("the key counts for one path only", async () => {
    await talk.call("createAccessRule", { json, headers });
    expect((await talk.call("createZone", { json: { name: "outlet.example" }, headers })).status).toBe(201);
  });

  test("a key of 101 characters is refused", async () => {
    const long = { "Idempotency-Key": "k".repeat(101) };
    expect((await talk.call("createAccessRule", { json, headers: long })).status).toBe(422);
  });
});

describe("import of a block list", () => {
  const send = (text: string, fields: Record<string, string> = {}) =>
    talk.call("importAccessRules", { form: { file: new Blob([text], { type: "text/csv" }), ...fields } });

  test("creates what is new, skips what exists or comes twice, and reads quoted notes", async () => {
    const list =
      'type,value,mode,notes\r\nip,192.0.2.1\r\nip,192.0.2.1\r\ncountry,NL,challenge,"A ""test"", no more"\nasn,AS64511\n\n';
    const { data } = await send(list);
    expect(data).toEqual({
      dry_run: false,
      created: 2,
      skipped: 2,
      created_ids: ["access_0005", "access_0006"],
    });
    const rule = await talk.call("getAccessRule", { path: { access_rule_id: "access_0006" } });
    expect(rule.data).toMatchObject({ mode: "challenge", notes: 'A "test", no more' });
  });

  test("a dry run creates nothing", async () => {
    const { data } = await send("ip,192.0.2.1\n", { dry_run: "true" });
    expect(data).toEqual({ dry_run: true, created: 1, skipped: 0, created_ids: [] });
    expect(await count()).toBe(4);
  });

  test("one bad line refuses the file, and each bad line is named", async () => {
    const list = "ip,192.0.2.1\nip,nowhere\nhost,x\nip,192.0.2.2,ban\nip,192.0.2.3,block,a,b\nip\n";
    const { status, data } = await send(list);
    expect(status).toBe(422);
    expect(data.errors.map((issue: { line: number }) => issue.line)).toEqual([2, 3, 4, 5, 6]);
    expect(await count()).toBe(4);
  });

  test.for<[string, Record<string, string | Blob>, number, string?]>([
    ["no file", { dry_run: "true" }, 422, "/file"],
    ["an unknown field", { file: "ip,192.0.2.1", mode: "block" }, 422, "/mode"],
    ["a field that is no boolean", { file: "ip,192.0.2.1", dry_run: "perhaps" }, 422, "/dry_run"],
    ["a file that is not UTF-8", { file: new Blob([new Uint8Array([0xff, 0xfe, 0x00])]) }, 422, "/file"],
    ["a file of one byte over 64 KiB", { file: new Blob(["x".repeat(65_537)]) }, 413],
    ["a form over 80 KiB", { file: new Blob(["x".repeat(90_000)]) }, 413],
  ])("%s is refused", async ([, form, wanted, pointer]) => {
    const { status, data } = await talk.call("importAccessRules", { form });
    expect([status, data.errors?.[0].pointer]).toEqual([wanted, pointer]);
  });

  test("a file of exactly 64 KiB is read", async () => {
    const line = "ip,192.0.2.1,block,x\n";
    const text = line.padEnd(65_536, "\n");
    expect((await send(text)).data.created).toBe(1);
  });
});

test("every change is in the audit log, newest first, a second apart", async () => {
  await talk.call("createAccessRule", { json: block("ip", "192.0.2.10") });
  await talk.call("updateZoneSettings", { path: { zone_id: "zone_0001" }, json: { attack_mode: true } });
  await talk.call("createAccessRule", { json: block("ip", "192.0.2.10") });
  const { data } = await talk.call("listAuditEntries", { query: { limit: 3 } });
  expect(
    data.items.map((entry: Record<string, string>) => [entry.occurred_at, entry.action, entry.summary]),
  ).toEqual([
    ["2026-11-20T12:00:02Z", "zone_settings.update", "harborlight.example: attack_mode = true"],
    ["2026-11-20T12:00:01Z", "access_rule.create", "block ip 192.0.2.10"],
    ["2025-03-04T09:00:00Z", "access_rule.create", "block asn AS64511"],
  ]);
});
