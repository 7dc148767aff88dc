/**
 * The readings that common servers have of a request's method, path and query, as one table. A request is decided on
 * as every operation that one of them gives it to, and the strictest decision counts. A server may have several
 * habits: the rows of a part are combined, each with all before it. `test/request/readings.test.ts` has an example of
 * each row, `scripts/fuzz/properties/servers.ts` models of whole servers. Pure.
 */
import { foldSegment } from "./fold.ts";

export interface Row<Read> {
  what: string;
  /** Who reads like that. */
  who: string;
  /** @returns what it may also be read as; none if it makes no difference */
  of(read: Read): Read[];
}

/** Decoded segments of a path. */
export type Segments = readonly string[];
/** Decoded names and values of a query. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** The methods whose operations a request may reach, in lower case. */
export function methodsReadIn(method: string): string[] {
  const own = method.toLowerCase();
  // RFC 9110 section 9.3.2: Express, Rails, Go, Spring and Werkzeug run the handler of GET.
  return own === "head" ? ["head", "get"] : [own];
}

const cookieless = /^\((?:[A-Z]\([^)]*\))+\)$/;
/** Symfony also takes `/index.phpusers` for `/users`. */
const script = /^.*?\.(?:php|f?cgi)/is;
/** Names that scripts have below the base path of an API: any other may be the name of a file or of a repository. */
const frontController = /^(?:index|api|app|app_\w+)\.php/i;

/** Names of scripts that are told what stands behind them in a path (RFC 3875, PATH_INFO). */
const toldTheRest = /\.(?:php\d?|phtml|f?cgi|aspx?|ashx|jspx?|cfm|pl)$/i;

/** Where such a script may stand in a path, with something behind it. */
export function scriptsIn(segments: Segments): number[] {
  return segments.flatMap((segment, at) =>
    toldTheRest.test(segment) && segments.slice(at + 1).some((behind) => behind !== "") ? [at] : [],
  );
}

export const pathRows: Row<Segments>[] = [
  {
    what: "decoded until nothing is encoded",
    who: "a proxy that decodes before a server that decodes again; IIS (%uXXXX)",
    of: (segments) => mapped(segments, decodedAgain),
  },
  {
    what: "a plus as a blank",
    who: "PHP's urldecode, Python's unquote_plus, java.net.URLDecoder",
    of: (segments) => mapped(segments, (segment) => segment.replaceAll("+", " ")),
  },
  {
    what: "an encoded slash as a slash",
    who: "WSGI and PHP, whose PATH_INFO is decoded; Go's URL.Path; Tomcat and Apache where they are told to",
    of: (segments) =>
      segments.some((segment) => segment.includes("/"))
        ? [segments.flatMap((segment) => segment.split("/"))]
        : [],
  },
  {
    what: "an encoded question mark or hash as one",
    who: "servers behind a proxy that hands its own decoded path on: nginx, proxy_pass with $uri; of another width (？), where letters are folded first",
    of: (segments) => {
      const plain = segments.map((segment) => segment.normalize("NFKC"));
      const at = plain.findIndex((segment) => /[?#]/.test(segment));
      return at < 0 ? [] : [[...segments.slice(0, at), plain[at]?.split(/[?#]/, 1)[0] ?? ""]];
    },
  },
  {
    what: "without a session or a sign-in in brackets: /(S(x))/users",
    who: "ASP.NET, whatever its settings (CookielessHelper.RemoveCookielessValuesFromPath)",
    of: (segments) => {
      // It has to be followed by a slash; of several, the last is taken away.
      const at = segments.slice(0, -1).findLastIndex((segment) => cookieless.test(segment));
      return at < 0 ? [] : [segments.toSpliced(at, 1)];
    },
  },
  {
    what: "without the script that answers: /index.php/users",
    who: "PHP (Symfony's and Laravel's prepareBaseUrl, CodeIgniter), CGI",
    of: (segments) => {
      const start = segments.findIndex((segment) => segment !== "");
      const at = segments.findIndex((segment, index) =>
        (index === start ? script : frontController).test(segment),
      );
      const rest = (segments[at] ?? "").replace(script, "");
      // Deeper, a path that ends with such a name is one of a file.
      const isScript =
        at === start || rest !== "" || segments.slice(at + 1).some((segment) => segment !== "");
      return at >= 0 && isScript ? [segments.with(at, rest)] : [];
    },
  },
  {
    what: "without a format or a suffix at its end: /users/me.json",
    who: "Rails and Grape, (.:format); Spring, suffix patterns",
    of: (segments) => {
      const last = segments.findLastIndex((segment) => foldSegment(segment) !== "");
      const folded = foldSegment(segments[last] ?? "");
      return dotsIn(folded).map((at) => segments.with(last, folded.slice(0, at)));
    },
  },
];

export const queryRows: Row<Pairs>[] = [
  {
    what: "a semicolon between pairs",
    who: "Rack before 3, Python before 3.10, Perl's CGI",
    of: (pairs) =>
      pairs.some((pair) => pair.join().includes(";"))
        ? [
            pairs.flatMap(([name, value]) => [
              ...new URLSearchParams(`${name}=${value}`.replaceAll(";", "&")),
            ]),
          ]
        : [],
  },
  {
    what: "decoded until nothing is encoded",
    who: "a proxy that decodes before a server that decodes again",
    of: (pairs) =>
      pairs.some((pair) => pair.join().includes("%"))
        ? [pairs.map(([name, value]) => [decodedAgain(name), decodedAgain(value)])]
        : [],
  },
  {
    what: "an encoded separator as one",
    who: "a proxy that decodes before a server that splits",
    of: (pairs) =>
      pairs.some(([name, value]) => /[&;=]/.test(name) || /[&;]/.test(value))
        ? [
            pairs.flatMap(([name, value]) => [
              ...new URLSearchParams(`${name}=${value}`.replaceAll(";", "&")),
            ]),
          ]
        : [],
  },
  {
    what: "ended by a NUL",
    who: "PHP's names, programs in C",
    of: (pairs) =>
      pairs.some((pair) => pair.join().includes("\0"))
        ? [pairs.map(([name, value]) => [beforeNul(name), beforeNul(value)])]
        : [],
  },
];

/**
 * The paths that servers may read, folded, and without empty segments, which nginx, Go and Tomcat merge away.
 * @param segments decoded once
 */
export function pathReadings(segments: Segments): Segments[] {
  const all = combined(pathRows, segments).map((read) => read.map(foldSegment).filter((one) => one !== ""));
  if (all.length === 1) return all;
  return [...new Map(all.map((read) => [read.join("\n"), read])).values()];
}

/** The query, with what such a proxy makes part of it: what stands behind an encoded question mark in the path. */
export function searchReadIn({ segments, search }: { segments: Segments; search: string }): string {
  const all = segments.join("/").normalize("NFKC");
  const path = /[?%]/.test(all) ? decodedAgain(all) : "";
  const mark = path.indexOf("?");
  if (mark < 0) return search;
  const [hidden = ""] = path.slice(mark + 1).split("#", 1);
  return `?${[search.slice(1), hidden].filter((part) => part !== "").join("&")}`;
}

/** @param search with or without its `?` */
export function queryReadings(search: string): Pairs[] {
  return combined(queryRows, [...new URLSearchParams(search)]);
}

function combined<Read>(rows: readonly Row<Read>[], read: Read): Read[] {
  let all = [read];
  for (const { of } of rows) {
    const more = all.flatMap(of);
    if (more.length > 0) all = [...all, ...more];
  }
  return all;
}

/** Percent-encoding undone, in the places where it is valid, until there is none. */
export function decodedAgain(text: string): string {
  let decoded = text;
  // Each round takes at least two characters away, and `canonical.ts` lets few layers pass.
  for (let round = 0; round < 4 && decoded.includes("%"); round += 1) {
    decoded = decoded
      .replace(/%u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/(?:%[\da-f]{2})+/gi, (run) => {
        try {
          return decodeURIComponent(run);
        } catch {
          return run;
        }
      });
  }
  return decoded;
}

function mapped(segments: Segments, change: (segment: string) => string): Segments[] {
  const changed = segments.map(change);
  return changed.some((segment, index) => segment !== segments[index]) ? [changed] : [];
}

/** Positions of dots, without one at the start: the first few, for no literal has more in it, and the last. */
function dotsIn(segment: string): number[] {
  const found = new Set<number>();
  for (let at = segment.indexOf(".", 1); at > 0 && found.size < 12; at = segment.indexOf(".", at + 1))
    found.add(at);
  if (found.size > 0) found.add(segment.lastIndexOf("."));
  return [...found];
}

const beforeNul = (text: string) => text.split("\0", 1)[0] ?? "";
