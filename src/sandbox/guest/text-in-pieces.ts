/**
 * Text that comes in pieces. A byte order mark at its start is no part of it (WHATWG Encoding, section 6); anywhere else
 * U+FEFF is a character. workerd's decoder takes one away also where a later piece begins with it.
 */

/** @returns what decodes the next bytes; without `isLast`, a character that has not ended waits for them */
export function textInPieces(charset?: string): (bytes: Uint8Array | undefined, isLast?: boolean) => string {
  const decoder = decoderOf(charset);
  let isStart = true;
  return (bytes, isLast = false) => {
    const text = decoder.decode(bytes, { stream: !isLast });
    if (!isStart || text === "") return text;
    isStart = false;
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  };
}

/** For a charset that nobody knows, UTF-8. */
function decoderOf(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: false, ignoreBOM: true });
  } catch {
    return new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  }
}
