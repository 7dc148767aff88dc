/** Protocol errors as responses that MCP clients can show. */

interface Details {
  /** Of the request, if known. */
  id?: string | number | null;
  code?: number;
  data?: object;
  headers?: Record<string, string>;
}

export function jsonRpcError(
  status: number,
  message: string,
  { id = null, code = -32_000, data, headers = {} }: Details = {},
): Response {
  const error = { code, message, ...(data && { data }) };
  return Response.json({ jsonrpc: "2.0", id, error }, { status, headers });
}
