/**
 * The move of a server to another machine, and from there to a deployment that is asked over HTTP: grants, logins at the
 * API, runs, results and what they are found by are there, nothing that is under way is sent twice, and a damaged file or
 * a wrong secret changes nothing.
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  appendFile,
  copyFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startRuntime } from "../../../src/cli/engine/runtime.ts";
import { builtWorker } from "../../../src/cli/server/built-worker.ts";
import { answers, freePort } from "../../../src/cli/server/local-server.ts";
import { connect, logIn } from "../../setup/connect.ts";
import { readReply } from "../../setup/read-reply.ts";
import { openPage, startOrders, startServed, type Served } from "../serve/served.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const admin = "token-of-the-operator-0123456789";

let orders: Awaited<ReturnType<typeof startOrders>>;
let server: Served;
let login: Awaited<ReturnType<typeof logIn>>;
/** Beside the home of the server. */
const beside = (name: string) => join(server.home, "..", name);

beforeAll(async () => {
  orders = await startOrders(5, async () => ({ login: "alice" }));
  server = await startServed({ api: orders.url, atApi: true });
});
afterAll(async () => {
  await server?.stop();
  await orders?.stop();
});

async function isogate(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ISOGATE_HOME: server.home, ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const [code] = (await once(child, "close")) as [number | null];
  expect(output).not.toMatch(/\n\s+at /);
  return { code, output };
}

const endpoint = () => new URL("/mcp", server.origin);

async function run(code: string, more: object = {}) {
  const client = await connect(endpoint(), login);
  try {
    return readReply(await client.callTool({ name: "execute", arguments: { code, ...more } }));
  } finally {
    await client.close();
  }
}

const secretOf = async () => (await readFile(join(server.home, "secret"), "utf8")).trim();

/** What a person sees of their runs. */
const recorded = async (query = "") => (await openPage(`${server.origin}/runs${query}`)).text();

let large: string;

it("exports while the server serves, and says what stays", { timeout: 60_000 }, async () => {
  login = await logIn(endpoint(), ["orders:read", "orders:write", "orders:delete"]);
  expect((await run('return (await api.post("/orders", { body: { name: "first" } })).status')).result).toBe(
    201,
  );
  // Separators of lines in a code, and a result that does not fit into a row.
  const code = 'const marmalade = "\u2028\u2029"; return marmalade.repeat(1_500_000)';
  large = (await run(code)).runId;
  const background = await run(
    'await sleep("1 hour"); await api.post("/orders", { body: { name: "late" } })',
    {
      background: true,
    },
  );
  expect(background.runId).toMatch(/^r/);
  await expect.poll(() => recorded(".jsonl")).toContain(large);
  // What others have put where an export might be written is not written to.
  await writeFile(beside("theirs"), "theirs");
  await symlink(beside("theirs"), beside("moved.jsonl.part"));
  const made = await isogate(["export", beside("moved.jsonl")]);
  expect(made.output).toMatch(
    /moved\.jsonl: 1 user, \d+ lines\.\n1 run is paused or in the background, and not in the file\. Let it end where it is, .*in another deployment the same code starts from its beginning, and sends again what it has sent/,
  );
  expect(await readFile(beside("theirs"), "utf8")).toBe("theirs");
  expect(made.code).toBe(0);
  expect((await stat(beside("moved.jsonl"))).mode & 0o077).toBe(0);
  const text = await readFile(beside("moved.jsonl"), "utf8");
  expect(text).not.toContain("late");
  for (const credential of orders.credentials)
    expect(text).not.toContain(String(credential).replace(/^Bearer /, ""));
  expect(await isogate(["export", beside("moved.jsonl")])).toMatchObject({
    code: 1,
    output: expect.stringContaining("is there already"),
  });
  expect((await readdir(beside("."))).filter((name) => name.startsWith(".isogate-export-"))).toEqual([]);
});

it("sends ADMIN_TOKEN over plain http only to this machine", async () => {
  for (const args of [
    ["import", beside("moved.jsonl")],
    ["export", beside("other.jsonl")],
  ])
    expect(
      await isogate([...args, "--server", "http://mcp.example.com"], { ADMIN_TOKEN: admin }),
    ).toMatchObject({ code: 1, output: expect.stringMatching(/plain http: ADMIN_TOKEN .*https/) });
});

it.each<[what: string, damage: (path: string) => Promise<void>, said: RegExp]>([
  [
    "its end",
    async (path) => writeFile(path, (await readFile(path, "utf8")).split("\n").slice(0, -3).join("\n")),
    /its end is missing/,
  ],
  [
    "a byte",
    async (path) => writeFile(path, (await readFile(path, "utf8")).replace("marmalade", "marmelade")),
    /something of it was changed/,
  ],
  [
    "a line",
    async (path) => writeFile(path, (await readFile(path, "utf8")).split("\n").toSpliced(2, 1).join("\n")),
    /something of it was changed/,
  ],
  [
    "a byte and a code that anybody can make",
    async (path) => {
      const lines = (await readFile(path, "utf8")).replace("marmalade", "marmelade").split("\n").slice(0, -2);
      const code = createHash("sha256")
        .update(`${lines.join("\n")}\n`)
        .digest("hex");
      const end = { lines: lines.length, sha256: code, code };
      await writeFile(path, [...lines, JSON.stringify({ end }), ""].join("\n"));
    },
    /something of it was changed/,
  ],
  [
    "its beginning",
    async (path) => writeFile(path, (await readFile(path, "utf8")).split("\n").slice(1).join("\n")),
    /does not begin as an export/,
  ],
  ["all of it", (path) => writeFile(path, randomBytes(1_000)), /cannot be imported/],
  ["what follows", (path) => appendFile(path, "{}\n"), /its end is missing/],
  ["every byte", (path) => writeFile(path, ""), /cannot be imported/],
  ["the file", (path) => rm(path), /There is no file/],
])("refuses a file that lost or got %s, before anything changes", async (_what, damage, said) => {
  const path = beside("damaged.jsonl");
  await copyFile(beside("moved.jsonl"), path);
  await damage(path);
  const home = beside("nowhere");
  const refused = await isogate(["import", path], { ISOGATE_HOME: home, ISOGATE_SECRET: await secretOf() });
  expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(said) });
  await expect(stat(join(home, "state/v3"))).rejects.toThrow("ENOENT");
});

it("refuses another secret, and a state that is there", { timeout: 60_000 }, async () => {
  const home = beside("nowhere");
  for (const [environment, said] of [
    [{}, /nowhere has no secret: ISOGATE_SECRET is not set/],
    [{ ISOGATE_SECRET: "short" }, /the secret has 5 characters/],
    [{ ISOGATE_SECRET: "y".repeat(40) }, /has another ISOGATE_SECRET than the export/],
  ] as const)
    expect(
      await isogate(["import", beside("moved.jsonl")], { ISOGATE_HOME: home, ...environment }),
    ).toMatchObject({ code: 1, output: expect.stringMatching(said) });
  await expect(stat(join(home, "state/v3"))).rejects.toThrow("ENOENT");
  expect(await isogate(["import", beside("moved.jsonl")])).toMatchObject({
    code: 1,
    output: expect.stringContaining("already running"),
  });
  server.signal("SIGTERM");
  await server.ended();
  expect(await isogate(["import", beside("moved.jsonl")])).toMatchObject({
    code: 1,
    output: expect.stringContaining("has a state already"),
  });
});

/** Those of the clients before are let in, and find what they left. */
async function goesOn() {
  expect(await run(`return (await recall("${large}")).length`)).toMatchObject({ result: 3_000_000 });
  expect((await run('return (await api.post("/orders", { body: { name: "again" } })).status')).result).toBe(
    201,
  );
  expect(await recorded("?text=marmalade")).toContain(large);
}

it("goes on where it was imported, with every connection and login", { timeout: 90_000 }, async () => {
  const secret = await secretOf();
  await rename(server.home, `${server.home}-before`);
  const made = await isogate(["import", beside("moved.jsonl")], { ISOGATE_SECRET: secret });
  expect(made).toMatchObject({ code: 0, output: expect.stringContaining(": 1 user.") });
  // Without its secret, or with another one, nobody opens it.
  await expect(server.start()).rejects.toThrow("sealed with a secret that is not here");
  const other = { ISOGATE_SECRET: "y".repeat(40) };
  for (const [environment, said] of [
    [{}, "a secret that is not here"],
    [other, "another secret than that of ISOGATE_SECRET"],
  ] as const)
    for (const args of [["export", beside("refused.jsonl")], ["doctor"]])
      expect(await isogate(args, environment)).toMatchObject({
        code: 1,
        output: expect.stringContaining(`sealed with ${said}`),
      });
  await expect(stat(join(server.home, "secret"))).rejects.toThrow("ENOENT");
  await writeFile(join(server.home, "secret"), secret, { mode: 0o600 });
  await server.start();
  await goesOn();
  expect(orders.orders).toEqual(["first", "again"]);
});

it("moves to a deployment elsewhere and back, twice as well as once", { timeout: 120_000 }, async () => {
  const secret = await secretOf();
  expect((await isogate(["export", beside("again.jsonl")])).code).toBe(0);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const elsewhere = startRuntime({
    config: await builtWorker(),
    port,
    stateFolder: beside("elsewhere"),
    variables: { ADMIN_TOKEN: admin, ISOGATE_SECRET: secret },
    certificates: undefined,
  });
  const lines: string[] = [];
  try {
    await answers(origin, 30_000, 20);
    const there = ["--server", origin];
    expect(await isogate(["import", beside("again.jsonl"), ...there])).toMatchObject({
      code: 1,
      output: expect.stringContaining("ADMIN_TOKEN is not set"),
    });
    expect(
      await isogate(["import", beside("again.jsonl"), ...there], { ADMIN_TOKEN: "of something else" }),
    ).toMatchObject({ code: 1, output: expect.stringContaining("does not let this ADMIN_TOKEN in") });
    for (let time = 0; time < 2; time += 1) {
      const made = await isogate(["import", beside("again.jsonl"), ...there], { ADMIN_TOKEN: admin });
      const said = time === 0 ? ": 1 user." : "was imported there before. Nothing was added.";
      expect(made).toMatchObject({ code: 0, output: expect.stringContaining(said) });
      const file = beside(`elsewhere-${time}.jsonl`);
      expect(await isogate(["export", file, ...there], { ADMIN_TOKEN: admin })).toMatchObject({ code: 0 });
      lines.push(withoutEnd(await readFile(file, "utf8")));
    }
  } finally {
    elsewhere.kill("SIGKILL");
    await once(elsewhere, "exit");
  }
  expect(lines[1]).toBe(lines[0]);
  expect(lines[0]).toBe(withoutEnd(await readFile(beside("again.jsonl"), "utf8")));
});

const withoutEnd = (text: string) => text.split("\n").slice(0, -2).toSorted().join("\n");
