/** What a model reads of each kind of reply: the exact text, what it costs, and what it costs whatever a client forwards. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { failureReply, replyTo, type Reply } from "../../src/mcp/reply.ts";
import { replyText, toolResult } from "../../src/mcp/tool-result.ts";
import type { Failure, FailureKind, RequestRecord } from "../../src/terms/failure.ts";
import type { LogEntry } from "../../src/terms/outcome.ts";
import { readReply } from "../setup/read-reply.ts";
import { forwarded, rules } from "./forwarding.ts";

const run = "rsw33ruxhby4g";

const request = (operation: string, status: number, more: Partial<RequestRecord> = {}): RequestRecord => ({
  api: "demo",
  method: "GET",
  url: `https://api.example/${operation}`,
  operation,
  outcome: "answered",
  status,
  durationMs: 12,
  bytesUp: 0,
  bytesDown: 0,
  ...more,
});

const returned = (
  value: unknown,
  requests: RequestRecord[] = [],
  logs: LogEntry[] = [],
  notes: string[] = [],
) => replyTo(run, { ok: true, result: JSON.stringify(value), logs, notes }, requests);

const zones = ["a", "b"].map((name) => ({ id: `zone_${name}`, name: `${name}.example` }));

/** An example of each failure: a new kind does not compile without one. */
const failures: { [Kind in FailureKind]: Extract<Failure, { kind: Kind }> } = {
  syntax: { kind: "syntax", message: "Unexpected token", line: 1, column: 6, source: "const = 1" },
  "unusable-code": {
    kind: "unusable-code",
    message: "The code is empty.",
    next: "Send JavaScript or TypeScript as the argument code.",
  },
  thrown: {
    kind: "thrown",
    name: "TypeError",
    message: "Cannot read properties of undefined (reading 'map')",
    line: 2,
    source: "return data.zones.map((zone) => zone.name)",
    answers: ["The answer of listZones has: status, headers, data; data has: items, next_cursor"],
  },
  "timed-out": { kind: "timed-out", limitMs: 50_000 },
  "limit-reached": { kind: "limit-reached", limit: "requests", value: 200, unit: "requests" },
  "unknown-operation": {
    kind: "unknown-operation",
    asked: "GET /dns_records",
    nearest: ["listDnsRecords"],
    signatures: ['api.get("/zones/{zone_id}/dns-records", { path: { zone_id: string } })'],
    line: 2,
  },
  "bad-arguments": {
    kind: "bad-arguments",
    operation: "listZones",
    problems: ['query.status: "live" is not one of "active", "pending"'],
    signature: 'api.get("/zones", { query?: { status?: "active" | "pending" } })',
    line: 1,
  },
  denied: {
    kind: "denied",
    operation: "deleteZone",
    rule: "policy[0]: deny operation deleteZone",
    message: "deleteZone is denied. Zones are removed by hand.",
  },
  "needs-approval": {
    kind: "needs-approval",
    operation: "deleteZone",
    more: 2,
    link: "https://isogate.example/approvals/p1",
  },
  "needs-scope": { kind: "needs-scope", operation: "createZone", scope: "demo:write" },
  "upstream-error": {
    kind: "upstream-error",
    operation: "createZone",
    status: 409,
    body: '{\n  "error": "exists"\n}',
  },
  "upstream-unreachable": {
    kind: "upstream-unreachable",
    operation: "listZones",
    message: "connection refused",
  },
  "outcome-unknown": { kind: "outcome-unknown", operation: "createZone", message: "the connection broke" },
  stopped: { kind: "stopped", why: "stuck", sure: true },
  interrupted: { kind: "interrupted" },
  sleeping: { kind: "sleeping", cut: false },
  canceled: { kind: "canceled", message: "The user ended this run.", next: "What was done stands." },
  misconfigured: {
    kind: "misconfigured",
    message: "The secret DEMO_TOKEN for demo is not set.",
    next: "Tell the operator to set it.",
  },
};

/** Found before the run. */
const notRun = new Set<FailureKind>(["syntax", "unusable-code", "unknown-operation", "bad-arguments"]);

const items = Array.from({ length: 5_000 }, (_, id) => ({ id, name: `thing ${id}`, state: "ready" }));

const replies: Record<string, Reply> = {
  "a result": returned(zones, [request("listZones", 200)]),
  "a result without requests": returned(true),
  "nothing returned": returned(null, [], [], ["The code returned nothing: end it with return."]),
  "a text": returned('// List zones\napi.get("/zones"): Promise<Zone[]>\n'),
  "a list of texts": returned(['type Zone = {\n  id: "a" | "b";\n}', "type Rule = {\n  id: string;\n}"]),
  "a list of ids": returned(["zone_a", "zone_b"]),
  "text with the signs of a terminal": returned("\u001b[2Jall is well"),
  "requests that got no answer": returned(zones, [
    ...Array.from({ length: 3 }, () => request("listZones", 200)),
    ...Array.from({ length: 30 }, () =>
      request("getZone", 0, { outcome: "denied", rule: "limit reached: requests" }),
    ),
  ]),
  "logs of several lines": returned(
    1,
    [],
    [
      { level: "log", text: "one\ntwo" },
      { level: "warn", text: "three" },
    ],
  ),
  "a long list": returned(items, [request("listThings", 200), request("listThings", 200)]),
  "a long text": returned("word ".repeat(60_000)),
  "a plan": replyTo(
    run,
    { ok: true, result: "201", logs: [], notes: [] },
    [request("createZone", 0, { outcome: "planned" })],
    {
      plan: {
        link: "https://isogate.example/approvals/p1",
        requests: [
          {
            method: "POST",
            url: "https://api.example/zones",
            operation: "createZone",
            api: "demo",
            body: { bytes: 4, content: new TextEncoder().encode('{"a"') },
          } as never,
        ],
      },
    },
  ),
  ...Object.fromEntries(
    Object.values(failures).map((failure) => [
      `failure: ${failure.kind}`,
      notRun.has(failure.kind)
        ? failureReply(failure)
        : replyTo(run, { ok: false, failure, logs: [] }, [
            request("listZones", 200),
            request("createZone", 409),
          ]),
    ]),
  ),
};

const beginning = (text: string) => (text.length > 1_200 ? `${text.slice(0, 700)}\n[…]\n` : text);

describe("the text of a reply", () => {
  it("reads like this, and costs so many o200k tokens", async () => {
    const written = Object.entries(replies).map(([what, reply]) => {
      const text = replyText(reply);
      return `──── ${what} (${countTokens(text)} tokens)\n${beginning(text)}\n`;
    });
    await expect(written.join("\n")).toMatchFileSnapshot("texts/replies.txt");
  });

  it.for(Object.entries(replies))("can be read back: %s", ([, reply]) => {
    const { said } = reply;
    const read = readReply(toolResult(reply));
    expect(read.runId).toBe(said.runId ?? "");
    expect(read.requests ?? []).toEqual(said.requests ?? []);
    expect(read.logs ?? []).toEqual(said.logs ?? []);
    expect(read.error).toEqual(said.error);
  });
});

describe("a reply that is shortened", () => {
  it.for([
    [
      "a list of 5 MB",
      Array.from({ length: 40_000 }, (_, id) => ({ id, text: "x".repeat(110) })),
      "[n] is item n",
    ],
    ["a list in an object", { total: 5_000, things: items }, ".things[n] is item n"],
    ["a long text", "word ".repeat(60_000), ".slice("],
    ["long texts in a list", items.slice(0, 30).map(() => "word ".repeat(9_000)), " is the whole result"],
  ] as const)(
    "says so, and how to get what is missing, in its first 200 characters: %s",
    ([, value, way]) => {
      const text = replyText(returned(value, [request("listThings", 200)]));
      expect(text.slice(0, 200)).toMatch(
        /^Run rsw33ruxhby4g\. Shortened: this shows [\d,]+ of [\d,]+ (items|characters)/,
      );
      expect(text.slice(0, 200)).toContain(`await recall("${run}")`);
      expect(text.slice(0, 200)).toContain(way);
      expect(countTokens(text)).toBeLessThan(6_300);
    },
  );

  it("gives the number that the sentence promises", () => {
    const text = replyText(returned({ total: 5_000, things: items }));
    const way = /In the next code, (.*?)\[n\] is item n/.exec(text)?.[1] ?? "";
    const value = new Function(
      "recalled",
      `return ${way.replace(/await recall\(".*?"\)/, "recalled")}[4000]`,
    ) as (recalled: unknown) => unknown;
    expect(value({ things: items })).toEqual(items[4_000]);
  });

  it("keeps the first and the last lines of a flood of logs", () => {
    const logs = Array.from({ length: 200 }, (_, n): LogEntry => ({
      level: "log",
      text: `line ${n} ${"word ".repeat(40)}`,
    }));
    const text = replyText(returned(1, [], logs));
    expect(text).toContain("- line 0 ");
    expect(text).toContain("- line 199 ");
    expect(text).toMatch(/- … \[\d+ more lines: the run's page in the console has all\]/);
    expect(countTokens(text)).toBeLessThan(1_700);
  });
});

describe("what a client forwards", () => {
  const costs = (reply: Reply, rule: keyof typeof rules) =>
    countTokens(forwarded(toolResult(reply), rule)) / countTokens(replyText(reply));

  for (const rule of Object.keys(rules) as (keyof typeof rules)[])
    it.for(Object.entries(replies))(
      `costs at most 1.05 times the text where it forwards ${rule}: %s`,
      ([, reply]) => {
        expect(costs(reply, rule)).toBeLessThanOrEqual(1.05);
      },
    );

  it("would cost about twice as much with a second copy", () => {
    const reply = replies["a result"]!;
    const twice = forwarded(toolResult(reply, { structured: true }), "both");
    expect(countTokens(twice) / countTokens(replyText(reply))).toBeGreaterThan(1.5);
  });
});

describe("what acts unseen", () => {
  /** Each kind of it: a terminal's codes in both forms, changes of direction, separators of lines, tags. */
  const signs = [
    "\u001b[2J",
    "\u009b2J",
    "\r",
    "\b",
    "\v",
    "\f",
    "\u0085",
    "\u2028",
    "\u202e",
    "\u2066",
    "\u061c",
    "\u{e0041}",
  ];
  const acting = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
  const bad = `a${signs.map((sign) => `b${sign}`).join("c")}d`;
  const link = "https://isogate.example/approvals/p1";
  const write = {
    api: "demo",
    operation: bad,
    access: "write" as const,
    method: "POST",
    url: `https://api.example/${bad}`,
    headers: [],
    body: { hash: "x", bytes: 1, content: new TextEncoder().encode(bad) },
  };
  const done = { ok: true as const, result: "1", logs: [], notes: [] };
  const sent = request(bad, 200, { method: bad, url: bad, rule: bad, outcome: "denied" });
  const file = { attachment: 1, name: bad, type: bad, bytes: 1, link };
  const hostile: Record<string, Reply> = {
    "a log": replyTo(
      run,
      {
        ...done,
        logs: [
          { level: "log", text: bad },
          { level: "error", text: bad },
        ],
      },
      [],
    ),
    "a note": replyTo(run, { ...done, notes: [bad] }, []),
    "a request": replyTo(run, done, [sent]),
    "a request that is not known": replyTo(run, done, [{ ...sent, operation: undefined } as never]),
    "a warning": replyTo(run, done, [], { warnings: [bad] }),
    "a planned write": replyTo(run, done, [], { plan: { link, requests: [write], first: bad } }),
    "a file": replyTo(run, done, [], { over: { notes: [bad], files: [file], pictures: [] } }),
    "a result that is a text": returned(bad),
    "a result of texts": returned([bad, "b\nc"]),
    "a member and its name": returned({ [bad]: [bad] }),
    "a result that is shortened": returned({ [bad]: bad.repeat(3_000) }),
    ...Object.fromEntries(
      Object.values(failures).map((failure) => {
        const words = Object.entries(failure).map(([name, value]) => [
          name,
          name === "kind" || name === "limit" || name === "why" || name === "by" || typeof value !== "string"
            ? Array.isArray(value)
              ? [bad]
              : value
            : bad,
        ]);
        const outcome = { ok: false as const, failure: Object.fromEntries(words) as Failure, logs: [] };
        return [`the failure ${failure.kind}`, replyTo(run, outcome, [sent])];
      }),
    ),
  };

  it.each(Object.entries(hostile))("is marked or escaped in %s", (_what, reply) => {
    const lines = replyText(reply).split("\n");
    for (const line of lines) expect(line).not.toMatch(acting);
  });

  it.each([bad, [bad, 1], { [bad]: { [bad]: null } }, ...signs])(
    "keeps its value in a result: %j",
    (value) => {
      const text = replyText(returned(value));
      expect(JSON.parse(text.slice(text.indexOf("\n\n") + 2))).toEqual(value);
    },
  );

  it("leaves what texts are made of", () => {
    const text =
      "1\u00a0234 \u05d0\u05d1 caf\u00e9 na\u00efve \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u2764\ufe0f\tx\r\ny";
    expect(replyText(returned(text))).toContain(text);
  });
});
