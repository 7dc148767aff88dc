/** The packed tarball, installed by npm in an empty folder: what it holds, what it runs, where it writes. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";
import { freePort } from "../../src/cli/server/local-server.ts";
import { connect } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";
import { environment as clean } from "./setup.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
/** Its size is what it is. */
const runtime = ["@cloudflare", "workerd"];
const document = {
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  security: [{ token: [] }],
  components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  paths: { "/pets": { get: { operationId: "listPets", responses: { 200: { description: "All pets." } } } } },
};

const { folder, files } = inject("installed");
/** With a cache for all files: where the Node of this machine is too old, another is fetched once. */
const environment = (more: Record<string, string> = {}) =>
  clean({ XDG_CACHE_HOME: join(folder, "cache"), ...more });

it("holds the command, the Worker and what they read, and nothing else", () => {
  const folders = new Set(files.map((path) => path.split("/").slice(0, -1).join("/")));
  expect([...folders].toSorted()).toEqual([
    "",
    "bin",
    "demo",
    "dist",
    "dist/worker",
    "dist/worker/platform",
    "docs",
    "specs",
  ]);
  expect(files.filter((path) => /\.(ts|map)$|test/.test(path))).toEqual(["dist/index.d.ts"]);
});

it("leaves the host as it is: no scripts at the install, no Node on its path, and little beside the runtime", async () => {
  const own = JSON.parse(await readFile(join(folder, "node_modules/isogate/package.json"), "utf8")) as {
    scripts: object;
  };
  expect(Object.keys(own.scripts)).toEqual(["postpack"]);
  expect(await readdir(join(folder, "node_modules/.bin"))).not.toContain("node");
  const others = (await readdir(join(folder, "node_modules"))).filter((name) => !runtime.includes(name));
  const { stdout } = await run("du", ["-smc", ...others], { cwd: join(folder, "node_modules") });
  const megabytes = Number(/(\d+)\ttotal\n$/.exec(stdout)?.[1]);
  expect(megabytes).toBeGreaterThan(1);
  // It is about 20, and must not be more than 250.
  expect(megabytes).toBeLessThan(50);
});

it("brings the licences of what is bundled in it", async () => {
  const text = await readFile(join(folder, "node_modules/isogate/dist/licenses.txt"), "utf8");
  for (const name of ["zod", "agents", "hono", "yaml", "@modelcontextprotocol/server"])
    expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
  expect(text).toContain("Permission is hereby granted");
});

it("says how it is used", async () => {
  const { stdout } = await run("npx", ["isogate", "--help"], { cwd: folder, env: environment() });
  expect(stdout).toContain("npx isogate <file or URL>");
  expect(stdout).toContain("--credential");
});

it("has the other subcommands, which write into the working directory and not into the package", async () => {
  const isogate = (...args: string[]) =>
    run("npx", ["isogate", ...args], {
      cwd: folder,
      env: environment({ ISOGATE_HOME: join(folder, "home") }),
    }).catch((error: { code: number; stdout: string; stderr: string }) => error);
  const installed = join(folder, "node_modules/isogate");
  const before = await filesOf(installed);
  await writeFile(join(folder, "shop.json"), JSON.stringify(document));
  const { stdout } = await isogate("api", "add", "shop.json");
  expect(stdout).toContain("Next: set SHOP_TOKEN in the environment, then npx isogate\n");
  expect((await isogate("api", "list")).stdout).toContain("shop: Pets");
  expect(await readdir(join(folder, "specs"))).toEqual([
    "api-file.schema.json",
    "shop.jsonc",
    "shop.lock.json",
  ]);
  await rm(join(folder, "specs"), { recursive: true });
  expect(await isogate("token", "--list", "--server", "http://localhost:1")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Start the server (npx isogate)") as string,
  });
  const { stderr } = await isogate("deploy");
  const [, page = ""] = /^SIGN_IN is not set.* \(see (\S+\.md)\):$/m.exec(stderr) ?? [];
  expect(page).toBe("node_modules/isogate/docs/login.md");
  expect(await readFile(join(folder, page), "utf8")).toMatch(/^# /);
  expect(await filesOf(installed)).toEqual(before);
});

it("serves others what somebody has put there, and never the APIs that it brings", async () => {
  const settings = {
    PUBLIC_URL: "https://mcp.example.com",
    SIGN_IN: "oidc",
    OIDC_ISSUER: "https://id.example.com",
    OIDC_CLIENT_ID: "isogate",
  };
  for (const [command, says] of [
    ["serve", "There is no API to serve in"],
    ["doctor", "There is no API to serve in"],
    ["deploy --dry-run", "There is no folder of API files"],
  ] as const) {
    const failed = await run("npx", ["isogate", ...command.split(" ")], {
      cwd: folder,
      env: environment({ ...settings, ISOGATE_HOME: join(folder, "home"), PORT: String(await freePort()) }),
    }).catch((error: { stdout: string; stderr: string }) => error);
    expect(`${failed.stdout}${failed.stderr}`).toContain(`${says} ${join(folder, "specs")}`);
  }
});

it("names the line of a person's own file, although its own files lie below that folder", async () => {
  const file = join(folder, "isogate.config.ts");
  const [first, wrong] = [
    `import { defineRule } from "isogate";`,
    `({ decidee: () => undefined } as never);`,
  ];
  await writeFile(file, `${first}\nexport const one = defineRule${wrong}\n`);
  try {
    const failed = await run("npx", ["isogate", "policy"], {
      cwd: folder,
      env: environment({ ISOGATE_HOME: join(folder, "home") }),
    }).catch((error: { stderr: string }) => error);
    expect(failed.stderr).toMatch(/^isogate\.config\.ts:2: A rule has no member "decidee"/m);
  } finally {
    await rm(file);
  }
});

it("serves a document, calls its API with the credential, and keeps its state in the folder of the user", async () => {
  let seen: string | undefined;
  const upstream = createServer((request, response) => {
    seen = request.headers.authorization;
    response.setHeader("content-type", "application/json").end('[{"name":"Rex"}]');
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  await writeFile(join(folder, "pets.json"), JSON.stringify(document));
  const installed = join(folder, "node_modules/isogate");
  const before = await filesOf(installed);
  const port = await freePort();
  const home = join(folder, "home");
  const child = spawn(
    "npx",
    [
      "isogate",
      "pets.json",
      `--server=http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
      "--credential=token=PETS_TOKEN",
      "--open",
    ],
    {
      cwd: folder,
      env: environment({ PORT: String(port), PETS_TOKEN: "secret-of-the-pets", ISOGATE_HOME: home }),
    },
  );
  try {
    await ready(child);
    const client = await connect(new URL(`http://localhost:${port}/mcp`), undefined);
    const found = await client.callTool({
      name: "search",
      arguments: { code: "operations.map((o) => o.id)" },
    });
    const answer = await client.callTool({
      name: "execute",
      arguments: { code: 'return (await api.get("/pets")).data[0].name' },
    });
    await client.close();
    expect(readReply(found).result).toEqual(["listPets"]);
    expect(readReply(answer).result).toBe("Rex");
    expect(seen).toBe("Bearer secret-of-the-pets");
  } finally {
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
    upstream.close();
  }
  expect(await filesOf(installed)).toEqual(before);
  expect((await stat(join(home, "state"))).isDirectory()).toBe(true);
  await expect.poll(() => answers(port), { timeout: 20_000 }).toBe(false);
});

it("is what server.json says it is", async () => {
  const server = JSON.parse(await readFile(join(root, "server.json"), "utf8")) as {
    packages: { identifier: string; version: string }[];
  };
  const own = JSON.parse(await readFile(join(folder, "node_modules/isogate/package.json"), "utf8")) as object;
  expect(own).toMatchObject({ name: server.packages[0]!.identifier, version: server.packages[0]!.version });
});

async function ready(child: ChildProcess): Promise<void> {
  let output = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text) => {
        output += String(text);
        if (output.includes("Ctrl-C")) resolve();
      });
    child.once("exit", () => reject(new Error(output)));
  });
}

async function filesOf(place: string): Promise<string[]> {
  return (await readdir(place, { recursive: true })).toSorted();
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://localhost:${port}/healthz`).then(
    () => true,
    () => false,
  );
}
