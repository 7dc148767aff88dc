/**
 * The one process that runs the Worker and the model's code. wrangler starts two runtimes: one that listens on the
 * port and hands on, and this one behind it, which it starts again when it ends.
 */
import { descendantsOf } from "./processes.ts";

export interface Runtime {
  pid: number;
  /** Where it listens itself, once it was started again: then wrangler has chosen the port before. */
  port: number | undefined;
}

/**
 * @param wrangler process id of wrangler, as it was started here
 * @param port where wrangler's own proxy listens
 * @returns undefined if there is none now, or the system does not tell
 */
export async function findRuntime(wrangler: number, port: number): Promise<Runtime | undefined> {
  const runtimes = (await descendantsOf(wrangler))?.filter(({ command }) =>
    /\bworkerd\S* serve /.test(command),
  );
  const runtime = runtimes?.find(({ command }) => !command.includes(`:${port} `));
  if (!runtime) return undefined;
  const own = Number(/--socket-addr=entry=127\.0\.0\.1:(\d+) /.exec(runtime.command)?.[1] ?? 0);
  return { pid: runtime.pid, port: own === 0 ? undefined : own };
}

/** Kills it at once, after another look that it is one that wrangler, as it was started here, has started. */
export async function killRuntime(pid: number, wrangler: number, port: number): Promise<void> {
  if ((await findRuntime(wrangler, port))?.pid !== pid) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
