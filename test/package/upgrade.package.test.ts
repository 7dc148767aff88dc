/**
 * A project that was made with the package of the commit before, with a rule, a sign-in and an API of its own, goes on with
 * the package of this one: `npm install` is all that an upgrade takes.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { freePort } from "../../src/cli/server/local-server.ts";
import { connect } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";
import { environment } from "./setup.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const { folder: installed, version } = inject("installed");
const current = join(dirname(installed), `isogate-${version}.tgz`);

/** The commit before this one; undefined where there is no history, or nobody could make a project with it. */
const before = await run("git", ["cat-file", "-e", "HEAD^:src/cli/init/init.ts"], { cwd: root }).then(
  () => "HEAD^",
  () => undefined,
);
if (before === undefined)
  console.warn("There is no commit before this one that has isogate init: nothing to upgrade from.");

let all: string;
let project: string;
const env = (more: Record<string, string> = {}) => environment({ ISOGATE_HOME: join(all, "home"), ...more });
const npm = (cwd: string, ...args: string[]) => run("npm", args, { cwd, env: env() });
const bin = (folder: string) => join(folder, "node_modules/.bin/isogate");

const config = `import { defineRule, defineSignIn } from "isogate";
import { nameOf } from "./names.ts";

export const cartsStay = defineRule({
  name: "carts stay",
  decide: ({ api, access }) =>
    api === "shop" && access === "delete" ? { effect: "deny", reason: "Carts stay." } : undefined,
});

export const byProxy = defineSignIn({
  name: "by-proxy",
  secrets: ["PROXY_KEY"],
  identify(request, { variables }) {
    const id = request.headers.get("x-user");
    if (id === null || request.headers.get("x-proxy-key") !== variables["PROXY_KEY"])
      return { respond: new Response("Come through the proxy.", { status: 401 }) };
    return { user: { id, label: nameOf(id) } };
  },
});
`;
const document = {
  openapi: "3.1.0",
  info: { title: "Shop", version: "1" },
  servers: [{ url: "https://shop.example.com" }],
  paths: {
    "/carts/{id}": { delete: { operationId: "deleteCart", responses: { 204: { description: "Gone." } } } },
  },
};

beforeAll(async () => {
  if (before === undefined) return;
  all = await mkdtemp(join(tmpdir(), "isogate-upgrade-"));
  const old = join(all, "old");
  await run("git", ["worktree", "add", "--detach", old, before], { cwd: root });
  try {
    await symlink(join(root, "node_modules"), join(old, "node_modules"));
    await run("npm", ["pack", `--pack-destination=${all}`], { cwd: old });
  } finally {
    await run("git", ["worktree", "remove", "--force", old], { cwd: root });
  }
  const { version: oldVersion } = JSON.parse(
    (await run("git", ["show", `${before}:package.json`], { cwd: root })).stdout,
  ) as { version: string };
  const maker = join(all, "maker");
  await mkdir(maker);
  await writeFile(join(maker, "package.json"), '{ "private": true }\n');
  await npm(
    maker,
    "install",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    join(all, `isogate-${oldVersion}.tgz`),
  );
  project = join(all, "project");
  await run(bin(maker), ["init", "project"], { cwd: all, env: env() });
  await rename(join(maker, "node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "isogate.config.ts"), config);
  await writeFile(
    join(project, "names.ts"),
    "export const nameOf = (id: string): string => id.toUpperCase();\n",
  );
  await writeFile(join(project, "shop.json"), JSON.stringify(document));
  await run(bin(project), ["api", "add", "shop.json"], { cwd: project, env: env() });
  await npm(project, "run", "policy");
});
afterAll(async () => {
  if (before !== undefined) await rm(all, { recursive: true, force: true });
});

/** Starts the program until `ready` is printed, and ends it after `use`. */
async function serving(
  args: string[],
  more: Record<string, string>,
  ready: string,
  use: () => Promise<void>,
) {
  const child = spawn(bin(project), args, { cwd: project, env: env(more) });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const ended = once(child, "exit");
  try {
    await expect.poll(() => output, { timeout: 60_000 }).toContain(ready);
    await use();
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

async function works(): Promise<void> {
  expect((await npm(project, "test")).stdout).toContain("policy.md says what the rules do: demo, shop.");
  expect((await npm(project, "run", "check")).stdout).toContain("shop: unchanged");
  const port = String(await freePort());
  await serving(["--open"], { PORT: port }, "Ctrl-C", async () => {
    const client = await connect(new URL(`http://localhost:${port}/mcp/shop`), undefined);
    const code = 'return (await api.delete("/carts/{id}", { path: { id: "1" } })).status';
    const answer = readReply(await client.callTool({ name: "execute", arguments: { code } }));
    await client.close();
    expect(answer.error).toMatchObject({ kind: "denied" });
    expect(JSON.stringify(answer)).toContain("Carts stay");
  });
  const people = {
    SIGN_IN: "by-proxy",
    PROXY_KEY: "planted",
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: port,
  };
  await serving(["serve"], people, '"isogate.ready"', async () => {
    const open = (headers: Record<string, string>) =>
      fetch(`http://localhost:${port}/connections`, { headers }).then((answer) => answer.text());
    expect(await open({ "x-user": "ann", "x-proxy-key": "guessed" })).toBe("Come through the proxy.");
    expect(await open({ "x-user": "ann", "x-proxy-key": "planted" })).toContain("Signed in as ANN");
  });
}

it.skipIf(before === undefined)("works with the package that it was made with", works);

it.skipIf(before === undefined)("works after the upgrade, and none of its files has changed", async () => {
  const own = [
    "isogate.config.ts",
    "policy.md",
    "specs/shop.jsonc",
    "specs/shop.lock.json",
    "deployment.jsonc",
  ];
  const contents = () => Promise.all(own.map((name) => readFile(join(project, name), "utf8")));
  const was = await contents();
  await npm(project, "install", "--no-audit", "--no-fund", "--ignore-scripts", current);
  expect(existsSync(bin(project))).toBe(true);
  await works();
  expect(await contents()).toEqual(was);
});
