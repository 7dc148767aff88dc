/** What a request accepts (RFC 9110 section 12.5.1): what its operation can answer, JSON first. Pure. */
import type { OperationObject } from "../../../spec/openapi.ts";
import { isObject, objectOf } from "../../../spec/objects.ts";
import { isJson, isLines, mediaTypeOf } from "../../../terms/media-type.ts";

/** Nobody answers in more kinds; the header stays short. */
const maxTypes = 8;

/**
 * @param object the operation object
 * @returns undefined where the document does not say. Where there is JSON, nothing else is asked for but streams of it:
 * what an API sends by default is seldom what code can read.
 */
export function acceptOf({ responses }: OperationObject): string | undefined {
  const good: string[] = [];
  const errors: string[] = [];
  for (const [status, response] of Object.entries(objectOf(responses))) {
    const types = Object.keys(objectOf(isObject(response) && response["content"])).filter(
      (type) => mediaTypeOf(type).type !== "",
    );
    (/^[13-5]/.test(status) ? errors : good).push(...types.map(withoutCharset));
  }
  const json = good.filter((type) => isJson(type) && !isLines(type));
  const streams = good.filter((type) => isLines(type) || type.startsWith("text/event-stream"));
  const wanted =
    json.length > 0
      ? [...json.toSorted((one, other) => plainFirst(one) - plainFirst(other)), ...streams.map(less)]
      : good;
  // What only tells of a failure is worth less: an API must not choose it for its answer.
  const all = new Set([...wanted, ...errors.filter((type) => !good.includes(type)).map(less)]);
  return wanted.length > 0 ? [...all].slice(0, maxTypes).join(", ") : undefined;
}

const plainFirst = (type: string) => Number(mediaTypeOf(type).type !== "application/json");

const less = (type: string) => (/;\s*q=/i.test(type) ? type : `${type};q=0.5`);

/** What is read in any charset need not be asked for in one. */
const withoutCharset = (type: string) => type.replace(/\s*;\s*charset=("[^"]*"|[^;]*)/i, "").trim();
