/**
 * Which bytes a model may be shown as a picture. Models' APIs refuse the whole conversation, again at each turn, for one
 * that is declared and is none, that breaks off, or that is too large; so its own structure decides, not its type. Pure.
 */

/** Most pixels of an edge that models' APIs take. */
const maxEdge = 8_000;

/** The type of a picture that models' APIs know, by its first bytes. */
export function pictureType(content: Uint8Array): string | undefined {
  const begins = Buffer.from(content.subarray(0, 12)).toString("latin1");
  if (begins.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (begins.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(begins)) return "image/gif";
  return /^RIFF[^]{4}WEBP/.test(begins) ? "image/webp" : undefined;
}

interface Frame {
  width: number;
  height: number;
}

/** By type: the size of a picture that is there to its end; undefined for any other. A read beyond the end throws. */
const frames: Record<string, (bytes: Buffer) => Frame | undefined> = {
  "image/png": pngFrame,
  "image/jpeg": jpegFrame,
  "image/gif": (bytes) =>
    bytes.lastIndexOf(0x3b) > 12
      ? { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
      : undefined,
  // Its three kinds keep their size in different places; whole ones are known by their length.
  "image/webp": (bytes) =>
    bytes.length > 20 && bytes.readUInt32LE(4) + 8 <= bytes.length ? { width: 1, height: 1 } : undefined,
};

/** @returns the type to show it with; undefined if these bytes are better not shown */
export function shownAs(content: Uint8Array): string | undefined {
  const type = pictureType(content);
  if (type === undefined) return undefined;
  try {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const { width = 0, height = 0 } = frames[type]?.(bytes) ?? {};
    return Math.min(width, height) > 0 && Math.max(width, height) <= maxEdge ? type : undefined;
  } catch {
    return undefined;
  }
}

/** Chunks from the header to the end mark. */
function pngFrame(bytes: Buffer): Frame | undefined {
  if (bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  let at = 8;
  while (bytes.toString("latin1", at + 4, at + 8) !== "IEND") at += 12 + bytes.readUInt32BE(at);
  // The end mark has a checksum behind it.
  bytes.readUInt32BE(at + 8);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Segments up to the scan; in the scan itself no end mark can stand. */
function jpegFrame(bytes: Buffer): Frame | undefined {
  let frame: Frame | undefined;
  for (let at = 2; bytes.readUInt8(at) === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) frame = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    if (marker === 0xda) return bytes.indexOf("ffd9", at, "hex") > 0 ? frame : undefined;
  }
  return undefined;
}
