/** What `isogate serve` reads before it starts. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkSettings, secretSettings, settingNames } from "../../../src/auth/settings.ts";
import { readDeployment } from "../../../src/cli/deploy/settings.ts";
import { addressReader } from "../../../src/cli/serve/client-address.ts";
import { jsonLog } from "../../../src/cli/serve/json-log.ts";
import { Metrics } from "../../../src/cli/serve/metrics.ts";
import { untilNext } from "../../../src/cli/serve/schedule.ts";
import { serveSettings, withFiles } from "../../../src/cli/serve/settings.ts";
import { usableMemory } from "../../../src/cli/supervisor/limits.ts";

const folder = mkdtempSync(join(tmpdir(), "isogate-settings-"));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const pipe = join(folder, "pipe");
execFileSync("mkfifo", [pipe]);

describe("values in files", () => {
  it.each([
    ["a line", "secret\n", "secret"],
    ["a line of Windows", "secret\r\n", "secret"],
    ["no line end", "secret", "secret"],
    ["more lines", "one\ntwo\n\n", "one\ntwo\n"],
    ["spaces, which belong to it", " secret ", " secret "],
    ["a mark of the byte order", "\uFEFFsecret", "secret"],
    ["as much as fits", "s".repeat(65_536), "s".repeat(65_536)],
  ])("are read: %s", (name, text, want) => {
    const environment = { TOKEN_FILE: file(name.replaceAll(" ", "-"), text) };
    expect(withFiles(environment, ["TOKEN"])["TOKEN"]).toBe(want);
  });

  it.each([
    [{ TOKEN: "in-the-environment", TOKEN_FILE: "/x" }, /TOKEN and TOKEN_FILE are both set/],
    [
      { TOKEN_FILE: "/nowhere/at-all" },
      /TOKEN_FILE names \/nowhere\/at-all, which cannot be read \(ENOENT\)/,
    ],
    [{ TOKEN_FILE: file("empty", "\n") }, /TOKEN_FILE names .*empty, which is empty/],
    [{ TOKEN_FILE: folder }, /TOKEN_FILE names .*, which cannot be read \(EISDIR\)/],
    [{ TOKEN_FILE: file("nul", "in-the-\0environment") }, /TOKEN_FILE names .*nul, which is not text/],
    [{ TOKEN_FILE: file("bytes", Buffer.from("in-the-\xff", "latin1")) }, /bytes, which is not text/],
    [
      { TOKEN_FILE: file("long", "in-the-environment".repeat(4_000)) },
      /long, which has more than 65536 bytes/,
    ],
    [{ TOKEN_FILE: "/dev/zero" }, /TOKEN_FILE names \/dev\/zero, which is not a regular file/],
    [{ TOKEN_FILE: pipe }, /TOKEN_FILE names .*pipe, which is not a regular file/],
    [
      { TOKEN_FILE: "/nowhere", OTHER: "in-the-environment", OTHER_FILE: "/x" },
      /^TOKEN_FILE names \/nowhere.*\nOTHER and OTHER_FILE are both set/,
    ],
  ])("are refused with the name and never the value: %o", (environment, says) => {
    const read = () => withFiles(environment, ["TOKEN", "OTHER"]);
    expect(read).toThrow(says);
    expect(read).not.toThrow(/in-the-/);
  });

  it("are read for the names that are wanted only", () => {
    expect(withFiles({ SSL_CERT_FILE: "/nowhere" }, ["TOKEN"])).toEqual({ SSL_CERT_FILE: "/nowhere" });
  });
});

describe("settings", () => {
  it("have defaults", () => {
    expect(serveSettings({})).toEqual({
      level: "info",
      metricsToken: undefined,
      trustedProxies: [],
      graceMs: 25_000,
    });
  });

  it.each([
    [{ LOG_LEVEL: "loud" }, /LOG_LEVEL must be one of debug, info, warn, error; it is loud/],
    [{ STOP_SECONDS: "soon" }, /STOP_SECONDS must be a number of seconds/],
    [{ STOP_SECONDS: "-1" }, /STOP_SECONDS/],
    [{ METRICS_TOKEN: "short" }, /METRICS_TOKEN must have 16 characters/],
    [{ TRUSTED_PROXIES: "proxy" }, /TRUSTED_PROXIES takes addresses and networks/],
    [{ LOG_LEVEL: "loud", STOP_SECONDS: "x", METRICS_TOKEN: "short" }, /^LOG_.*\nSTOP_.*\nMETRICS_.*$/],
  ])("that are wrong are named: %o", (environment, says) => {
    expect(() => serveSettings(environment)).toThrow(says);
  });

  const oidc = { SIGN_IN: "oidc", OIDC_ISSUER: "https://id.example", OIDC_CLIENT_ID: "x" };
  const own = { file: "/etc/isogate.jsonc", mayBeLoopback: true };
  it.each([
    [{ ...oidc, SIGN_IN: "local" }, /SIGN_IN is "local".*\/etc\/isogate\.jsonc/],
    [{ ...oidc, OPEN: "true" }, /OPEN is "true".*\/etc\/isogate\.jsonc/],
    [{}, /SIGN_IN is not set.*\/etc\/isogate\.jsonc/],
    [{ ...oidc, PUBLIC_URL: "http://mcp.example" }, /must be https/],
    [{ SIGN_IN: "oidc" }, /OIDC_ISSUER is needed.*\n.*OIDC_CLIENT_ID is needed/],
    [
      { ...oidc, WAITING_WEBHOOK_URL: "https://hooks.example" },
      /PUBLIC_URL is needed for WAITING_WEBHOOK_URL/,
    ],
    [
      { ...oidc, PUBLIC_URL: "https://mcp.example", WAITING_WEBHOOK_URL: "http://hooks.example" },
      /WAITING_WEBHOOK_URL must be https/,
    ],
  ])("that would let everybody in are refused: %o", (environment, says) => {
    const read = readDeployment(undefined, environment, own);
    expect(read.ok ? "" : read.refusal).toMatch(says);
  });

  const inFile = (settings: object) => JSON.stringify({ settings: { ...oidc, ...settings } });
  it.each<[string, Record<string, string>, RegExp]>([
    [
      inFile({ PUBLIC_URL: "x" }),
      {},
      /PUBLIC_URL must be a URL.* Set it in \/etc\/isogate\.jsonc, under "settings"\.$/,
    ],
    [
      inFile({ PUBLIC_URL: "https://mcp.example" }),
      { PUBLIC_URL: "x" },
      /PUBLIC_URL must be a URL.* It comes from the environment, which overrides \/etc\/isogate\.jsonc: correct or unset it there\.$/,
    ],
    [
      inFile({}),
      { PUBLIC_URL: "x", PUBLIC_URL_FILE: "/run/url" },
      /It is read from \/run\/url, which PUBLIC_URL_FILE names: correct that file\.$/,
    ],
    [inFile({}), { OPEN: "yes", OPEN_FILE: "/run/open" }, /OPEN must be true or false.* OPEN_FILE names/],
    [inFile({}), { OPEN: "true", OPEN_FILE: "/run/open" }, /OPEN is "true".* OPEN_FILE names/],
    [inFile({}), { SIGN_IN: "local" }, /SIGN_IN is "local".* It comes from the environment/],
    [inFile({ SIGN_IN: "local" }), {}, /SIGN_IN is "local".* Set it in/],
    [inFile({ PUBLIC_URL: "http://mcp.example" }), {}, /must be https.* Set it in/],
    [inFile({}), { PUBLIC_URL: "http://mcp.example" }, /must be https.* It comes from the environment/],
    [
      `{ "settings": {} }`,
      {},
      /SIGN_IN is not set.* Set it in \/etc\/isogate\.jsonc, under "settings" \(see docs\/login\.md\):/,
    ],
  ])("of %s with %j are said where they are to be corrected", (text, environment, says) => {
    const read = readDeployment(text, environment, own);
    expect(read.ok ? "" : read.refusal).toMatch(says);
  });

  it.each([
    "https://ann:planted-value@mcp.example",
    "https://:planted-value@mcp.example/",
    "https://planted-value@mcp.example",
    "http://ann:planted-value@mcp.example",
  ])("have no password in a public address, and no message repeats it: %s", (PUBLIC_URL) => {
    for (const isServing of [false, true]) {
      const read = readDeployment(undefined, { ...oidc, PUBLIC_URL }, { ...own, isServing });
      expect(read.ok ? "" : read.refusal).toMatch(/PUBLIC_URL must be an origin, without a name or password/);
      expect(JSON.stringify(read)).not.toContain("planted-value");
    }
  });

  const lists = ["OIDC_ALLOWED", "OPERATORS", "ALLOWED_ORIGINS", "PRIVATE_CLIENT_HOSTS"];
  const nothing = [",", " , ", " ", ",,\n", "\t"];
  const empty = lists.flatMap((name) => nothing.map((text): [string, string] => [name, text]));
  it.each(empty)("that list something name something: not %s=%j", (name, text) => {
    for (const isServing of [false, true]) {
      const inside = readDeployment(inFile({ [name]: text }), {}, { ...own, isServing });
      const says = `The setting ${name} holds only commas or spaces: name something in it, or leave it out.`;
      expect(inside.ok ? "" : inside.refusal).toContain(`${says} Set it in /etc/isogate.jsonc`);
      const outside = readDeployment(inFile({}), { [name]: text }, { ...own, isServing });
      expect(outside.ok ? "" : outside.refusal).toContain(`${says} It comes from the environment`);
    }
    // The Worker, whatever deployed it.
    expect(checkSettings({ ...oidc, ISOGATE_SECRET: "x".repeat(32), [name]: text }).ok).toBe(false);
  });

  it.each(nothing)("name proxies, if any: not TRUSTED_PROXIES=%j", (text) => {
    expect(() => serveSettings({ TRUSTED_PROXIES: text })).toThrow(/TRUSTED_PROXIES holds only commas/);
  });

  it.each(settingNames.filter((name) => !(secretSettings as readonly string[]).includes(name)))(
    "of the file stay if the environment has them empty: %s",
    (name) => {
      const inside = inFile({ PUBLIC_URL: "https://mcp.example" });
      const before = readDeployment(inside, {}, own);
      expect(before.ok).toBe(true);
      expect(readDeployment(inside, { [name]: "" }, own)).toEqual(before);
    },
  );

  it.each([
    ["PUBLIC_URl", /there is no setting PUBLIC_URl; did you mean PUBLIC_URL\?\n.*settings\.PUBLIC_URl$/],
    [
      "DEPOT_TOKEN",
      /there is no setting DEPOT_TOKEN; there are .*Secrets, and what else .* come from the environment/,
    ],
    ["OIDC_CLIENT_SECRET", /^OIDC_CLIENT_SECRET is a secret: remove it from \/etc\/isogate\.jsonc/],
    ["WAITING_WEBHOOK_SECRET", /^WAITING_WEBHOOK_SECRET is a secret: remove it/],
  ])("that are none are named, with what may be meant: %s", (name, says) => {
    const read = readDeployment(inFile({ [name]: "planted-value" }), {}, own);
    expect(read.ok ? "" : read.refusal).toMatch(says);
    expect(JSON.stringify(read)).not.toContain("planted-value");
  });

  it.each([
    [{ OPERATORS: "ops@example.com" }, /^PUBLIC_URL is not set: .*\nSIGN_IN is not set/],
    [{ SIGN_IN: "oidc" }, /OIDC_ISSUER is needed.*\n.*OIDC_CLIENT_ID is needed.*\nPUBLIC_URL is not set/],
    [
      { ...oidc, OPEN: "true", CLIENT_DOCUMENTS: "x" },
      /^OPEN is.*\n.*CLIENT_DOCUMENTS.*\nPUBLIC_URL is not set/,
    ],
    [{ SIGN_IN: "local", PUBLIC_URL: "http://x.example" }, /^SIGN_IN is "local".*\nPUBLIC_URL must be https/],
    [
      { ...oidc, PUBLIC_URL: "https://x.example", WAITING_WEBHOOK_URL: "https://hooks.example" },
      /WAITING_WEBHOOK_SECRET is needed for WAITING_WEBHOOK_URL\. Set it in the environment, or name a file that holds it: WAITING_WEBHOOK_SECRET_FILE\.$/,
    ],
    [
      { ...oidc, WAITING_WEBHOOK_URL: "https://hooks.example" },
      /PUBLIC_URL is needed for WAITING_WEBHOOK_URL/,
    ],
  ])("that would stop a server are named at once: %o", (environment, says) => {
    const read = readDeployment(undefined, environment, { ...own, isServing: true });
    expect(read.ok ? "" : read.refusal).toMatch(says);
    expect(read.ok ? "" : read.refusal).not.toMatch(/PUBLIC_URL is not set[^]*PUBLIC_URL is needed/);
  });

  it("may name a loopback origin without TLS on a server of one's own, and not on Cloudflare", () => {
    const environment = { ...oidc, PUBLIC_URL: "http://localhost:8484" };
    expect(readDeployment(undefined, environment, own).ok).toBe(true);
    expect(readDeployment(undefined, environment).ok).toBe(false);
  });
});

describe("the client's address", () => {
  const known = ["10.0.0.0/8", "192.0.2.7", "fd00::/8"];
  it.each([
    ["203.0.113.9", "", "203.0.113.9"],
    ["203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["::1", "2001:db8::5", "2001:db8::5"],
    ["127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "1.2.3.4, 198.51.100.1, 10.1.2.3", "198.51.100.1"],
    ["10.0.0.1", "198.51.100.1, 192.0.2.7", "198.51.100.1"],
    ["fd00::1", "198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["127.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"],
    ["127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.2", "198.51.100.1", "127.0.0.2"],
  ])("of %s with %s is %s", (peer, forwarded, want) => {
    expect(addressReader(known)(peer, forwarded)).toBe(want);
  });

  it.each(["proxy", "10.0.0.0/33", "10.0.0.0/x", "10.0.0", "fd00::/129", "10.0.0.0/8/24", "10.0.0.1/"])(
    "knows no network %s",
    (text) => {
      expect(() => addressReader([text])).toThrow(`TRUSTED_PROXIES takes addresses and networks`);
    },
  );
});

describe("the schedule", () => {
  const at = (text: string) => Date.parse(`2026-11-30T${text}Z`);
  it.each([
    ["17 3 * * *", "00:00:00", 3 * 60 + 17],
    ["17 3 * * *", "03:16:00", 1],
    ["17 3 * * *", "03:17:00", 24 * 60],
    ["0 0 * * *", "12:00:00", 12 * 60],
  ])("%s from %s is due in %i minutes", (cron, now, minutes) => {
    expect(untilNext(cron, at(now))).toBe(minutes * 60_000);
  });

  it.each(["*/5 * * * *", "17 3 1 * *", "x"])("%s is refused", (cron) => {
    expect(() => untilNext(cron, 0)).toThrow(cron);
  });
});

describe("the log", () => {
  const written = (least: "debug" | "info" | "warn", line: string) => {
    const lines: string[] = [];
    jsonLog(least, (text) => lines.push(text)).line(line);
    return lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  };
  it.each([
    ['{"event.name":"isogate.run","error.type":"thrown"}', "info"],
    ['{"event.name":"isogate.run","error.type":"misconfigured"}', "warn"],
    ['{"event.name":"isogate.record.lost","error.message":"x"}', "error"],
    ['{"event.name":"isogate.authorize.refused","error.type":"x"}', "warn"],
    ["something that nobody expected", "warn"],
  ])("of %s is %s", (line, severity) => {
    expect(written("debug", line)).toMatchObject([{ severity, timestamp: expect.any(String) }]);
  });

  it("leaves out what is below its level, and lines without words", () => {
    expect(written("warn", '{"event.name":"isogate.run"}')).toEqual([]);
    expect(written("debug", "  ")).toEqual([]);
    expect(written("info", "    at some stack")).toEqual([]);
  });

  it("keeps one line one line, whatever it holds", () => {
    const lines: string[] = [];
    jsonLog("debug", (text) => lines.push(text)).line('a "quoted"\r\u2028 line \u0007');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\r\n]/);
  });
});

describe("the figures", () => {
  it("count events, and escape what stands in labels", () => {
    const metrics = new Metrics();
    metrics.event({ "event.name": "isogate.run", "gen_ai.tool.name": "search", "isogate.run.duration": 0.2 });
    metrics.event({
      "event.name": "isogate.request",
      "isogate.api": 'a"b\\c\n',
      "isogate.outcome": "refused",
      "error.type": "denied",
    });
    metrics.event({ "event.name": "isogate.unavailable" });
    const text = metrics.text([["isogate_info", { version: "1" }, 1]]);
    for (const line of [
      'isogate_runs_total{tool="search",outcome="ok"} 1',
      'isogate_run_duration_seconds_bucket{tool="search",le="0.1"} 0',
      'isogate_run_duration_seconds_bucket{tool="search",le="0.25"} 1',
      'isogate_run_duration_seconds_bucket{tool="search",le="+Inf"} 1',
      'isogate_run_duration_seconds_count{tool="search"} 1',
      'isogate_refusals_total{api="a\\"b\\\\c\\n",reason="denied"} 1',
      'isogate_events_total{event="isogate.unavailable"} 1',
      'isogate_info{version="1"} 1',
    ])
      expect(text.split("\n")).toContain(line);
  });
});

describe("memory", () => {
  const gigabyte = 2 ** 30;
  it.each([
    [8 * gigabyte, 0, 8 * gigabyte],
    [8 * gigabyte, gigabyte, gigabyte],
    [8 * gigabyte, 2 ** 63, 8 * gigabyte],
  ])("of %i in a group of %i is %i", (total, constrained, want) => {
    expect(usableMemory(total, constrained)).toBe(want);
  });
});
