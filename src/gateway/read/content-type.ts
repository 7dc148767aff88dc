/** `Content-Type` in the one form that all servers read alike (RFC 9110 section 8.3.1). Pure. */

export interface ContentType {
  /** Lower case: `application/json`. */
  type: string;
  /** Lower-case names. */
  parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~\\w-]+";
const head = new RegExp(`(${token}/${token})[ \\t]*`, "y");
/** Also without a value (`;odata`), which no server reads differently. */
const parameter = new RegExp(`;[ \\t]*(${token})(?:=(?:(${token})|"([^"\\\\]*)"))?[ \\t]*`, "y");

/** Tomcat and Commons FileUpload decode such a word wherever it stands in a parameter (RFC 2047 section 2). */
export const mayBeEncodedWord = (value: string): boolean => value.includes("=?");

/** Longer ones are nobody's. */
const maxChars = 1_000;

/**
 * @returns undefined if some servers would read it differently: two types, a parameter twice, escapes, a value that Django
 *   and Tomcat decode once more (`boundary*=utf-8''b`, RFC 8187; `"=?utf-8?Q?b?="`, RFC 2047)
 */
export function readContentType(header: string): ContentType | undefined {
  const text = header.trim().replace(/;$/, "");
  if (text.length > maxChars) return undefined;
  head.lastIndex = 0;
  const type = head.exec(text)?.[1];
  if (type === undefined) return undefined;
  const parameters = new Map<string, string>();
  for (let at = head.lastIndex; at < text.length; at = parameter.lastIndex) {
    parameter.lastIndex = at;
    const [, name = "", bare, quoted = ""] = parameter.exec(text) ?? [];
    if (name === "" || name.includes("*") || parameters.has(name.toLowerCase())) return undefined;
    const value = bare ?? quoted;
    if (mayBeEncodedWord(value)) return undefined;
    parameters.set(name.toLowerCase(), value);
  }
  return { type: type.toLowerCase(), parameters };
}
