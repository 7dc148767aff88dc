/** The server itself: token, rate limit, start and stop, the command line, and the API file that comes with it. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../demo/http/document.ts";
import { defaultRate, take, type Bucket } from "../../demo/http/rate-limit.ts";
import { startDemoApi } from "../../demo/server.ts";
import { ApiFile } from "../../src/terms/api-file.ts";
import { converse, token } from "./conversation.ts";

const root = join(import.meta.dirname, "../..");

describe("the token", () => {
  test.for([undefined, "", "Bearer", "Bearer wrong", `Basic ${token}`, `Bearer ${token} ${token}`, token])(
    "Authorization: %s is refused",
    async (authorization) => {
      const talk = await converse();
      const response = await fetch(`${talk.url}/account`, {
        headers: authorization ? { authorization } : {},
      });
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(await response.text()).not.toContain(token);
      await talk.close();
    },
  );

  test("the scheme is read in any case (RFC 9110, 11.1)", async () => {
    const talk = await converse();
    const response = await fetch(`${talk.url}/account`, { headers: { authorization: `bearer ${token}` } });
    expect(response.status).toBe(200);
    await talk.close();
  });
});

describe("the rate limit", () => {
  test("500 requests at once are mostly refused, and pass again after Retry-After", async () => {
    const talk = await converse({ rate: defaultRate });
    const answers = await Promise.all(Array.from({ length: 500 }, () => talk.call("getAccount")));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(300);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(60);
    const seconds = Number(refused[0]?.headers.get("retry-after"));
    expect(seconds).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    expect((await talk.call("getAccount")).status).toBe(200);
    await talk.close();
  });

  test("every answer says what is left, errors included", async () => {
    const talk = await converse({ rate: { burst: 60, perSecond: 0.001 } });
    const found = await talk.call("getAccount");
    const missing = await talk.call("getZone", { path: { zone_id: "nobody" } });
    expect(found.headers.get("ratelimit-policy")).toMatch(/^"token";q=60;w=\d+$/);
    expect(found.headers.get("ratelimit")).toMatch(/^"token";r=59;t=\d+$/);
    expect(missing.headers.get("ratelimit")).toMatch(/^"token";r=58;t=\d+$/);
    await talk.close();
  });

  test("requests without a valid token do not use it up", async () => {
    const talk = await converse({ rate: { burst: 1, perSecond: 0.001 } });
    for (const wrong of ["a", "b", "c"]) await talk.call("getAccount", { token: wrong });
    expect((await talk.call("getAccount")).status).toBe(200);
    await talk.close();
  });

  test("the bucket holds 60 and fills with 30 a second, never over 60", () => {
    let bucket: Bucket | undefined;
    const burst = (atMs: number, count: number) =>
      Array.from({ length: count }, () => {
        const taken = take(bucket, defaultRate, atMs);
        bucket = taken.bucket;
        return taken.allowed;
      }).filter(Boolean).length;
    expect([burst(0, 100), burst(1000, 100), burst(1033, 100), burst(60_000, 100)]).toEqual([60, 30, 0, 60]);
  });

  test("Retry-After is a whole number of seconds after which one request passes", () => {
    const rate = { burst: 1, perSecond: 0.4 };
    const first = take(undefined, rate, 0);
    const second = take(first.bucket, rate, 0);
    expect([second.allowed, second.headers["Retry-After"]]).toEqual([false, "3"]);
    expect(take(second.bucket, rate, 3000).allowed).toBe(true);
  });
});

describe("start and stop", () => {
  test("a port in use is one sentence that says what to do", async () => {
    const first = await startDemoApi({ port: 0, token });
    const port = Number(new URL(first.url).port);
    await expect(startDemoApi({ port, token })).rejects.toThrow(
      `The demo API cannot listen on 127.0.0.1, port ${port}: the port is in use. ` +
        "Choose another (0 takes a free one), or stop the program that has it.",
    );
    await first.close();
    const second = await startDemoApi({ port, token });
    await second.close();
  });

  test("close ends it at once, open connections included", async () => {
    const talk = await converse();
    await talk.call("getAccount");
    await talk.close();
    await expect(fetch(`${talk.url}/account`)).rejects.toThrow("fetch failed");
  });

  test("two servers share nothing", async () => {
    const [one, other] = await Promise.all([converse(), converse()]);
    await one.call("createZone", { json: { name: "outlet.example" } });
    expect((await other.call("listZones")).data.items).toHaveLength(3);
    await Promise.all([one.close(), other.close()]);
  });
});

describe("node demo/server.ts", () => {
  /** Runs until it ends, or until it has printed the URL of the document; then it is stopped as by Ctrl-C. */
  function run(args: string[], env: Record<string, string> = {}) {
    return new Promise<{ code: number | null; out: string; error: string; answer?: number }>((resolve) => {
      const child = spawn(process.execPath, ["demo/server.ts", ...args], {
        cwd: root,
        env: { ...process.env, DEMO_TOKEN: undefined, PORT: undefined, HOST: undefined, ...env },
      });
      let out = "";
      let error = "";
      let answer: number | undefined;
      child.stderr.on("data", (chunk) => void (error += chunk));
      child.stdout.on("data", async (chunk) => {
        out += chunk;
        const url = /http\S+\/v1/.exec(out)?.[0];
        const bearer = env.DEMO_TOKEN ?? /Token +(\S+)\n/.exec(out)?.[1];
        if (url === undefined || bearer === undefined || answer !== undefined) return;
        answer = 0;
        const response = await fetch(`${url}/account`, { headers: { authorization: `Bearer ${bearer}` } });
        answer = response.status;
        child.kill("SIGINT");
      });
      child.on("close", (code) => resolve({ code, out, error, ...(answer !== undefined && { answer }) }));
    });
  }

  test("serves, prints a token when none is set, and ends with Ctrl-C", async () => {
    const { code, answer, error } = await run(["--port", "0"]);
    expect({ code, answer, error }).toEqual({ code: 0, answer: 200, error: "" });
  });

  test("takes DEMO_TOKEN, PORT and HOST, and does not print the token", async () => {
    const env = { DEMO_TOKEN: "secret-of-the-test", PORT: "0", HOST: "127.0.0.1" };
    const { code, answer, out } = await run([], env);
    expect({ code, answer }).toEqual({ code: 0, answer: 200 });
    expect(out).not.toContain("secret-of-the-test");
  });

  test("--help says how to use it", async () => {
    const { code, out } = await run(["--help"]);
    expect([code, out]).toEqual([0, expect.stringContaining("node demo/server.ts [--port 8485]")]);
  });

  test.for([
    [["--port", "eighty"], '--port must be a whole number from 0 to 65535, got "eighty".'],
    [["--port", "65536"], '--port must be a whole number from 0 to 65535, got "65536".'],
    [["--seed", "-1"], "--seed"],
    [["--prot", "1"], "Unknown option '--prot'"],
    [["--port", "0", "--host", "192.0.2.1"], "this machine has no such address. Use 127.0.0.1."],
  ] as const)("%j fails with one sentence", async ([args, sentence]) => {
    const { code, error, out } = await run([...args]);
    expect([code, out]).toEqual([1, ""]);
    expect(error).toContain(sentence);
    expect(error.trim().split("\n")).toHaveLength(1);
  });

  test("a port in use fails with one sentence", async () => {
    const other = await startDemoApi({ port: 0, token });
    const { code, error } = await run(["--port", new URL(other.url).port]);
    expect([code, error.trim().split("\n").length]).toEqual([1, 1]);
    expect(error).toContain("the port is in use");
    await other.close();
  });
});

test("specs/demo.jsonc is a valid API file that names the document, its server and its scheme", async () => {
  const errors: never[] = [];
  const text = await readFile(join(root, "specs/demo.jsonc"), "utf8");
  const file = ApiFile.parse(parse(text, errors, { allowTrailingComma: true }));
  const { source } = await readDocument();
  const { securitySchemes } = source.components as { securitySchemes: object };
  expect(errors).toEqual([]);
  expect(file.source).toBe("../demo/openapi.yaml");
  expect(file.server).toBe(source.servers[0]?.url);
  const secrets = file.credential?.from === "shared" ? file.credential.secrets : {};
  expect(Object.keys(secrets)).toEqual(Object.keys(securitySchemes));
});
