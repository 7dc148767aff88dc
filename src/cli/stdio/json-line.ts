/** Lines of JSON from a connection: all that the two sides of `--stdio` say to each other. */
import type { Socket } from "node:net";

/** Nothing that is said is nearly as long. */
const maxChars = 10_000;

/** Reads the next line. @returns undefined if the connection ends, or says anything else, first */
export function readJsonLine(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => {
    let text = "";
    const settle = (value?: unknown, rest = "") => {
      socket.off("data", take);
      socket.off("close", end);
      socket.pause();
      if (rest !== "") socket.unshift(Buffer.from(rest));
      resolve(value);
    };
    const end = () => settle();
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      const at = text.indexOf("\n");
      if (at >= 0) settle(parsed(text.slice(0, at)), text.slice(at + 1));
      else if (text.length > maxChars) settle();
    };
    socket.on("data", take);
    socket.once("close", end);
    socket.resume();
  });
}

/** @returns undefined for a text that is no JSON */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
