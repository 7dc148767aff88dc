/**
 * The names of a multipart body's parts (RFC 7578), in the plain form that browsers and libraries write. Whatever is
 * read differently by PHP, Rack, busboy, Go and Python is refused: text around the parts, delimiters in other places,
 * names with escapes, without quotes or given twice. Reads part by part and keeps none. Pure.
 */
import { mayBeEncodedWord, type ContentType } from "./content-type.ts";
import { fieldNamed, maxNames, unpadded, type Names } from "./names.ts";

/** RFC 2046 section 5.1.1, without those that end a boundary for PHP. */
const boundaryForm = /^[\w'()+./:=?-]{1,70}$/;
/** Of the headers of one part. */
const maxHeadBytes = 8 * 1024;

const plainTransfer = /^(?:7bit|8bit|binary)$/i;

const field = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/;
/** Each parameter once, in quotes and without escapes; behind a plain file name also its spelling of RFC 8187. */
const disposition =
  /^(?:form-data|attachment|inline)((?:; ?(?:name|filename)="[^"\\]*")*)(?:; ?filename\*=(?:utf-8|UTF-8)''[\w%!#$&+.^`|~-]*)?$/i;

/** @param header the raw `Content-Type` */
export function* multipartNames(body: Buffer, { type, parameters }: ContentType, header: string): Names {
  const boundary = parameters.get("boundary") ?? "";
  // PHP takes the first "boundary" anywhere.
  if (!boundaryForm.test(boundary) || header.toLowerCase().split("boundary=").length !== 2)
    return "its boundary is missing or unusual";
  const delimiter = Buffer.from(`--${boundary}`);
  const start = body[0] === 0x0d && body[1] === 0x0a ? 2 : 0;
  let at = body.indexOf(delimiter);
  if (at !== start) return "it does not begin with its boundary";
  for (let count = 1; ; count += 1) {
    if (count > maxNames) return `it has more than ${maxNames} parts`;
    at += delimiter.length;
    const line = body.toString("latin1", at, at + 2);
    if (line === "--") {
      const rest = body.toString("latin1", at + 2, at + 5);
      return rest === "" || rest === "\r\n" ? undefined : "something follows its last part";
    }
    if (line !== "\r\n") return "a boundary is not on a line of its own";
    const headEnd = body.subarray(at, at + maxHeadBytes).indexOf("\r\n\r\n");
    if (headEnd < 0) return "the headers of a part do not end";
    const part = namesOfPart(body.toString("latin1", at + 2, Math.max(at + 2, at + headEnd)), type);
    if (typeof part === "string") return part;
    const from = at + headEnd + 4;
    at = body.indexOf(delimiter, from - 2);
    if (at < 0) return "its last boundary is missing";
    if (at < from - 2 || body[at - 2] !== 0x0d || body[at - 1] !== 0x0a)
      return "a boundary is not on a line of its own";
    const value = unpadded(body, from, at - 2).text;
    // As in a query, where a percent sign would stand for what follows it.
    for (const name of part.names) yield* fieldNamed(name, encodeURIComponent(value), 0);
  }
}

/** @returns the names that a server may give a part, or what is wrong with its headers */
function namesOfPart(head: string, type: string): { names: string[] } | string {
  const names: string[] = [];
  const seen = new Set<string>();
  for (const line of head === "" ? [] : head.split("\r\n")) {
    const [, key = "", written = ""] = field.exec(line) ?? [];
    const value = written.replace(/^[ \t]+/, "");
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (key === "" || /[\u0000-\u0008\u000a-\u001f]/.test(value)) return "a header of a part cannot be read";
    const name = key.toLowerCase();
    if (seen.has(name)) return `a part has ${name} twice`;
    seen.add(name);
    if (name === "content-disposition") {
      const given = dispositionNames(value.trimEnd());
      if (!given || (type === "multipart/form-data" && given.length === 0))
        return 'the name of a part is not written plainly: name="…"';
      names.push(...given);
    }
    // RFC 7578 section 4.7: servers do not expect it, and some decode it. Its value would not be what was read.
    if (
      name === "content-transfer-encoding" &&
      type === "multipart/form-data" &&
      !plainTransfer.test(value.trim())
    )
      return "a part of a form is encoded (Content-Transfer-Encoding); send its bytes as they are";
    // Rack takes it for the name where there is none.
    if (name === "content-id") names.push(value.replace(/[<>]/g, "").trim());
  }
  if (type === "multipart/form-data" && !seen.has("content-disposition")) return "a part has no name";
  return { names };
}

/** @returns undefined if it is not in the plain form */
function dispositionNames(value: string): string[] | undefined {
  const found = disposition.exec(value);
  if (!found) return undefined;
  const given = [...(found[1] ?? "").matchAll(/; ?(name|filename)="([^"]*)"/gi)];
  const of = (name: string) => given.filter(([, key = ""]) => key.toLowerCase() === name);
  if (of("name").length > 1 || of("filename").length > 1) return undefined;
  const names = of("name").map(([, , name = ""]) => name);
  return names.some(mayBeEncodedWord) ? undefined : names;
}
