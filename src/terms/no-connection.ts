/** Why a connection could not be made, in words, from the code that Node or OpenSSL gives. Pure. */

/**
 * @param code of the error: `ECONNREFUSED`
 * @param secure whether TLS was tried
 * @returns a clause: "its host name was not found"
 */
export function connectionProblem(code: string, secure: boolean): string {
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) return "its host name was not found";
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (/WRONG_VERSION|PACKET_LENGTH|^EPROTO|HTTP_REQUEST/.test(code))
    return "it does not speak https on this port. If it speaks http, say so: http://…";
  if (secure && /CERT|SIGNED|VERIFY|ISSUER/.test(code))
    return `its certificate is not trusted (${code}). If a company's own authority signed it: NODE_EXTRA_CA_CERTS=<file of the authority's certificate>`;
  if (/^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return "there is no way to it";
  return `the connection failed (${code.slice(0, 40)})`;
}

/** The same from what `fetch` throws. */
export function fetchProblem(error: unknown, secure: boolean): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (cause?.code) return connectionProblem(cause.code, secure);
  return cause?.message === "bad port" ? "fetch never calls this port" : (cause?.message ?? message);
}
