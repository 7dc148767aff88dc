/** JSON pointers (RFC 6901) as tokens and as text. */

export function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** `["paths", "/a"]` to `/paths/~1a`. */
export function formatPointer(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escapeToken(token)}`).join("");
}

/** The fragment of a reference to tokens; undefined if it is no pointer (an anchor, RFC 6901 section 6). */
export function parseFragment(fragment: string): string[] | undefined {
  if (fragment === "") return [];
  if (!fragment.startsWith("/")) return undefined;
  return fragment
    .slice(1)
    .split("/")
    .map((token) => decodePercent(token).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Text for people: `#/a/b`, with the file's name before it if it is not the root. */
export function formatPlace(url: string, tokens: readonly string[], root: string): string {
  return `${url === root ? "" : fileLabel(url, root)}#${formatPointer(tokens)}`;
}

/** A file's URL as seen from the folder of the root document. */
export function fileLabel(url: string, root: string): string {
  const folder = root.slice(0, root.lastIndexOf("/") + 1);
  const label = url.startsWith(folder) ? url.slice(folder.length) : url;
  try {
    return decodeURI(label);
  } catch {
    return label;
  }
}
