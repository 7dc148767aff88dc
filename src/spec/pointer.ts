/** JSON pointers (RFC 6901) as tokens and as text. */

export function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** `["paths", "/a"]` to `/paths/~1a`. */
export function formatPointer(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escapeToken(token)}`).join("");
}

/** The tokens of a reference's fragment; undefined for an anchor (RFC 6901, section 6). */
export function parseFragment(fragment: string): string[] | undefined {
  if (fragment === "") return [];
  if (!fragment.startsWith("/")) return undefined;
  return fragment
    .slice(1)
    .split("/")
    .map((token) => unescapeToken(decoded(token)));
}

/** @param decode throws for a malformed escape: then the text stays as it is */
export function decoded(text: string, decode = decodeURIComponent): string {
  if (!text.includes("%")) return text;
  try {
    return decode(text);
  } catch {
    return text;
  }
}

/** For people: `#/a/b`, after the file's name if it is not the root. */
export function formatPlace(url: string, tokens: readonly string[], root: string): string {
  return `${url === root ? "" : fileLabel(url, root)}#${formatPointer(tokens)}`;
}

/** A file's URL relative to the folder of the root document. */
export function fileLabel(url: string, root: string): string {
  const folder = root.slice(0, root.lastIndexOf("/") + 1);
  return decoded(url.startsWith(folder) ? url.slice(folder.length) : url, decodeURI);
}
