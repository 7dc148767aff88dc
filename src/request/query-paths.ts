/** The paths that a text in a query may be to a server that takes its route from there. Pure. */

/** Whether a query, as it is written, may hold a path of several segments. */
export const mayHoldPath = (search: string): boolean => /[/\\]|%(?:25)*(?:2f|5c)|%u00(?:2f|5c)/i.test(search);

/**
 * A backslash may be a slash, blanks and NULs before a path are cut (PHP's `trim`), dot segments are resolved or, as
 * `pathReadings` does, dropped with empty ones (CodeIgniter; Yii trims slashes). Of a URL only its path counts (PHP's
 * `parse_url`, as Phalcon uses it); what has a scheme alone, or begins with two slashes, may be one or a path.
 * @returns each with a slash in it, but for a single word
 */
export function pathsIn(text: string): string[] {
  const [raw = ""] = text.replace(/^[\s\0]+/, "").split(/[?#]/, 1);
  const path = raw.trimEnd().replaceAll("\\", "/");
  const [scheme = ""] = /^[a-z][a-z\d+.-]*:/i.exec(path) ?? [];
  const local = path.slice(scheme.length);
  const behindHost = local.startsWith("//") ? [local.replace(/^\/\/[^/]*/, "")] : [];
  const isUrl = scheme !== "" && behindHost.length > 0;
  const found = isUrl ? behindHost : [path, ...(local.includes("/") ? [local] : []), ...behindHost];
  const resolved = found
    .filter((one) => /\/\.\.?(?:\/|$)/.test(one))
    .map((one) => new URL(`x://x/${one}`).pathname);
  return [...new Set([...found, ...resolved])].filter((one) => one !== "");
}
