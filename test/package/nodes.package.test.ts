/** What a person does with the package, in an empty folder, from the tarball alone, on each Node: from the first start to a server for others. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { parse } from "jsonc-parser";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { signIn, startNginx } from "../cli/serve/nginx.ts";
import { apiToken, openPage, ordersDocument, startOrders, startServed } from "../cli/serve/served.ts";
import { connect } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";
import { environment } from "./setup.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

const { folder: installed, nodes, version: packed } = inject("installed");

let orders: Awaited<ReturnType<typeof startOrders>>;
let nginx: Awaited<ReturnType<typeof startNginx>>;
let behind: number;

beforeAll(async () => {
  behind = await freePort();
  [orders, nginx] = await Promise.all([startOrders(0), startNginx(behind)]);
});
afterAll(async () => {
  await nginx?.stop();
  await orders?.stop();
});

const search = { name: "search", arguments: { code: "operations.map((o) => o.id)" } };
const read = { name: "execute", arguments: { code: 'return (await api.get("/orders")).status' } };

const clear = { name: "execute", arguments: { code: 'return (await api.delete("/orders")).status' } };
const kept = { kind: "denied", message: expect.stringContaining("Orders are kept.") as string };

/** What the folder of a project adds. */
const ownConfig = `import { defineRule, defineSignIn } from "isogate";

export const kept = defineRule({
  name: "orders are kept",
  decide: ({ operation }) =>
    operation.id === "clearOrders" ? { effect: "deny", reason: "Orders are kept." } : undefined,
});

export const badge = defineSignIn({
  name: "badge",
  identify: () => ({ user: { id: "visitor", label: "Visitor with a badge" } }),
});
`;

describe.each(Object.entries(nodes))("on Node %s", (version, node) => {
  let folder: string;
  const program = () => join(folder, "node_modules/.bin/isogate");
  const env = (more: Record<string, string> = {}) => {
    const base = environment();
    return {
      ...base,
      PATH: [dirname(node), base.PATH].join(delimiter),
      XDG_STATE_HOME: join(folder, "state"),
      // Where the Node is too old, another is fetched once.
      XDG_CACHE_HOME: join(installed, "cache"),
      ...more,
    } as Record<string, string> as unknown as NodeJS.ProcessEnv;
  };
  const isogate = (...args: string[]) => ran(folder, args);
  const inProject = (...args: string[]) => ran(project(), args);
  const ran = (cwd: string, args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      execFile(program(), args, { cwd, env: env({ ORDERS_TOKEN: apiToken }) }, (error, out, err) =>
        done({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
  const options = () => [`--server=${orders.url}`, "--credential=bearer=ORDERS_TOKEN"];
  const document = () => ["orders.json", ...options()];
  const project = () => join(folder, "gateway");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isogate-node-"));
    await symlink(join(installed, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "orders.json"), JSON.stringify(ordersDocument));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("runs, says which version it is, and names every command", async () => {
    const { code, out } = await isogate("--version");
    expect([code, out]).toEqual([0, `${packed}\n`]);
    const [, names = ""] = /the subcommands are (.*)\./.exec((await isogate("zzzzzzzzz")).err) ?? [];
    const { out: help } = await isogate("--help");
    expect(names.split(", ").length).toBeGreaterThan(8);
    for (const name of names.split(", "))
      expect(help).toContain(name === "start" ? "npx isogate <file or URL>" : `npx isogate ${name}`);
    // The Node that scripts of this folder find is the host's.
    const [found] = await new Promise<string[]>((done) => {
      execFile("node", ["--version"], { cwd: folder, env: env() }, (_error, text) => done([text.trim()]));
    });
    expect(found).toBe(`v${version}`);
  });

  it("serves a document: search and execute are answered", async () => {
    const port = await freePort();
    const child = spawn(program(), [...document(), "--open"], {
      cwd: folder,
      env: env({ PORT: String(port), ORDERS_TOKEN: apiToken }),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    const ended = once(child, "exit");
    try {
      await expect.poll(() => output, { timeout: 60_000 }).toContain("Ctrl-C");
      const client = await connect(new URL(`http://localhost:${port}/mcp`), undefined);
      const answers = [await client.callTool(search), await client.callTool(read)];
      await client.close();
      expect(answers.map((answer) => readReply(answer).result)).toEqual([
        ["listOrders", "createOrder", "clearOrders"],
        200,
      ]);
    } finally {
      child.kill("SIGTERM");
      await ended;
    }
  });

  /** What a client is answered that starts the program itself. */
  const started = async (
    cwd: string,
    args: string[],
    calls: { name: string; arguments: { code: string } }[],
  ) => {
    const client = new Client({ name: "desktop", version: "1" });
    await client.connect(
      new StdioClientTransport({
        command: program(),
        args: [...args, "--stdio"],
        cwd,
        env: env({ ORDERS_TOKEN: apiToken }) as unknown as Record<string, string>,
        stderr: "pipe",
      }),
    );
    const answers = [];
    for (const call of calls) answers.push(await client.callTool(call));
    await client.close();
    return answers;
  };

  it("serves the same document to a client that starts it, on standard input and output", async () => {
    const answers = await started(folder, document(), [search, read]);
    expect(answers.map((answer) => readReply(answer).result)).toEqual([
      ["listOrders", "createOrder", "clearOrders"],
      200,
    ]);
  });

  it("makes a project with a rule and a sign-in of its own, and holds its policy against a committed table", async () => {
    expect(await isogate("init", "gateway")).toMatchObject({ code: 0 });
    // As npm install does there.
    await symlink(join(installed, "node_modules"), join(project(), "node_modules"));
    expect(await inProject("api", "add", "../orders.json", ...options())).toMatchObject({ code: 0 });
    expect(await inProject("policy", "--write", "policy.md")).toMatchObject({ code: 0 });
    expect(await inProject("policy", "--check", "policy.md")).toMatchObject({ code: 0 });
    await writeFile(join(project(), "isogate.config.ts"), ownConfig);
    const { code, out } = await inProject("policy", "--check", "policy.md");
    expect(code).toBe(1);
    expect(out).toMatch(/^- .*DELETE \/orders .*allow/m);
    expect(out).toMatch(/^\+ .*DELETE \/orders .*deny.*orders are kept/m);
    expect(await inProject("policy", "--write", "policy.md")).toMatchObject({ code: 0 });
    expect(await inProject("policy", "--check", "policy.md")).toMatchObject({ code: 0 });
  });

  it("holds the project's rule for a client that starts it, too", async () => {
    const calls = [read, clear].map(({ name, arguments: { code } }) => ({
      name,
      // The demo is served beside it.
      arguments: { code: code.replace("api.", "apis.orders.") },
    }));
    const [allowed, denied] = await started(project(), ["--access=read,delete"], calls);
    expect(readReply(allowed!)).toMatchObject({ result: 200 });
    expect(readReply(denied!).error).toMatchObject(kept);
  });

  it("plans a deployment without an account, and without wrangler", async () => {
    const oidc = { SIGN_IN: "oidc", OIDC_ISSUER: "https://login.example.com", OIDC_CLIENT_ID: "isogate" };
    const file = { name: "edge", settings: oidc, env: { staging: {} } };
    await writeFile(join(project(), "deployment.jsonc"), JSON.stringify(file));
    const path = join(project(), "specs/orders.jsonc");
    const api = parse(await readFile(path, "utf8")) as object;
    await writeFile(path, JSON.stringify({ ...api, vpc: "0199295b-b3ac" }));
    const { code, out, err } = await inProject("deploy", "--dry-run", "--env=staging");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("npm install --save-dev wrangler@");
    expect(out).toContain("wrangler r2 bucket create edge-staging-catalogs");
    expect(out).toContain("through the VPC service 0199295b-b3ac, bound as vpc_orders");
    expect(out).toContain("nothing was created, uploaded or deployed");
    expect(await inProject("deploy")).toMatchObject({
      code: 1,
      err: expect.stringContaining("wrangler is not installed here") as string,
    });
  });

  it("serves two people behind nginx, who sign in at an identity provider", async () => {
    const server = await startServed({
      api: orders.url,
      publicUrl: nginx.origin,
      port: behind,
      command: [program()],
      files: { "isogate.config.ts": ownConfig },
      environment: env({ OIDC_ALLOWED: "@example.com" }) as unknown as Record<string, string>,
    });
    try {
      const ann = await signIn(server, "ann", ["orders:read", "orders:write", "orders:delete"]);
      const ben = await signIn(server, "ben", ["orders:read"]);
      const write = {
        name: "execute",
        arguments: { code: `return (await api.post("/orders", { body: { name: "${version}" } })).status` },
      };
      expect(readReply(await ann.callTool(write)).result).toBe(201);
      expect(readReply(await ben.callTool(write)).error?.kind).toBe("needs-scope");
      expect(readReply(await ben.callTool(read)).result).toBe(200);
      expect(readReply(await ann.callTool(clear)).error).toMatchObject(kept);
      await Promise.all([ann.close(), ben.close()]);
      expect(orders.orders.filter((name) => name === version)).toHaveLength(1);
      expect(server.lines().filter((line) => !line.startsWith("{"))).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it("lets people in by the project's own sign-in", async () => {
    const server = await startServed({
      api: orders.url,
      command: [program()],
      files: { "isogate.config.ts": ownConfig },
      environment: env({ SIGN_IN: "badge" }) as unknown as Record<string, string>,
    });
    try {
      const page = await openPage(`${server.origin}/connections`);
      expect(await page.text()).toContain("Visitor with a badge");
    } finally {
      await server.stop();
    }
  });

  it("leaves nothing running", async () => {
    // The server of --stdio ends seconds after its last client.
    await expect.poll(() => stdioServers(folder), { timeout: 20_000 }).toEqual([]);
  });
});

it.skipIf(nodes["20.20.2"] === undefined)(
  "says what to do where the Node is too old and no other can be had",
  async () => {
    const cwd = await mkdtemp(join(tmpdir(), "isogate-old-"));
    const old = { PATH: dirname(nodes["20.20.2"]!), XDG_CACHE_HOME: join(cwd, "cache") };
    const run = (more: object) =>
      new Promise<{ code: unknown; err: string }>((done) => {
        const env = { ...old, ...more } as unknown as NodeJS.ProcessEnv;
        execFile(
          join(installed, "node_modules/.bin/isogate"),
          ["--version"],
          { cwd, env },
          (error, _out, err) => done({ code: error?.code, err }),
        );
      });
    const sentence =
      /^isogate needs Node 22\.18 or newer\. This is 20\.20\.2\. (.*) Install Node 22\.18\.\n$/m;
    const withoutNpm = await run({});
    expect([withoutNpm.code, sentence.exec(withoutNpm.err)?.[1]]).toEqual([
      1,
      "npm, which would bring it, is not on the path.",
    ]);
    const path = [old.PATH, environment()["PATH"]].join(delimiter);
    const offline = { npm_config_registry: "http://127.0.0.1:1", npm_config_cache: join(cwd, "npm") };
    const withoutNetwork = await run({ PATH: path, ...offline });
    expect([withoutNetwork.code, sentence.exec(withoutNetwork.err)?.[1]]).toEqual([
      1,
      "npm did not bring it: code ECONNREFUSED.",
    ]);
    await rm(cwd, { recursive: true });
  },
);

/** Folders of state whose server runs. */
async function stdioServers(folder: string): Promise<string[]> {
  const all = join(folder, "state/isogate/stdio");
  const names = await readdir(all).catch(() => []);
  const running = await Promise.all(
    names.map(async (name) => {
      const lock = await readFile(join(all, name, "lock"), "utf8").catch(() => undefined);
      return lock === undefined ? [] : [name];
    }),
  );
  return running.flat();
}
