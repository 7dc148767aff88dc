/**
 * Reads a document and every file that its references name. A file that cannot be read is not an error: the reference
 * to it becomes a fault of the report.
 */
import { DocumentError, fileName, tooLarge, type LoadedDocument, type LoadLimits } from "../document.ts";
import { formatPlace } from "../pointer.ts";
import { parseText } from "./text/parse.ts";
import { refusal } from "./admit.ts";
import { decodeText, unpack } from "./unpack.ts";

/** Without it, a server that delays each of thousands of files could take days. */
const maxMs = 600_000;

interface GatherOptions {
  /** URL of the root. */
  url: string;
  /** The name of the root in messages. */
  name: string;
  limits: LoadLimits;
  allowedOrigins?: readonly string[] | undefined;
  /** The bytes of a file, and its URL after redirects. Throws DocumentError if it cannot be read. */
  read: (url: string, maxBytes: number) => Promise<{ bytes: Uint8Array; url: string }>;
}

export async function gather(options: GatherOptions): Promise<LoadedDocument> {
  const { limits } = options;
  const document: LoadedDocument = {
    url: options.url,
    files: new Map(),
    refused: new Map(),
    faults: [],
    bytes: 0,
  };
  const readOne = async (url: string, name: string) => {
    const left = limits.maxBytes - document.bytes;
    const answer = await options.read(url, left);
    const bytes = await unpack(answer.bytes, left, name);
    document.bytes += bytes.length;
    if (document.bytes > limits.maxBytes) throw tooLarge(name, limits.maxBytes);
    const { value, faults } = parseText(decodeText(bytes, name), name);
    // After a redirect, references are relative to the final URL.
    if (document.files.size === 0) document.url = answer.url;
    document.files.set(answer.url, value);
    // References to the original URL find it too.
    if (answer.url !== url) document.files.set(url, { $ref: answer.url });
    for (const { tokens, message } of faults)
      document.faults.push({ pointer: formatPlace(answer.url, tokens, document.url), message });
    return referencedFiles(value, answer.url);
  };
  const startedAt = Date.now();
  const pending = await readOne(options.url, options.name);
  const refuse = (url: string, reason: string) =>
    document.refused.set(url, `it was not read, because ${reason}`);
  const asked = new Set<string>();
  while (pending.length > 0) {
    const url = pending.pop() as string;
    if (document.files.has(url) || asked.has(url)) continue;
    asked.add(url);
    const reason = refusal(url, document.url, options.allowedOrigins);
    if (reason) refuse(url, reason);
    else if (asked.size > limits.maxFiles) refuse(url, `the document has more than ${limits.maxFiles} files`);
    else if (Date.now() - startedAt > maxMs)
      refuse(url, `reading the document took longer than ${maxMs / 60_000} minutes`);
    else {
      try {
        pending.push(...(await readOne(url, fileName(url))));
      } catch (error) {
        if (!(error instanceof DocumentError) || error.code === "too-large") throw error;
        document.refused.set(url, `it could not be read: ${error.message}`);
      }
    }
  }
  return document;
}

/** The URLs, without fragment, of the other files that a value refers to. */
function referencedFiles(value: unknown, base: string): string[] {
  const found = new Set<string>();
  const waiting: unknown[] = [value];
  const seen = new Set<object>();
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    if (Array.isArray(node)) {
      for (const child of node) if (typeof child === "object") waiting.push(child);
      continue;
    }
    for (const [key, child] of Object.entries(node)) {
      if (typeof child === "object") waiting.push(child);
      else if (
        key === "$ref" &&
        typeof child === "string" &&
        !child.startsWith("#") &&
        URL.canParse(child, base)
      ) {
        const url = new URL(child, base);
        url.hash = "";
        if (url.href !== base) found.add(url.href);
      }
    }
  }
  return [...found].toReversed();
}
