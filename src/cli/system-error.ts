/**
 * What the system or SQLite refuses, as sentences: which path, what is wrong with it, and what to do next. Commands that know
 * more say it themselves; what nobody has said by then ends here (main.ts).
 */

/** What was wanted of a path. Of `use` one cannot tell: `open` is for both. */
type Wanted = "read" | "write" | "use";

interface Reason {
  /** The rest of a sentence about the path. */
  says: string | Record<Wanted, string>;
  next: string;
}

const otherUser = "Run isogate as the user that it belongs to, or name another path.";
const otherPath = "Correct the path, or name another one.";
const noRoom = "Make room there, or name a path on another disk; then try again.";

const notAllowed = {
  read: "this user may not read it",
  write: "this user may not write there",
  use: "this user may not open it",
};

/** By the code of the system, and by the result code of SQLite. */
const reasons: Readonly<Record<string, Reason>> = {
  EACCES: { says: notAllowed, next: otherUser },
  EPERM: {
    says: {
      read: "the system does not let this user read it",
      write: "the system does not let this user write there",
      use: "the system does not let this user open it",
    },
    next: otherUser,
  },
  EROFS: { says: "it is on a file system that is read-only", next: otherPath },
  ENOENT: {
    says: { read: "it is not there", write: "no folder can be made there", use: "it is not there" },
    next: otherPath,
  },
  EEXIST: { says: "there is a file of that name", next: otherPath },
  ENOTDIR: { says: "a part of the path is a file", next: otherPath },
  EISDIR: { says: "it is a folder", next: "Name a file." },
  ENOTEMPTY: { says: "there is a folder of that name that is not empty", next: otherPath },
  ENAMETOOLONG: { says: "a name in its path is too long", next: otherPath },
  ELOOP: { says: "its path goes round in a circle of links", next: otherPath },
  EXDEV: { says: "it is on another disk", next: otherPath },
  ENOSPC: { says: "the disk is full", next: noRoom },
  EDQUOT: { says: "this user's part of the disk is full", next: noRoom },
  EIO: { says: "the disk failed", next: "Look at what the system says of that disk." },
  EBUSY: { says: "another program uses it", next: "Wait until that has ended, then try again." },
  EMFILE: { says: "this process has too many files open", next: "Raise its limit (ulimit -n)." },
  ENFILE: { says: "this machine has too many files open", next: "End other programs, then try again." },
  "SQLite 5": {
    says: "another program has locked it",
    next: "Wait until that has ended, then try again.",
  },
  "SQLite 8": { says: notAllowed, next: otherUser },
  "SQLite 10": { says: "the disk failed", next: "Look at what the system says of that disk." },
  "SQLite 11": { says: "this database is damaged", next: "Put a backup back." },
  "SQLite 13": { says: "the disk is full", next: noRoom },
  "SQLite 14": { says: notAllowed, next: otherUser },
  "SQLite 26": { says: "this is no database, or its beginning is damaged", next: "Put a backup back." },
};

/** Those of the calls of the system that concern files; a connection that fails has sentences of its own. */
const wantedBy: Readonly<Record<string, Wanted>> = {
  ...Object.fromEntries(
    ["read", "readlink", "scandir", "opendir", "stat", "lstat", "fstat", "access", "statfs"].map(
      (call) => [call, "read"] as const,
    ),
  ),
  ...Object.fromEntries(
    [
      ["write", "mkdir", "mkdtemp", "rename", "rm", "rmdir", "unlink", "copyfile", "cp", "chmod"],
      ["ftruncate", "truncate", "fsync", "link", "symlink", "utime"],
    ]
      .flat()
      .map((call) => [call, "write"] as const),
  ),
  open: "use",
};

interface SystemError extends Error {
  code: string;
  syscall?: string;
  path?: string;
  dest?: string;
  /** Of SQLite, with more in its upper bits. */
  errcode?: number;
}

/** @returns it, if the system or SQLite has thrown it: not one of ours that has it as its cause */
function systemError(error: unknown): SystemError | undefined {
  return error instanceof Error && typeof (error as Partial<SystemError>).code === "string"
    ? (error as SystemError)
    : undefined;
}

function reasonFor({ code, errcode }: SystemError): Reason | undefined {
  return reasons[code === "ERR_SQLITE_ERROR" ? `SQLite ${(errcode ?? 0) & 0xff}` : code];
}

export function isNoRoom(error: unknown): boolean {
  const known = systemError(error);
  return known !== undefined && reasonFor(known)?.next === noRoom;
}

/**
 * What is wrong, as the rest of a sentence about a path that the caller names.
 * @returns the error's own message for what is not known here
 */
export function reasonOf(error: unknown, wanted: Wanted): string {
  const known = systemError(error);
  const reason = known && reasonFor(known);
  if (!reason) return error instanceof Error ? error.message : String(error);
  return typeof reason.says === "string" ? reason.says : reason.says[wanted];
}

/**
 * What the system refused, as a whole sentence with the next step.
 * @param path of what the caller was at; the error's own, if it has one
 * @returns undefined for what neither the system nor SQLite has thrown, or if no path is known
 */
export function systemSentence(error: unknown, path?: string, wanted?: Wanted): string | undefined {
  const known = systemError(error);
  const reason = known && reasonFor(known);
  const by = wanted ?? wantedBy[known?.syscall ?? ""];
  if (!known || !reason || by === undefined) return undefined;
  const at = path ?? known.dest ?? known.path ?? "A file";
  const what = { read: "read", write: "written", use: "opened" }[by];
  const told = known.code === "ERR_SQLITE_ERROR" ? known.message : known.code;
  return `${at} cannot be ${what}: ${reasonOf(error, by)} (${told}). ${reason.next}`;
}

/**
 * What the system refuses meanwhile without naming a path is about this one, and what it refuses of a path that begins with
 * `below`.
 * @throws Error with the sentence; everything else as it is
 */
export async function about<Result>(
  path: string,
  wanted: Wanted,
  use: () => Result | Promise<Result>,
  below = path,
): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    const own = systemError(error)?.path;
    const isAbout = own === undefined || own.startsWith(below);
    const sentence = isAbout ? systemSentence(error, path, wanted) : undefined;
    throw sentence === undefined ? error : new Error(sentence, { cause: error });
  }
}
