/** A file that `import` or `restore` was given: one that cannot be read is said, and one that is for the other command. */
import { open } from "node:fs/promises";
import { commandFor } from "./places.ts";
import { messageOf } from "../terms/log.ts";
import { systemSentence } from "./system-error.ts";

/** How a file begins that was written by each command, and which command reads it. */
const kinds = {
  backup: { begins: [0x1f, 0x8b], reader: "restore" },
  export: { begins: [...Buffer.from('{"isogate":"export"')], reader: "import" },
} as const;

/**
 * Does nothing for a file of neither kind: the command that reads it says what is missing.
 * @throws Error that says why it cannot be read, or names the command that reads it
 */
export async function assertFor(reader: "import" | "restore", path: string): Promise<void> {
  const beginning = await beginningOf(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === "ENOENT"
        ? `There is no file ${path}. Check the path.`
        : (systemSentence(error, path, "read") ?? `${path} cannot be read: ${messageOf(error)}.`),
      { cause: error },
    );
  });
  for (const [kind, one] of Object.entries(kinds))
    if (one.reader !== reader && one.begins.every((byte, at) => beginning[at] === byte))
      throw new Error(
        `${path} was written by ${commandFor(kind as keyof typeof kinds)}. Use: ${commandFor(one.reader, path)}`,
      );
}

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
