import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import { about, reasonOf, systemSentence } from "../../src/cli/system-error.ts";

const folder = mkdtempSync(join(tmpdir(), "isogate-system-"));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);
writeFileSync(inFolder("file"), "x");
writeFileSync(inFolder("text.sqlite"), "this is no database, and longer than a header would be\n".repeat(40));
mkdirSync(inFolder("folder/in it"), { recursive: true });

function thrown(by: () => unknown): unknown {
  try {
    by();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const full = () =>
  Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
const noSpace = (more: object = { syscall: "write" }) =>
  Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", ...more });

it.each<[what: string, error: unknown, says: string | undefined]>([
  [
    "a file that is not there",
    thrown(() => readFileSync(inFolder("none"))),
    `${inFolder("none")} cannot be opened: it is not there (ENOENT). Correct the path, or name another one.`,
  ],
  [
    "a folder where a file is",
    thrown(() => mkdirSync(inFolder("file/below"))),
    `${inFolder("file/below")} cannot be written: a part of the path is a file (ENOTDIR). Correct the path, or name another one.`,
  ],
  [
    "a file that takes the name of a folder",
    thrown(() => renameSync(inFolder("file"), inFolder("folder"))),
    `${inFolder("folder")} cannot be written: it is a folder (EISDIR). Name a file.`,
  ],
  [
    "a folder that is read",
    thrown(() => readFileSync(folder)),
    "A file cannot be read: it is a folder (EISDIR). Name a file.",
  ],
  [
    "a full disk, of which the system says no path",
    noSpace(),
    "A file cannot be written: the disk is full (ENOSPC). Make room there, or name a path on another disk; then try again.",
  ],
  ["a connection, which has sentences of its own", noSpace({ syscall: "connect" }), undefined],
  ["an error of ours that has one as its cause", new Error("Say it so.", { cause: noSpace() }), undefined],
  ["what no system has thrown", new TypeError("x is not a function"), undefined],
  ["what is no error", "a string", undefined],
])("%s", (_, error, says) => {
  expect(systemSentence(error)).toBe(says);
});

it("names the path that the caller was at, and what SQLite says of it", async () => {
  const path = inFolder("text.sqlite");
  const read = () => new DatabaseSync(path).prepare("SELECT * FROM sqlite_master").all();
  await expect(about(path, "read", read)).rejects.toThrow(
    `${path} cannot be read: this is no database, or its beginning is damaged (file is not a database). Put a backup back.`,
  );
  const write = () => Promise.reject(full());
  await expect(about("/backups/b.tar.gz", "write", write)).rejects.toThrow(
    "/backups/b.tar.gz cannot be written: the disk is full (database or disk is full). Make room there, or name a path on another disk; then try again.",
  );
});

it("claims what is below a path, and leaves other paths to themselves", async () => {
  const failing = (path: string) => () => Promise.reject(noSpace({ syscall: "write", path }));
  await expect(about("/b", "write", failing("/.b-x/part"), "/.b-")).rejects.toThrow(/^\/b cannot be written/);
  await expect(about("/b", "write", failing("/elsewhere"), "/.b-")).rejects.toThrow(/^ENOSPC/);
});

it("gives an unknown code as the system says it", () => {
  const odd = Object.assign(new Error("EODD: odd, open '/x'"), { code: "EODD", syscall: "open", path: "/x" });
  expect([reasonOf(odd, "read"), systemSentence(odd)]).toEqual(["EODD: odd, open '/x'", undefined]);
});
