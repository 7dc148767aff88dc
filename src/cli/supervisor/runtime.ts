/**
 * The one process that runs the Worker and the model's code. wrangler starts two runtimes: a proxy that listens on the
 * port, and this one behind it, which it restarts when it ends.
 */
import { descendantsOf } from "./processes.ts";

export interface Runtime {
  pid: number;
  /** Its own port; known only after a restart, when wrangler has chosen it beforehand. */
  port: number | undefined;
}

/**
 * @param wrangler process id of our own wrangler
 * @param port where wrangler's own proxy listens
 * @returns undefined if it is not running, or the system does not tell
 */
export async function findRuntime(wrangler: number, port: number): Promise<Runtime | undefined> {
  const runtimes = (await descendantsOf(wrangler))?.filter(({ command }) => {
    const words = command.split(" ");
    return words.some((word, index) => word.includes("workerd") && words[index + 1] === "serve");
  });
  const runtime = runtimes?.find(({ command }) => !command.includes(`:${port} `));
  if (!runtime) return undefined;
  const own = Number(/--socket-addr=entry=127\.0\.0\.1:(\d+) /.exec(runtime.command)?.[1] ?? 0);
  return { pid: runtime.pid, port: own === 0 ? undefined : own };
}

/** Kills it at once, after checking again that our own wrangler started it. */
export async function killRuntime(pid: number, wrangler: number, port: number): Promise<void> {
  if ((await findRuntime(wrangler, port))?.pid !== pid) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
