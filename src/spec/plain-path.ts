/**
 * Paths of documents that write more into a placeholder than its name (RFC 6570, and the routers of AWS, Google, ASP.NET,
 * FastAPI and others), as paths of OpenAPI: `/files/{path+}` is `/files/{path}`, and its parameter may hold slashes. Pure.
 */

export interface PlainPath {
  path: string;
  /** Placeholders whose values may hold slashes. */
  spanning: string[];
  /** What `{?a,b}` puts into the query. */
  query: string[];
  /** The last segment, if the path may do without it: `{id?}`. */
  optional?: string;
}

/**
 * @param stated a key of `paths`, or a path that code gives
 * @param declared names of path parameters: a placeholder with the whole name of one has no constraint in it
 */
export function plainPath(stated: string, declared: ReadonlySet<string> = new Set()): PlainPath {
  const written = stated.trim();
  const plain: PlainPath = { path: "", spanning: [], query: [] };
  let from = 0;
  for (;;) {
    const begin = written.indexOf("{", from);
    const end = begin < 0 ? -1 : closing(written, begin);
    if (end < 0) break;
    plain.path += written.slice(from, begin);
    from = end + 1;
    const inside = written.slice(begin + 1, end);
    plain.path += declared.has(inside) && !operator.test(inside) ? `{${inside}}` : placeholder(inside, plain);
    // Looking at the end of a text that grows takes as long as all of it.
    if (from < written.length || !inside.endsWith("?")) continue;
    const last = plain.path.slice(plain.path.lastIndexOf("/") + 1);
    if (last === `{${nameOf(inside)}}`) plain.optional = nameOf(inside);
  }
  plain.path += written.slice(from);
  if (!/^(?:[/?#]|$|[a-z][a-z\d+.-]*:\/\/)/i.test(plain.path)) plain.path = `/${plain.path}`;
  return plain;
}

/** What stands around a name. */
const operator = /^(?:[+#./;?&]|\*{1,2})|[+*?!]$|\.\.\.$/;
/** A constraint that slashes fit. */
const spans = /^:(?:path|\*{1,2}|\(?\.[*+].*)$|^=(?:.*\/|\*\*)/;

/** The name of a placeholder without what stands around it. */
export function nameOf(inside: string): string {
  const [name = ""] = inside.split(/(?<=.)[:=]/, 1);
  return name.replace(/^(?:[+#./;?&]|\*{1,2})/, "").replace(/(?:[+*?!]|\.\.\.)$/, "");
}

function placeholder(inside: string, plain: PlainPath): string {
  const [kind = ""] = /^[#./;?&]/.exec(inside) ?? [];
  const [before = ""] = inside.split(/(?<=.)[:=]/, 1);
  const names = before.split(",").map((one) => nameOf(one.trim()));
  if (inside === "$" || kind === "#") return "";
  if (names.some((name) => name === "" || /[{}]/.test(name))) return `{${inside}}`;
  if (kind === "?" || kind === "&") {
    plain.query.push(...names);
    return "";
  }
  if (/^[+*]|[+*]$|\.\.\.$/.test(before) || spans.test(inside.slice(before.length)))
    plain.spanning.push(...names);
  if (kind === ";") return names.map((name) => `;${name}={${name}}`).join("");
  return kind + names.map((name) => `{${name}}`).join(kind || ",");
}

/** The end of a placeholder: a pattern in it may have braces of its own. */
function closing(text: string, begin: number): number {
  let depth = 0;
  for (let at = begin; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

/** What a path leaves open: the fragment is never sent. */
export function namesIn(template: string): string[] {
  const [path = ""] = template.split("#", 1);
  return [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}
