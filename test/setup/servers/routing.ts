/**
 * How common servers find the handler of a request, after their sources, each in its usual setting. They share nothing
 * with `src/`. Of several handlers the most literal is taken: that is the order in which authors register them.
 */
export interface Handler {
  id: string;
  /** Upper case. */
  method: string;
  /** `/users/{id}?beta=true` */
  template: string;
}

interface Server {
  /** The path as the router sees it, from the raw path. Undefined: answered with 400. */
  path(raw: string): string | undefined;
  /** Flags of the regular expression of a template. */
  flags: string;
  /** What may follow the template. */
  tail: string;
  /** What a parameter takes. */
  parameter: string;
  /** The values of a name in the raw query, as the handler gets them. */
  query(raw: string, name: string): string[];
  /** Whether a literal is compared with the path as it is written, or decoded. */
  literal(text: string): string;
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Decodes what is valid and leaves the rest, as `rawurldecode`, `unquote` and Rack do. */
function lenientDecode(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

function strictDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const pairsOf = (raw: string, separator: RegExp) =>
  raw
    .split(separator)
    .filter(Boolean)
    .map((pair) => {
      const [name = "", ...rest] = pair.split("=");
      const decode = (text: string) => lenientDecode(text.replaceAll("+", " "));
      return [decode(name), decode(rest.join("="))] as const;
    });

/** php_variables.c, `php_register_variable_ex`: blanks before it are cut, `.`, blanks and an open bracket become `_`. */
export function phpName(name: string): string {
  const [beforeNul = ""] = name.replace(/^ +/, "").split("\0", 1);
  const bracket = beforeNul.indexOf("[", 1);
  if (bracket > 0 && beforeNul.includes("]", bracket))
    return beforeNul.slice(0, bracket).replace(/[ .[]/g, "_");
  return beforeNul.replace(/[ .[]/g, "_");
}

const valuesOf = (raw: string, separator: RegExp, name: string, read = (text: string) => text) =>
  pairsOf(raw, separator)
    .filter(([key]) => read(key) === name)
    .map(([, value]) => value);

const listless = (text: string) => text.replace(/\[\d*\]$/, "");

/** Request.php, `prepareBaseUrl` and `preparePathInfo`, of an application with `/index.php` as its script. */
function withoutScript(raw: string): string {
  const name = "/index.php";
  if (!lenientDecode(raw).startsWith(name)) return raw;
  const script = new RegExp(`^(?:%[\\da-f]{2}|.){${name.length}}`, "i");
  return `/${raw.replace(script, "")}`;
}

/** CookielessHelper.cs, `RemoveCookielessValuesFromPath` and `IsValidHeader`. */
function withoutCookieless(path: string): string {
  const end = path.lastIndexOf(")/");
  const start = end > 2 ? path.lastIndexOf("/(", end - 1) : -1;
  if (start < 0 || !/^(?:[A-Z]\([^)/]*\))+$/.test(path.slice(start + 2, end))) return path;
  return path.slice(0, start) + path.slice(end + 1);
}

/** Blanks and dots at the end of a name are those of Windows. */
const withoutEnds = (path: string) =>
  path
    .split("/")
    .map((segment) => segment.replace(/[ .]+$/, ""))
    .join("/");

/** Laravel's router: `rawurldecode` of the path, slashes around it trimmed; the last of two values. */
const php: Server = {
  path: (raw) => `/${lenientDecode(raw).replace(/^\/+|\/+$/g, "")}`,
  flags: "",
  tail: "",
  parameter: "([^/]+)",
  query: (raw, name) => valuesOf(raw, /&/, name, phpName).slice(-1),
  literal: (text) => text,
};

/** ASP.NET behind IIS: without regard to case. */
const iis: Server = {
  path: (raw) => withoutEnds(lenientDecode(raw)),
  flags: "i",
  tail: "/?",
  parameter: "([^/]+)",
  query: (raw, name) => [
    pairsOf(raw, /&/)
      .filter(([key]) => key.toLowerCase() === name.toLowerCase())
      .map(([, value]) => value.toLowerCase())
      .join(","),
  ],
  literal: (text) => text,
};

export const servers: Record<string, Server> = {
  /** router 2 and path-to-regexp 8: without regard to case, a slash at the end may be there; qs: lists. */
  express: {
    path: (raw) => (strictDecode(raw) === undefined ? undefined : raw),
    flags: "i",
    tail: "/?",
    parameter: "([^/]+?)",
    query: (raw, name) => valuesOf(raw, /&/, name, listless),
    literal: (text) => encodeURI(text),
  },
  /** Journey: slashes are merged, percent-encoding of literals is undone, a format may follow. */
  rails: {
    path: (raw) => lenientDecode(raw.replace(/\/+/g, "/").replace(/(.)\/$/, "$1")),
    flags: "",
    tail: "(?:\\.[^./?]+)?",
    parameter: "([^./?]+)",
    query: (raw, name) => valuesOf(raw, /[&;] */, name, listless).slice(-1),
    literal: (text) => text,
  },
  php,
  /** HttpFoundation (Laravel's too): the script is taken off the path, also without a slash behind it. */
  symfony: { ...php, path: (raw) => php.path(withoutScript(raw)) },
  /** Spring MVC 5.2 with AntPathMatcher: path parameters are cut, a suffix and a slash may follow. */
  spring: {
    path: (raw) => strictDecode(raw.replace(/;[^/]*/g, "").replace(/\/+/g, "/")),
    flags: "",
    tail: "(?:\\.[^/]*)?/?",
    parameter: "([^/]+?)",
    query: (raw, name) => valuesOf(raw, /&/, name).slice(0, 1),
    literal: (text) => text,
  },
  /** net/http: the decoded path, cleaned (by a redirect); the first of two values; pairs with `;` are left out. */
  go: {
    path: (raw) => strictDecode(raw)?.replace(/\/+/g, "/"),
    flags: "",
    tail: "",
    parameter: "([^/]+)",
    query: (raw, name) =>
      valuesOf(
        raw
          .split("&")
          .filter((pair) => !pair.includes(";"))
          .join("&"),
        /&/,
        name,
      ).slice(0, 1),
    literal: (text) => text,
  },
  /** Werkzeug: PATH_INFO is decoded before it is routed, slashes are merged, one at the end leads to a redirect. */
  wsgi: {
    path: (raw) => lenientDecode(raw).replace(/\/+/g, "/"),
    flags: "",
    tail: "/?",
    parameter: "([^/]+)",
    query: (raw, name) => valuesOf(raw, /[&;]/, name).slice(0, 1),
    literal: (text) => text,
  },
  iis,
  /** System.Web: one value without a cookie, the last, is taken out of the path before it is routed. */
  aspnet: { ...iis, path: (raw) => withoutEnds(withoutCookieless(lenientDecode(raw))) },
};

/** A proxy that hands its own decoded path on: `proxy_pass` of nginx with a path. */
export function behindProxy(server: Server): Server {
  return { ...server, path: (raw) => server.path(encodeURI(lenientDecode(lenientDecode(raw)))) };
}

/** The same with `$uri`: what was encoded is part of the request line, in which a `?` begins the query. */
export function behindRewritingProxy(href: string): string {
  const { origin, pathname, search } = new URL(href);
  const [path = "", ...query] = lenientDecode(pathname).split("#", 1)[0]!.split("?");
  const all = [query.join("?"), search.slice(1)].filter((part) => part !== "").join("&");
  return `${origin}${encodeURI(path)}${all === "" ? "" : `?${all}`}`;
}

const withoutSlashes = (text: string) => text.replace(/^\/+|\/+$/g, "");

/** `parse_url` of PHP, `PHP_URL_PATH`. */
const parsedPath = (url: string) => /^(?:[a-z][\w.+-]*:)?(?:\/\/[^/]*)?([^?#]*)/i.exec(url)?.[1] ?? "";

/** Front controllers that take the route from the query: the path that they run, of the raw query. */
export const frontControllers: Record<string, (raw: string) => string | undefined> = {
  /** `_parse_request_uri` and `_remove_relative_directory`. */
  codeigniter(raw) {
    if (!raw.startsWith("/")) return undefined;
    const [path = ""] = lenientDecode(raw).split(/[?&]/, 1);
    return path
      .split("/")
      .filter((segment) => segment !== "" && segment !== "..")
      .join("/");
  },
  /** `trim($route, "/")` */
  yii: (raw) => valuesOf(raw, /&/, "r", phpName).map(withoutSlashes).at(-1),
  /** `untrailingslashit`, and patterns that begin with a slash. */
  wordpress: (raw) =>
    valuesOf(raw, /&/, "rest_route", phpName)
      .filter((route) => route.startsWith("/"))
      .map((route) => route.replace(/^\/|\/+$/g, ""))
      .at(-1),
  /** `Router::handle` of `$_GET["_url"]`. */
  phalcon: (raw) => valuesOf(raw, /&/, "_url", phpName).map(parsedPath).map(withoutSlashes).at(-1),
};

/** @returns the id of the handler that runs, or undefined */
export function handlerOf(
  server: Server,
  handlers: readonly Handler[],
  method: string,
  href: string,
): string | undefined {
  const mark = href.indexOf("?");
  const { pathname } = new URL(href);
  const raw = mark < 0 ? "" : href.slice(mark + 1);
  const path = server.path(pathname);
  if (path === undefined) return undefined;
  const fits = (wanted: string) =>
    handlers
      .filter((handler) => handler.method === wanted)
      .filter(({ template }) => patternOf(server, template).test(path))
      .filter(({ template }) => {
        const query = new URLSearchParams(template.split("?")[1]);
        return [...query].every(([name, value]) =>
          server.query(raw, name).some((one) => one === value || one.split(",").includes(value)),
        );
      })
      .sort((one, other) => literalness(other.template).localeCompare(literalness(one.template)))[0]?.id;
  return fits(method) ?? (method === "HEAD" ? fits("GET") : undefined);
}

function patternOf({ flags, tail, parameter, literal }: Server, template: string): RegExp {
  const [path = ""] = template.split("?");
  const source = path
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith("{") ? parameter : escaped(literal(part))))
    .join("");
  return new RegExp(`^${source}${tail}$`, `${flags}s`);
}

/** Literal segments before parameters, from the left; a query last. */
function literalness(template: string): string {
  const [path = "", query] = template.split("?");
  const weights = path.split("/").map((segment) => (segment.includes("{") ? "0" : "1"));
  return weights.join("") + (query === undefined ? "0" : "1");
}
