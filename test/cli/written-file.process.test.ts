/**
 * What `backup` and `export` cannot write or read, and what `import` is answered: a sentence says which path or which
 * deployment, what is wrong, and what to do. Nothing is left beside the file.
 */
import { spawn, spawnSync, execFileSync } from "node:child_process";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { movingFormat } from "../../src/terms/moving.ts";

const program = join(import.meta.dirname, "../../src/cli/main.ts");
const folder = mkdtempSync(join(tmpdir(), "isogate-written-"));
const inFolder = (path: string) => join(folder, path);

const disk = inFolder("disk");
mkdirSync(disk);
const mayMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "none", disk]).status === 0;
if (!mayMount) console.warn("This user may not mount: a disk that is full is not tried.");

/** A home whose state has a database. @returns its path */
function home(name: string, fill: (path: string) => void): string {
  const objects = inFolder(`${name}/state/v3/do/isogate-Ledger`);
  mkdirSync(objects, { recursive: true });
  fill(join(objects, "one.sqlite"));
  return inFolder(name);
}
const sound = home("sound", (path) => {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE much (one BLOB)");
  database.prepare("INSERT INTO much VALUES (?)").run(randomBytes(600_000));
  database.close();
});
const small = home("small", (path) => new DatabaseSync(path).close());
const damaged = home("damaged", (path) => writeFileSync(path, "no database\n".repeat(1_000)));
const newer = home("newer", (path) => {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (999)");
  database.close();
});

beforeAll(() => {
  mkdirSync(inFolder("target"));
  writeFileSync(inFolder("file"), "x");
});
afterAll(() => {
  if (mayMount) execFileSync("umount", [disk]);
  rmSync(folder, { recursive: true });
});

async function isogate(args: string[], environment: Record<string, string>) {
  const env = { ...process.env, ISOGATE_SECRET: "s".repeat(40), ...environment };
  const child = spawn(process.execPath, [program, ...args], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

interface Row {
  what: string;
  home?: string;
  commands: string[];
  target: string;
  says: (path: string) => string;
}
const rows: Row[] = [
  {
    what: "a folder that is not there",
    commands: ["backup", "export"],
    target: "none/made",
    says: (path) =>
      `${path} cannot be written: there is no folder ${inFolder("none")}. Make it, or name another one.\n`,
  },
  {
    what: "a folder that is a file",
    commands: ["backup", "export"],
    target: "file/made",
    says: (path) =>
      `${path} cannot be written: ${inFolder("file")} is a file. Correct the path, or name another one.\n`,
  },
  {
    what: "a folder of that name",
    commands: ["backup", "export", "backup --replace", "export --replace"],
    target: "target",
    says: (path) => `${path} is a folder. Name a file, such as one in it.\n`,
  },
  {
    what: "a disk that is full",
    commands: mayMount ? ["backup", "export"] : [],
    target: "disk/made",
    says: (path) =>
      `${path} cannot be written: the disk is full (database or disk is full). Make room there, or name a path on another disk; then try again.\n`,
  },
  {
    what: "a disk with room for a copy of the state, and for no more",
    home: small,
    commands: mayMount ? ["export"] : [],
    target: "disk/made",
    says: () =>
      `A copy of the state cannot be opened in ${disk}: the disk has 0 MB left, and it needs 68 MB. Make room there, or name a file on another disk.\n`,
  },
  {
    what: "a database that is damaged",
    home: damaged,
    commands: ["backup", "export"],
    target: "made",
    says: () =>
      `${damaged}/state/v3/do/isogate-Ledger/one.sqlite cannot be read: this is no database, or its beginning is damaged (file is not a database). Put a backup back.\n`,
  },
  {
    what: "a ledger of a newer version",
    home: newer,
    commands: ["export"],
    target: "made",
    says: () => `A newer version of isogate has written ${newer}/state/v3/do/isogate-Ledger/one.sqlite: `,
  },
];

it.each(rows.flatMap((row) => row.commands.map((command) => ({ ...row, command }))))(
  "$command: $what",
  async ({ command, home: of = sound, target, says }) => {
    const path = inFolder(target);
    const listed = () => [readdirSync(folder), readdirSync(disk), readdirSync(inFolder("target"))];
    const before = listed();
    const { code, output } = await isogate([...command.split(" "), path], { ISOGATE_HOME: of });
    expect([code, output]).toEqual([1, expect.stringContaining(says(path))]);
    expect(output.startsWith(says(path))).toBe(true);
    expect(listed()).toEqual(before);
  },
);

it.skipIf(!mayMount)("a full disk costs no file of a project, and leaves none that is half", async () => {
  const full = (name: string) => join(disk, name);
  writeFileSync(full("policy.md"), "## demo\n");
  const rest = openSync(full("rest"), "w");
  try {
    for (;;) writeSync(rest, Buffer.alloc(4_096));
  } catch {
    // Full.
  }
  closeSync(rest);
  const specs = join(import.meta.dirname, "../../specs");
  const wrote = await isogate(
    ["policy", "--specs", specs, "--replace", "--write", full("policy.md"), "demo"],
    {},
  );
  expect(wrote).toEqual({
    code: 1,
    output: expect.stringContaining(`${full("policy.md")} cannot be written: the disk is full (ENOSPC).`),
  });
  const made = await isogate(["init", full("project")], {});
  expect(made).toEqual({
    code: 1,
    output: expect.stringMatching(/project.* cannot be written: the disk is full/),
  });
  expect(readFileSync(full("policy.md"), "utf8")).toBe("## demo\n");
  const files = readdirSync(disk, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.map(({ name }) => name).toSorted()).toEqual(["policy.md", "rest"]);
  for (const name of ["policy.md", "rest", "project"]) rmSync(full(name), { recursive: true, force: true });
});

it("what a killed command leaves beside its file is removed by the next, and nothing that is in use", async () => {
  const beside = inFolder("beside");
  mkdirSync(beside);
  mkdirSync(inFolder("elsewhere"));
  writeFileSync(inFolder("elsewhere/lock.sqlite"), "");
  symlinkSync(inFolder("elsewhere"), join(beside, ".isogate-backup-link"));
  const left = () => readdirSync(beside).filter((name) => name.startsWith(".isogate-export-"));
  const backup = () => isogate(["backup", "--replace", join(beside, "made.tar.gz")], { ISOGATE_HOME: sound });
  // It is in the middle of its work for as long as it is not answered.
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [program, "export", join(beside, "made"), "--server", origin], {
    env: { ...process.env, ADMIN_TOKEN: "t".repeat(40) },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  await once(silent, "request");
  expect(left()).toHaveLength(1);
  expect(await backup()).toMatchObject({ code: 0 });
  expect(left()).toHaveLength(1);
  child.kill("SIGKILL");
  await exited;
  expect(left()).toHaveLength(1);
  expect(await backup()).toMatchObject({ code: 0 });
  expect(readdirSync(beside).toSorted()).toEqual([".isogate-backup-link", "made.tar.gz"]);
  expect(readdirSync(inFolder("elsewhere"))).toEqual(["lock.sqlite"]);
  silent.closeAllConnections();
  silent.close();
});

/** As a deployment does that lets this operator in, and answers everything else in this way. */
async function deployment(status: number, type: string, body: string) {
  const key = randomBytes(32).toString("hex");
  const head = { format: movingFormat, key, users: ["alice"], underWay: 0 };
  const server = createServer((request, response) => {
    const isHead = request.url === "/admin/moving";
    response.writeHead(isHead ? 200 : status, { "content-type": isHead ? "application/json" : type });
    response.end(isHead ? JSON.stringify(head) : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    close: () => server.close(),
  };
}

/** An export that a deployment with this key wrote. */
function exported(key: string): string {
  const secret = createHash("sha256").update(`fingerprint ${key}`).digest("hex").slice(0, 16);
  const lines = [
    JSON.stringify({ isogate: "export", format: movingFormat, version: "0", secret }),
    JSON.stringify({ user: "alice" }),
    JSON.stringify({ table: "unknown", row: {} }),
  ].map((line) => `${line}\n`);
  const code = createHmac("sha256", Buffer.from(key, "hex")).update(lines.join("")).digest("hex");
  const path = inFolder("import.jsonl");
  writeFileSync(path, [...lines, JSON.stringify({ end: { lines: lines.length, code } })].join(""));
  return path;
}

const atFault = (origin: string) =>
  `${origin} failed at its part of this. Its log has the reason (on Cloudflare: npx wrangler tail). Once that is mended, try again.\n`;
const html = "<html><body>503 Service Unavailable</body></html>";
it.each<[status: number, type: string, body: string, says: (origin: string) => string]>([
  [
    422,
    "application/json",
    JSON.stringify({ error: "This version has no table unknown that moves." }),
    (origin) =>
      `${origin} refused it: This version has no table unknown that moves. Use the same version of isogate on both sides, and export again.\n`,
  ],
  [503, "text/plain", "The server failed at this request.\n", atFault],
  [502, "text/html", html, atFault],
  [
    413,
    "text/html",
    "<html><body>413 Request Entity Too Large</body></html>",
    (origin) =>
      `${origin} refused it with the status 413 and without a reason, which isogate would give. Look at the proxy in front of it.\n`,
  ],
])("says in words that a deployment answered %s with %s", async (status, type, body, says) => {
  const there = await deployment(status, type, body);
  try {
    for (const args of [
      ["import", exported(there.key)],
      ["export", inFolder("exported.jsonl")],
    ])
      expect(
        await isogate([...args, "--server", there.origin], {
          ISOGATE_HOME: sound,
          ADMIN_TOKEN: "t".repeat(40),
        }),
      ).toEqual({ code: 1, output: says(there.origin) });
  } finally {
    there.close();
  }
});
