/**
 * Which file a document may pull in. Decided on the URL alone, before anything is opened: a document from a
 * stranger must read nothing outside its own folder or origin.
 */

type Admission = { ok: true } | { ok: false; reason: string };

/**
 * @param url the file that a `$ref` names, absolute, without fragment
 * @param root the document it belongs to
 * @param allowedOrigins further origins that the person allows
 */
export function admit(url: string, root: string, allowedOrigins: readonly string[] = []): Admission {
  const target = new URL(url);
  const from = new URL(root);
  const isHttp = target.protocol === "http:" || target.protocol === "https:";
  if (isHttp && (target.username || target.password))
    return refuse("an address with a user name is never read");
  if (isHttp && allowedOrigins.includes(target.origin)) return { ok: true };
  const advice = isHttp
    ? `; if it is to be trusted, list "${target.origin}" under "references" in the API's file`
    : "";
  if (target.protocol !== from.protocol)
    return refuse(`"${target.protocol}" is not where the document came from ("${from.protocol}")${advice}`);
  if (isHttp)
    return target.origin === from.origin
      ? { ok: true }
      : refuse(`"${target.origin}" is another origin than the document's ("${from.origin}")${advice}`);
  if (target.protocol !== "file:") return refuse(`files of "${target.protocol}" cannot be read`);
  // `new URL` has settled every `..`; what is still encoded would be decoded by the file system's functions.
  if (target.host !== from.host || /%(?:2f|5c|00)/i.test(target.pathname))
    return refuse("its path is not plain");
  const folder = from.pathname.slice(0, from.pathname.lastIndexOf("/") + 1);
  if (target.pathname.startsWith(folder)) return { ok: true };
  return refuse("it is outside the document's folder");
}

function refuse(reason: string): Admission {
  return { ok: false, reason };
}
