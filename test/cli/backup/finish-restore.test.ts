/** A restore that was killed at any step: who comes next finishes it, and nothing of either state is lost. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { copyDatabases } from "../../../src/cli/backup/copy-databases.ts";
import { decideRestore, finishRestore, unfinishedRestore } from "../../../src/cli/backup/finish-restore.ts";

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A home with a state, and beside it what a restore has read and checked. */
function scene() {
  const home = mkdtempSync(join(tmpdir(), "isogate-restore-"));
  put(join(home, "state/v3/do/x"), "old");
  put(join(home, "secret"), "old");
  const folder = join(home, "state/.restore-x");
  put(join(folder, "backup.json"), "{}");
  put(join(folder, "state/v3/do/x"), "new");
  put(join(folder, "secret"), "new");
  return { home, folder, ready: join(home, "state/.restored") };
}

const inPlace = (home: string) =>
  ["state/v3/do/x", "secret"].map((path) => readFileSync(join(home, path), "utf8"));
const asideOf = (home: string, folder: string, begin: string) =>
  readdirSync(join(home, folder)).filter((name) => name.startsWith(`${begin}.before-`));

/** What the process that was killed had done, in its order. */
const steps: ((home: string, ready: string, aside: string) => void)[] = [
  (home, _, aside) => renameSync(join(home, "state/v3"), join(home, `state/v3.${aside}`)),
  (home, ready) => renameSync(join(ready, "state/v3"), join(home, "state/v3")),
  (home, _, aside) => renameSync(join(home, "secret"), join(home, `secret.${aside}`)),
  (home, ready) => renameSync(join(ready, "secret"), join(home, "secret")),
  (_, ready) => rmSync(join(ready, "aside")),
];

it.each(Array.from({ length: steps.length + 1 }, (_, done) => [done] as const))(
  "is finished where it was killed after %i of its steps",
  async (done) => {
    const { home, folder, ready } = scene();
    await decideRestore(home, folder);
    const aside = readFileSync(join(ready, "aside"), "utf8");
    for (const step of steps.slice(0, done)) step(home, ready, aside);
    expect(unfinishedRestore(home)).toContain("was interrupted. The next start finishes it");
    // The state of one with the secret of the other could never be opened.
    await expect(copyDatabases(home, join(home, "copy"))).rejects.toThrow("was interrupted");
    expect(await finishRestore(home)).toContain("is finished");
    expect(inPlace(home)).toEqual(["new", "new"]);
    const [[state = ""], [secret = ""]] = [asideOf(home, "state", "v3"), asideOf(home, "", "secret")];
    expect(readFileSync(join(home, "state", state, "do/x"), "utf8")).toBe("old");
    expect(readFileSync(join(home, secret), "utf8")).toBe("old");
    expect(existsSync(ready)).toBe(false);
    expect(unfinishedRestore(home)).toBeUndefined();
    expect(await finishRestore(home)).toBeUndefined();
  },
);

it("changes nothing before it is decided", async () => {
  const { home } = scene();
  expect(unfinishedRestore(home)).toBeUndefined();
  expect(await finishRestore(home)).toBeUndefined();
  expect(inPlace(home)).toEqual(["old", "old"]);
});
