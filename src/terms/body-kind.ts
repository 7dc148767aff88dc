/**
 * What the body of an answer is read as, by its media type. Told to isolates by the host: what reads media types costs each
 * of them more than everything else that a short answer needs. Pure.
 */
import { isJson, isLines, isText, isXml, mediaTypeOf } from "./media-type.ts";

export interface BodyKind {
  /** "sequence": RFC 7464, whose texts may have several lines; "unsaid": without a type. */
  is: "events" | "sequence" | "lines" | "json" | "xml" | "text" | "bytes" | "unsaid";
  /** Lower case, without parameters; empty if there is none. */
  type: string;
  /** As it was sent. */
  charset?: string | undefined;
}

/** @param contentType as it was sent; empty if it was not */
export function bodyKindOf(contentType: string): BodyKind {
  const { type, parameters } = mediaTypeOf(contentType);
  // Quotes of the wrong kind are no part of the name.
  return { is: kindOf(type), type, charset: parameters["charset"]?.replaceAll("'", "") };
}

function kindOf(type: string): BodyKind["is"] {
  if (type === "") return "unsaid";
  if (type === "text/event-stream") return "events";
  if (isLines(type)) return type.endsWith("json-seq") ? "sequence" : "lines";
  if (isJson(type)) return "json";
  if (isXml(type)) return "xml";
  return isText(type) ? "text" : "bytes";
}
