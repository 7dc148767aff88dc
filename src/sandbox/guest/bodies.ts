/** Reads the bodies of responses that code returned as they are: alone, in a list, or as members of an object. */
import { maxBodyBytes } from "../limits.ts";
import { exactJson } from "./exact-json.ts";
import * as own from "./primordials.ts";

/** How many responses of one list are read. */
const maxResponses = 50;

/**
 * @param bodies gets what was read, by the `Response`: the value of a JSON body, else its text. It is no return value,
 * because a promise asks an object for its `then`, and code may have given one to all of them.
 */
export async function readBodies(result: unknown, bodies: Map<object, unknown>): Promise<void> {
  const responses = responsesIn(result);
  for (let index = 0; index < responses.length; index++) {
    const response = responses[index] as Response;
    try {
      if (!response.bodyUsed) own.mapSet(bodies, response as never, (await readBody(response)) as never);
    } catch {
      // The connection broke: the result says that the body was not read.
    }
  }
}

function responsesIn(result: unknown): unknown[] {
  const found: unknown[] = [];
  const consider = (value: unknown) => {
    if (typeof value !== "object" || value === null || found.length >= maxResponses) return;
    if (own.isInstance(own.platform.Response.prototype, value)) own.append(found, value);
  };
  try {
    consider(result);
    if (typeof result !== "object" || result === null || found.length > 0) return found;
    const keys = own.isArray(result) ? undefined : own.ownKeys(result);
    const length = keys ? keys.length : (result as unknown[]).length;
    // Getters are left alone: the writer will call them, once.
    for (let index = 0; index < length && index < maxResponses; index++)
      consider(own.getOwnPropertyDescriptor(result, keys ? (keys[index] as string) : index)?.value);
  } catch {
    // A getter or a proxy that throws: the writer will say so.
  }
  return found;
}

async function readBody(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  if (!reader) return null;
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    text += decoder.decode(chunk.value, { stream: true });
    if (bytes <= maxBodyBytes) continue;
    await reader.cancel();
    return `${text}… [the body is longer than ${maxBodyBytes} bytes]`;
  }
  try {
    return exactJson(text);
  } catch {
    return text;
  }
}
