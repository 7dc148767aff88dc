/** What a Node process holds: its heap after a collection, which its resident memory, with what V8 keeps in reserve, does not tell. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Lets a process tell it, at a port of loopback that it chooses itself. */
export const inspected = "--inspect=127.0.0.1:0";

/**
 * @param errors of a process that was started with `inspected`; what else it says goes on to our own
 * @returns asks for the bytes of its heap in use
 */
export function heldBy(errors: Readable): () => Promise<number> {
  let found!: (url: string) => void;
  const address = new Promise<string>((resolve) => (found = resolve));
  createInterface({ input: errors }).on("line", (line) => {
    const url = /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
    if (url !== undefined) found(url);
    else if (!/^(?:For help, see|Debugger a|Debugger e)/.test(line)) console.error(line);
  });
  return async () => {
    const socket = new WebSocket(await address);
    try {
      await once(socket, "open");
      await ask(socket, "HeapProfiler.collectGarbage");
      return (await ask(socket, "Runtime.getHeapUsage"))["usedSize"] ?? 0;
    } finally {
      socket.close();
    }
  };
}

/** One question at a time (Chrome DevTools Protocol). */
async function ask(socket: WebSocket, method: string): Promise<Record<string, number>> {
  const answer = once(socket, "message") as Promise<[{ data: string }]>;
  socket.send(JSON.stringify({ id: 1, method }));
  const [{ data }] = await answer;
  return (JSON.parse(data) as { result: Record<string, number> }).result;
}
