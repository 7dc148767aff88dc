/**
 * The writer of an isolate that has none of its own: it hands each call over inside of the request, and the host makes the
 * request of it on the way to the gateway (src/sandbox/outbound.ts).
 */
import { isBinary } from "../../../terms/binary.ts";
import { apiHeader, askedHeader, inAscii } from "../../../request/refusal.ts";
import { inTurns, longChars } from "../../../terms/in-turns.ts";
import { holdsMore } from "../../../terms/json-size.ts";
import { othersTurn } from "../primordials.ts";
import { maxHeaderChars, maxJsonChars, maxJsonValues, tooManyChars, tooManyValues } from "./call-size.ts";
import { pack } from "./packed.ts";
import type { Asked, Writer } from "./writer.ts";

/** Nobody looks at it. */
const url = "https://isogate.invalid/";

export function hostWriter(api: string): Writer {
  return {
    async write(asked) {
      const { head, body } = await handedOver(asked).catch(async (error: unknown) => {
        if (error instanceof TypeError)
          return handedOver({ ...asked, args: undefined, problem: error.message });
        throw error;
      });
      const headers = { [apiHeader]: api, [askedHeader]: head };
      return { url, init: { method: "POST", headers, ...(body !== undefined && { body }) } };
    },
  };
}

/** A body that is binary as a whole stays what it is, where nothing has to stand before it. */
async function handedOver(asked: Asked): Promise<{ head: string; body?: BodyInit }> {
  const body = (asked.args as { body?: unknown } | null | undefined)?.body;
  const whole = isBinary(body) ? body : undefined;
  const packed = await pack(asked, whole);
  if (packed.bytes.length === 0 && packed.text.length <= maxHeaderChars)
    return { head: inAscii(packed.text), ...(whole !== undefined && { body: whole as BodyInit }) };
  const { text, bytes } = whole === undefined ? packed : await pack(asked);
  const written = text.length > longChars ? await encodedLong(text) : utf8(text);
  const head = [written, ...bytes].map(({ byteLength }) => byteLength).join();
  return { head, body: bytes.length === 0 ? written : new Blob([written, ...bytes]) };
}

/** @throws TypeError if it is more than the host takes */
async function encodedLong(text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (text.length > maxJsonChars) throw new TypeError(tooManyChars);
  await othersTurn();
  const written = utf8(text);
  await othersTurn();
  if (await inTurns(holdsMore(written, maxJsonValues), othersTurn)) throw new TypeError(tooManyValues);
  return written;
}

const utf8 = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
