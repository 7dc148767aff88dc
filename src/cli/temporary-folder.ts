/**
 * A folder for one use, closed to other users. It is gone afterwards, also when Ctrl-C or a service manager ends this
 * process: it holds copies of what the state holds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @param prefix of its path: where there is room, and on the disk that something of it is renamed to */
export async function inTemporaryFolder<Result>(
  prefix: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  let folder: string | undefined;
  const remove = () => {
    // A runtime that was killed just now may have written in it a moment ago.
    if (folder !== undefined)
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  };
  const leave = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
  process.on("exit", remove);
  // Before there is a folder: without them, a signal ends this process at once.
  for (const signal of signals) process.on(signal, leave);
  try {
    folder = mkdtempSync(prefix);
    return await use(folder);
  } finally {
    for (const signal of signals) process.off(signal, leave);
    process.off("exit", remove);
    remove();
  }
}
