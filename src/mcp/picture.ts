/**
 * Which bytes a model may be shown as a picture. Models' APIs refuse the whole conversation, again at each turn, for one
 * that is declared and is none, that breaks off, or that is too large; so its own structure decides, not its type. Pure.
 */

import { crc32 } from "node:zlib";

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

/** By type: the size of a picture whose parts are all there; undefined for any other. A read beyond the end throws. */
const frames: Record<string, (bytes: Buffer) => Frame | undefined> = {
  "image/png": pngFrame,
  "image/jpeg": jpegFrame,
  "image/gif": gifFrame,
  "image/webp": webpFrame,
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

/** Chunks from the header to the end mark, each with the right checksum. */
function pngFrame(bytes: Buffer): Frame | undefined {
  if (bytes.readUInt32BE(8) !== 13) return undefined;
  let hasImage = false;
  for (let at = 8, kind = ""; kind !== "IEND";) {
    const end = at + 8 + bytes.readUInt32BE(at);
    kind = bytes.toString("latin1", at + 4, at + 8);
    if ((kind === "IHDR") !== (at === 8) || bytes.readUInt32BE(end) !== crc32(bytes.subarray(at + 4, end)))
      return undefined;
    hasImage ||= kind === "IDAT" && end > at + 8;
    at = end + 4;
  }
  return hasImage ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : undefined;
}

/** Markers of the frames that decoders know: baseline, extended and progressive. */
const jpegFrames: readonly number[] = [0xc0, 0xc1, 0xc2];

/** Segments and scans to the end mark: tables, one frame, and a scan that has data. */
function jpegFrame(bytes: Buffer): Frame | undefined {
  const seen = new Set<number>();
  let frame: Frame | undefined;
  for (let at = 2; ;) {
    if (bytes.readUInt8(at) !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      // A fill byte.
      at++;
      continue;
    }
    if (marker === 0xd9) return [0xdb, 0xc4, 0xda].every((each) => seen.has(each)) ? frame : undefined;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (jpegFrames.includes(marker)) {
      const [precision, parts] = [bytes.readUInt8(at + 4), bytes.readUInt8(at + 9)];
      if (frame || precision !== 8 || parts < 1 || parts > 4 || end !== at + 10 + 3 * parts) return undefined;
      frame = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    const isScan = marker === 0xda;
    if (isScan ? !frame : !isJpegSegment(marker)) return undefined;
    seen.add(marker);
    at = isScan ? endOfScan(bytes, end) : end;
    if (isScan && at === end) return undefined;
  }
}

/** Tables, application data, comments and frames: what has a length, and is no hierarchical or arithmetic coding. */
function isJpegSegment(marker: number): boolean {
  return jpegFrames.includes(marker) || [0xc4, 0xdb, 0xdd].includes(marker) || marker >= 0xe0;
}

/** A scan goes to the next marker that is neither an escaped 0xff nor a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); ; at = bytes.indexOf(0xff, at + 1)) {
    // Beyond the end, which the next read meets.
    if (at < 0) return bytes.length;
    const next = bytes.readUInt8(at + 1);
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
}

/** Blocks to the trailer, an image among them. */
function gifFrame(bytes: Buffer): Frame | undefined {
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let hasImage = false;
  for (let at = 13 + tableBytes(bytes.readUInt8(10)); ;) {
    const block = bytes.readUInt8(at);
    if (block === 0x3b)
      return hasImage ? { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) } : undefined;
    if (block === 0x2c) {
      const codeAt = at + 10 + tableBytes(bytes.readUInt8(at + 9));
      const codeBits = bytes.readUInt8(codeAt);
      const isEmpty = bytes.readUInt16LE(at + 5) === 0 || bytes.readUInt16LE(at + 7) === 0;
      if (isEmpty || codeBits < 2 || codeBits > 8 || bytes.readUInt8(codeAt + 1) === 0) return undefined;
      hasImage = true;
      at = codeAt + 1;
    } else if (block === 0x21) at += 2;
    else return undefined;
    for (let size = -1; size !== 0; at += 1 + size) size = bytes.readUInt8(at);
  }
}

/** Chunks to the length that it says; the first has the size, and one of them, or of a frame of an animation, the image. */
function webpFrame(bytes: Buffer): Frame | undefined {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return undefined;
  let canvas: Frame | undefined;
  let image: Frame | undefined;
  for (let at = 12; at < end;) {
    const kind = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const data = at + 8;
    // What is inside of a frame is read as if it were beside it: its own header has 16 bytes.
    at = kind === "ANMF" ? data + 16 : data + size + (size % 2);
    if (data + size > end) return undefined;
    if (kind === "VP8X")
      canvas = { width: 1 + bytes.readUIntLE(data + 4, 3), height: 1 + bytes.readUIntLE(data + 7, 3) };
    else if (kind === "VP8 " || kind === "VP8L") {
      image = (kind === "VP8 " ? lossyFrame : losslessFrame)(bytes, data, size);
      if (!image) return undefined;
    }
  }
  return image && (canvas ?? image);
}

/** A key frame whose first partition is there (RFC 6386, section 9.1). */
function lossyFrame(bytes: Buffer, at: number, size: number): Frame | undefined {
  const tag = bytes.readUIntLE(at, 3);
  if (tag & 1 || bytes.readUIntBE(at + 3, 3) !== 0x9d012a || size < 10 + (tag >> 5)) return undefined;
  return { width: bytes.readUInt16LE(at + 6) & 0x3fff, height: bytes.readUInt16LE(at + 8) & 0x3fff };
}

function losslessFrame(bytes: Buffer, at: number, size: number): Frame | undefined {
  const bits = bytes.readUInt32LE(at + 1);
  // Behind the size are a bit for alpha and a version, which is 0.
  if (bytes.readUInt8(at) !== 0x2f || size < 6 || bits >>> 29 !== 0) return undefined;
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
