/**
 * Looks at the start whether the servers of the APIs can be reached. Opens a connection, with TLS where the URL says so,
 * and sends nothing: no request, no credential.
 */
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectSecure } from "node:tls";
import { connectionProblem } from "../../terms/no-connection.ts";

/** A server that takes longer is not waited for. */
const patienceMs = 1_000;

/** @param base an http or https URL @returns why no connection can be made, or undefined */
export async function unreachable(base: string): Promise<string | undefined> {
  const { protocol, hostname, port } = new URL(base);
  const secure = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const at = { host, port: Number(port || (secure ? 443 : 80)) };
  return new Promise((resolve) => {
    const socket = secure
      ? connectSecure({ ...at, ...(isIP(host) === 0 && { servername: host }) })
      : connectPlain(at);
    const end = (why: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why);
    };
    const timer = setTimeout(() => end("it does not answer"), patienceMs);
    socket.once(secure ? "secureConnect" : "connect", () => end(undefined));
    socket.on("error", (error: NodeJS.ErrnoException) => end(connectionProblem(error.code ?? "", secure)));
    socket.once("close", () => end("it ended the connection"));
  });
}
