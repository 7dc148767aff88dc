/**
 * One message a request, as the protocol has it since 2025-06-18. Turns, ceilings and the supervisor count requests: a
 * list of a hundred calls in one of them would count as one call and keep everybody else waiting.
 */
import { jsonRpcError } from "../terms/json-rpc.ts";

const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** In UTF-8, which parsers skip at the beginning. */
const byteOrderMark = [0xef, 0xbb, 0xbf];
const openArray = 0x5b;

/** @returns the refusal, if the request is a list of messages; its body can still be read if not */
export async function refuseList(request: Request): Promise<Response | undefined> {
  if (!request.body || (await firstByte(request)) !== openArray) return undefined;
  await request.body.cancel();
  return jsonRpcError(
    400,
    "This server takes one message in each request (as MCP has it since revision 2025-06-18), and this is a list. Send its messages one by one.",
    { code: -32_600 },
  );
}

/** The first byte that is part of a JSON value. */
async function firstByte(request: Request): Promise<number | undefined> {
  const reader = request.clone().body!.getReader();
  let at = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (const byte of part.value) {
        if (!blanks.has(byte) && byte !== byteOrderMark[at]) return byte;
        at += 1;
      }
    return undefined;
  } finally {
    // Not waited for: it ends when the other half of the body is read or cancelled.
    void reader.cancel();
  }
}
