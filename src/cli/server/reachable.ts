/**
 * Looks at the start whether the servers of the APIs can be reached. Opens a connection, with TLS where the URL says so,
 * and sends nothing: no request, no credential.
 */
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectSecure } from "node:tls";

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
    socket.on("error", (error: NodeJS.ErrnoException) => end(reasonFor(error.code ?? "", secure)));
    socket.once("close", () => end("it ended the connection"));
  });
}

function reasonFor(code: string, secure: boolean): string {
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) return "its host name was not found";
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (/WRONG_VERSION|PACKET_LENGTH|^EPROTO|HTTP_REQUEST/.test(code))
    return "it does not speak https on this port. If it speaks http, say so: http://…";
  if (secure && /CERT|SIGNED|VERIFY|ISSUER/.test(code)) return `its certificate is not valid (${code})`;
  if (/^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return "there is no way to it";
  return `the connection failed (${code.slice(0, 40)})`;
}
