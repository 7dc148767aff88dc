/**
 * Decides, by the URL alone and before anything is opened, which files a document may refer to: a stranger's document
 * must not read anything outside its own folder or origin, and on disk nothing that is not named like a document.
 */

import { decoded } from "../pointer.ts";

/**
 * @param url the file that a `$ref` names, absolute, without fragment
 * @param root the URL of the document
 * @param allowedOrigins further origins, from `references` in the API file
 * @returns why the file must not be read; undefined if it may be
 */
export function refusal(
  url: string,
  root: string,
  allowedOrigins: readonly string[] = [],
): string | undefined {
  const target = new URL(url);
  const from = new URL(root);
  const isHttp = target.protocol === "http:" || target.protocol === "https:";
  if (isHttp && (target.username || target.password))
    return "a URL with a user name or password is never read";
  if (isHttp && allowedOrigins.includes(target.origin)) return undefined;
  const advice = isHttp
    ? `; if you trust it, list "${target.origin}" under "references" in the API file`
    : "";
  if (target.protocol !== from.protocol)
    return `"${target.protocol}" differs from the document's protocol ("${from.protocol}")${advice}`;
  if (isHttp)
    return target.origin === from.origin
      ? undefined
      : `"${target.origin}" is another origin than the document's ("${from.origin}")${advice}`;
  if (target.protocol !== "file:") return `files of "${target.protocol}" cannot be read`;
  // `new URL` has resolved every `..`. The file system's functions would decode the rest.
  if (target.host !== from.host || /%(?:2f|5c|00)/i.test(target.pathname)) return "its path is not plain";
  const folder = from.pathname.slice(0, from.pathname.lastIndexOf("/") + 1);
  if (!target.pathname.startsWith(folder)) return "it is outside the document's folder";
  return unlikeDocument(decoded(target.pathname.slice(folder.length)));
}

/**
 * Whether the name of a file is not one that a part of a document has: a folder of documents may also hold keys.
 * @param path below the document's folder, separated by slashes or backslashes
 * @returns why it must not be read; undefined if it may be
 */
export function unlikeDocument(path: string): string | undefined {
  if (path === "" || path.endsWith("/")) return "it is a folder, not a file";
  if (path.split(/[/\\]/).some((name) => name.startsWith(".")))
    return "a file or folder whose name begins with a dot is never read";
  if (/\.(?:json|ya?ml)(?:\.gz)?$/i.test(path)) return undefined;
  return "only files called .json, .yaml or .yml (also with .gz) are read";
}
