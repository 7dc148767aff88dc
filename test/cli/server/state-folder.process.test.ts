/** Every folder that no state can be kept in: each command that would ends with a sentence, soon, and changes nothing. */
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const document = join(import.meta.dirname, "../../../demo/openapi.yaml");
const isRoot = process.getuid?.() === 0;
/** Nobody: who may not write to what this user has closed. */
const stranger = 65_534;
/** Whether that user can run what is here: not in a folder that its owner alone may enter, as `mktemp -d` makes it. */
const mayRun =
  isRoot && spawnSync(process.execPath, ["--version"], { uid: stranger, gid: stranger }).status === 0;
if (isRoot && !mayRun)
  console.warn(
    "No other user may enter this clone: what root cannot show is not tried (folders that may not be written to or read).",
  );
/** On a busy machine; a command that hangs does so for ever. */
const patienceMs = 30_000;

const base = mkdtempSync(join(tmpdir(), "isogate-state-"));
chmodSync(base, 0o755);
function folder(name: string): string {
  const path = join(base, name);
  mkdirSync(path);
  return path;
}
const file = join(base, "file");
writeFileSync(file, "mine");
const newer = folder("newer");
mkdirSync(join(newer, "state/v4"), { recursive: true });
const owned = folder("owned");
mkdirSync(join(owned, "state"));
if (isRoot) chownSync(join(owned, "state"), stranger, stranger);
const closed = folder("closed");
chmodSync(closed, 0o555);

const commands = {
  start: ["start", document],
  "start --stdio": ["start", document, "--stdio"],
  serve: ["serve", document],
  restore: ["restore", file],
} satisfies Record<string, string[]>;

interface Row {
  name: string;
  home: string;
  says: RegExp;
  as?: number;
}
const rows: Row[] = [
  { name: "a folder below /proc", home: "/proc/x", says: /no folder can be made there/ },
  { name: "a file", home: file, says: /a part of the path is a file/ },
  { name: "below a file", home: join(file, "x"), says: /a part of the path is a file/ },
  { name: "a long name", home: join(base, "n".repeat(300)), says: /a name in its path is too long/ },
  {
    name: "a long path",
    home: join(base, ...Array.from({ length: 5 }, () => "p".repeat(90))),
    says: /its path has more than 400 bytes/,
  },
  {
    name: "a folder that may not be written to",
    home: closed,
    says: /this user may not write there/,
    ...(isRoot && { as: stranger }),
  },
];

function isogate(args: readonly string[], home: string, as?: number, before: readonly string[] = []) {
  const [command = "", ...rest] = [...before, process.execPath, program, ...args];
  const environment = {
    PATH: process.env["PATH"],
    ISOGATE_HOME: home,
    PUBLIC_URL: "http://localhost:8499",
    SIGN_IN: "oidc",
    OIDC_ISSUER: "https://id.example.com",
    OIDC_CLIENT_ID: "isogate",
    OIDC_CLIENT_SECRET: "secret-of-the-client",
    OIDC_ALLOWED: "@example.com",
  };
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    const child = execFile(
      command,
      rest,
      {
        env: environment as unknown as NodeJS.ProcessEnv,
        timeout: patienceMs,
        killSignal: "SIGKILL",
        ...(as !== undefined && { uid: as, gid: as }),
      },
      (error, stdout, stderr) =>
        resolve({ code: error?.code ?? error?.signal ?? 0, output: stdout + stderr }),
    );
    child.stdin?.end();
  });
}

function expectSentence(answer: { code: unknown; output: string }, says: RegExp): void {
  expect(answer).toMatchObject({ code: 1, output: expect.stringMatching(says) });
  expect(answer.output).toMatch(/The state cannot be kept in .*ISOGATE_HOME/);
  expect(answer.output).not.toMatch(/\n\s+at /);
}

it.each(Object.entries(commands))("%s refuses a folder below /proc", async (_, args) => {
  const { home, says } = rows[0]!;
  expectSentence(await isogate(args, home), says);
});

describe("serve", () => {
  const tried = rows.slice(1).filter(({ as }) => as === undefined || mayRun);
  it.each(tried)("refuses $name", async ({ home, says, as }) => {
    expectSentence(await isogate(commands.serve, home, as), says);
  });

  it("refuses a state that a newer version has written, and leaves it as it is", async () => {
    expectSentence(
      await isogate(commands.serve, newer),
      /a newer version of isogate has written there \(v4\)/,
    );
    expect(readdirSync(join(newer, "state"))).toEqual(["v4"]);
  });

  it.skipIf(!isRoot)("refuses a state of another user", async () => {
    expectSentence(await isogate(commands.serve, owned), /it belongs to the user with the id 65534/);
  });

  const mounting = ["unshare", "-m", ...(isRoot ? [] : ["-r"])];
  const mayMount =
    spawnSync(mounting[0]!, [...mounting.slice(1), "mount", "-t", "tmpfs", "none", base]).status === 0;
  if (!mayMount) console.warn("This user may not mount: a full disk and a read-only one are not tried.");
  it.skipIf(!mayMount).each([
    ["a disk that is almost full", "size=8m", /the disk has \d MB left, and it needs 68 MB/],
    ["a file system that is read-only", "ro", /it is on a file system that is read-only/],
  ])("refuses %s", async (_, how, says) => {
    const inside = `mount -t tmpfs -o ${how} none "${base}" && exec "$@"`;
    expectSentence(
      await isogate(commands.serve, base, undefined, [...mounting, "sh", "-c", inside, "sh"]),
      says,
    );
  });
});

describe("backup", () => {
  it("says that a newer version has written the state", async () => {
    expect(await isogate(["backup", join(base, "b.tar.gz")], newer)).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /A newer version of isogate has written in .*newer.state \(v4\)\. Use that/,
      ),
    });
  });

  it("says that there is none", async () => {
    expect(await isogate(["backup", join(base, "b.tar.gz")], join(base, "none"))).toMatchObject({
      code: 1,
      output: expect.stringContaining("There is no state in"),
    });
  });

  it.skipIf(!mayRun)("says that this user may not read it", async () => {
    const others = folder("others");
    mkdirSync(join(others, "state/v3/do"), { recursive: true });
    chmodSync(others, 0o700);
    const target = folder("open");
    chmodSync(target, 0o777);
    expect(await isogate(["backup", join(target, "b.tar.gz")], others, stranger)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/The state in .*others.state cannot be read \(EACCES\)\. Run isogate as/),
    });
  });
});
