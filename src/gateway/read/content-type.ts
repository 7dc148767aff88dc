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

/** Longer ones are nobody's. */
const maxChars = 1_000;

/** @returns undefined if some servers would read it differently: two types, a parameter twice, escapes */
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
    if (name === "" || parameters.has(name.toLowerCase())) return undefined;
    parameters.set(name.toLowerCase(), bare ?? quoted);
  }
  return { type: type.toLowerCase(), parameters };
}
