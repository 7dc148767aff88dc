/** The packed tarball, installed by npm in an empty folder: what it holds, what it runs, where it writes. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../src/cli/server/local-server.ts";
import { connect } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const document = {
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  security: [{ token: [] }],
  components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  paths: { "/pets": { get: { operationId: "listPets", responses: { 200: { description: "All pets." } } } } },
};

let folder: string;
let packed: { filename: string; files: { path: string }[] };

/** Clean of the project's own programs: the package has to bring what it needs. */
const environment = (more: Record<string, string> = {}) => {
  const path = (process.env["PATH"] ?? "").split(":").filter((part) => !part.startsWith(root));
  const { HOME = "" } = process.env;
  return { PATH: path.join(":"), HOME, ...more } as unknown as NodeJS.ProcessEnv;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-package-"));
  const { stdout } = await run("npm", ["pack", "--json", `--pack-destination=${folder}`], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  packed = firstOf(JSON.parse(stdout.slice(stdout.search(/^[[{]$/m)))) as typeof packed;
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  await run("npm", ["install", "--no-audit", "--no-fund", join(folder, packed.filename)], {
    cwd: folder,
    env: environment(),
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("holds the command, the Worker and what they read, and nothing else", () => {
  const folders = new Set(packed.files.map(({ path }) => path.split("/").slice(0, -1).join("/")));
  expect([...folders].toSorted()).toEqual([
    "",
    "bin",
    "demo",
    "dist",
    "dist/worker",
    "dist/worker/platform",
    "specs",
  ]);
  expect(packed.files.filter(({ path }) => /\.(ts|map)$|test/.test(path)).map(({ path }) => path)).toEqual([
    "dist/index.d.ts",
  ]);
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
  expect(await isogate("deploy")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("in a clone of the project") as string,
  });
  expect(await filesOf(installed)).toEqual(before);
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

/** npm prints a list, or from version 11 on an object by name. */
function firstOf(printed: unknown): unknown {
  return Object.values(printed as object)[0];
}

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
