/**
 * Reads a document and every file that its references name. A file that cannot be read, or is no part of a document, is
 * not an error: the reference to it becomes a fault of the report, and nothing of its content is kept.
 */
import { DocumentError, fileName, tooLarge, type LoadedDocument, type LoadLimits } from "../document.ts";
import { formatPlace } from "../pointer.ts";
import { parseText } from "./text/parse.ts";
import type { Parsed } from "./text/parsed.ts";
import { refusal } from "./admit.ts";
import { looksLikePart } from "./document-part.ts";
import { Reachable } from "./reachable.ts";
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
    const isRoot = document.files.size === 0;
    const { value, faults } = isRoot
      ? parseRoot(decodeText(bytes, name), name, answer.url === url ? undefined : answer.url)
      : parsePart(bytes, name);
    // After a redirect, references are relative to the final URL.
    if (isRoot) document.url = answer.url;
    document.files.set(answer.url, value);
    // References to the original URL find it too.
    if (answer.url !== url) document.files.set(url, { $ref: answer.url });
    for (const { tokens, message } of faults)
      document.faults.push({ pointer: formatPlace(answer.url, tokens, document.url), message });
  };
  const startedAt = Date.now();
  await readOne(options.url, options.name);
  const reachable = new Reachable(document);
  const pending: string[] = [];
  const refuse = (url: string, reason: string) =>
    document.refused.set(url, `it was not read, because ${reason}`);
  const asked = new Set<string>();
  for (;;) {
    if (pending.length === 0) pending.push(...reachable.missing().toReversed());
    const url = pending.pop();
    if (url === undefined) {
      for (const [place, reason] of reachable.unfit) document.refused.set(place, reason);
      return document;
    }
    if (document.files.has(url) || asked.has(url)) continue;
    asked.add(url);
    const reason = refusal(url, document.url, options.allowedOrigins);
    if (reason) refuse(url, reason);
    else if (asked.size > limits.maxFiles) refuse(url, `the document has more than ${limits.maxFiles} files`);
    else if (Date.now() - startedAt > maxMs)
      refuse(url, `reading the document took longer than ${maxMs / 60_000} minutes`);
    else {
      try {
        await readOne(url, fileName(url));
      } catch (error) {
        if (!(error instanceof DocumentError) || error.code === "too-large") throw error;
        document.refused.set(url, `it could not be read: ${error.message}`);
      }
    }
  }
}

/**
 * @returns a file that is not the root, parsed
 * @throws DocumentError without a word of the file: it may be none that the document may know
 */
function parsePart(bytes: Uint8Array, name: string): Parsed {
  const text = decodeText(bytes, name);
  let part: Parsed | undefined;
  try {
    part = parseText(text, name);
  } catch (error) {
    if (!(error instanceof DocumentError) || error.code === "too-large") throw error;
  }
  if (typeof part?.value === "object" && part.value !== null) {
    if (looksLikePart(part.value)) return part;
    throw new DocumentError(
      "refused",
      "nothing in it looks like a part of an OpenAPI document. If it is one, add a member that says what it is, such as the " +
        '"type" of a schema; otherwise remove the reference',
    );
  }
  throw new DocumentError(
    "refused",
    part ? "it holds neither an object nor a list" : "it is not valid JSON or YAML",
  );
}

/** @param ledTo where a redirect led to, if there was one: a web page there is a login more often than anything else */
function parseRoot(text: string, name: string, ledTo: string | undefined): Parsed {
  try {
    return parseText(text, name);
  } catch (error) {
    if (!(error instanceof DocumentError) || error.code !== "html" || ledTo === undefined) throw error;
    const page = ledTo.split(/[?#]/, 1)[0];
    throw new DocumentError(
      "html",
      `${name} leads to the web page ${page}, which may be a login. Download the document where you are logged in, and use the file.`,
    );
  }
}
