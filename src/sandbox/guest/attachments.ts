/**
 * Bytes that stand in a result. They are handed over beside it, so that the host can show pictures and keep files; in the
 * result stands which one it is. Bounded, because all of it is in memory several times.
 */
import { maxAttached, maxAttachedBytes, minAttachedBytes } from "../limits.ts";
import * as own from "./primordials.ts";

export interface Attachment {
  /** As the API or the code names it; the host does not believe it. */
  type: string;
  base64: string;
}

export class Attachments {
  readonly list: Attachment[] = [];
  #left = maxAttachedBytes;

  /**
   * @param view the bytes
   * @param type media type, if known. Short bytes without one are more likely a digest than a file
   * @returns its number, from 1; undefined if it is not handed over
   */
  add(view: Uint8Array, type: string | undefined): number | undefined {
    const length = own.viewBytes(view);
    if (length === 0 || (type === undefined && length < minAttachedBytes)) return undefined;
    if (length > this.#left || this.list.length >= maxAttached) return undefined;
    this.#left -= length;
    own.append(this.list, { type: type ?? "", base64: own.toBase64(view) });
    return this.list.length;
  }
}
