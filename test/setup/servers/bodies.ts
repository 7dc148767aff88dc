/**
 * What common servers take for the method of a request by its body, after their sources. They share nothing with `src/`.
 */
import { phpName } from "./routing.ts";

/** @returns the method that the body asks for, or undefined */
type BodyReader = (contentType: string, body: Buffer) => string | undefined;

const essence = (contentType: string) => (contentType.split(/[;,]/, 1)[0] ?? "").trim().toLowerCase();
const isForm = (contentType: string) => essence(contentType) === "application/x-www-form-urlencoded";
const isMultipart = (contentType: string) => essence(contentType) === "multipart/form-data";

function form(body: Buffer, separator: RegExp): (readonly [string, string])[] {
  return body
    .toString("utf8")
    .split(separator)
    .filter(Boolean)
    .map((pair) => {
      const [name = "", ...rest] = pair.split("=");
      return [decoded(name), decoded(rest.join("="))] as const;
    });
}

const decoded = (text: string) =>
  text
    .replaceAll("+", " ")
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const named = (pairs: readonly (readonly [string, string])[], isName: (name: string) => boolean) =>
  pairs.find(([name]) => isName(name))?.[1];

/** Heads of parts, found by delimiter lines: after CRLF, or after LF alone. */
function heads(contentType: string, body: Buffer, lineEnd: RegExp, isPrefix: boolean): string[] {
  const boundary = /boundary="?([^";,]+)"?/i.exec(contentType)?.[1]?.trim();
  if (boundary === undefined) return [];
  const found: string[] = [];
  let head: string[] | undefined;
  for (const line of body.toString("utf8").split(lineEnd)) {
    if (line === `--${boundary}` || (isPrefix && line.startsWith(`--${boundary}`))) head = [];
    else if (head && line === "") {
      found.push(head.join("\n"));
      head = undefined;
    } else head?.push(line);
  }
  return found;
}

function methodIn(decoder: TextDecoder, body: Buffer): string | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return (value as Record<string, string> | null)?.["_method"];
  } catch {
    return undefined;
  }
}

/** Of what stands behind the name, only `[]` leaves a text. */
const isRackMethod = (name: string) => /^[[\]]*_method\]*(?:\[\])?$/.test(name);

/** Those that override a PUT, a PATCH and a DELETE as well. */
const readersOfAnyMethod: Record<string, BodyReader> = {
  /** hono/method-override: `formData()` of a clone, for all but GET. */
  hono(contentType, body) {
    if (contentType === "application/x-www-form-urlencoded")
      return named(form(body, /&/), (name) => name === "_method");
    if (!contentType.startsWith("multipart/form-data")) return undefined;
    for (const head of heads(contentType, body, /\r\n/, false)) {
      const name = /^content-disposition:[ \t]*form-data; ?name="([^"\\]*)"/im.exec(head)?.[1];
      if (name === "_method") return "DELETE";
    }
    return undefined;
  },
  /** CakePHP's ServerRequestFactory: `parse_str` of the body if its type begins like a form's. */
  cakephp(contentType, body) {
    return contentType.startsWith("application/x-www-form-urlencoded")
      ? named(form(body, /&/), (name) => phpName(name) === "_method")
      : undefined;
  },
};

/** Those that override only a POST. */
const readersOfPost: Record<string, BodyReader> = {
  /** body-parser 2 (raw charset of the header, BOM stripped by iconv-lite) and `req.body._method`. */
  express(contentType, body) {
    if (isForm(contentType))
      return named(form(body, /&/), (name) => name.replace(/\[\d*\]$/, "") === "_method");
    if (essence(contentType) !== "application/json") return undefined;
    const charset = /charset=["']?([^"';,\s]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
    if (!charset.startsWith("utf-")) return undefined;
    try {
      const value: unknown = JSON.parse(new TextDecoder(charset).decode(body));
      return typeof value === "object" && value !== null
        ? (value as Record<string, string | undefined>)["_method"]
        : undefined;
    } catch {
      return undefined;
    }
  },
  /** Parse Server: `express.json` for every type, body-parser 2, which decodes every `utf-` charset and skips a mark. */
  parseServer(contentType, body) {
    const charset = /charset=["']?([^"';,\s]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
    if (!charset.startsWith("utf-")) return undefined;
    return methodIn(new TextDecoder(charset), body);
  },
  /** Flask, `get_json(force=True)`: `json.loads` of bytes looks at the first four for its encoding. */
  flask(_contentType, body) {
    const [a = 1, b = 1, c = 1] = body;
    const isLittle = a === 0xff || (a !== 0 && b === 0);
    if (isLittle || a === 0xfe || (a === 0 && b !== 0))
      return methodIn(new TextDecoder(isLittle ? "utf-16le" : "utf-16be"), body);
    return a === 0 && b === 0 && c === 0 ? undefined : methodIn(new TextDecoder(), body);
  },
  /** Undertow and Spring's HiddenHttpMethodFilter: a type that begins like a form's is one. */
  undertow(contentType, body) {
    return contentType.startsWith("application/x-www-form-urlencoded")
      ? named(form(body, /&/), (name) => name === "_method")
      : undefined;
  },
  /** busboy (multer): parameters of the disposition in any order, the last of two names, backslashes undone. */
  busboy(contentType, body) {
    if (!isMultipart(contentType)) return undefined;
    for (const head of heads(contentType, body, /\r\n/, false)) {
      const line = /^content-disposition:[ \t]*(.*)$/im.exec(head)?.[1] ?? "";
      let name: string | undefined;
      for (const [, key = "", quoted, bare] of line.matchAll(
        /;\s*([^=;\s]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g,
      )) {
        const value = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
        if (key.toLowerCase() === "name") name = value;
        if (key.toLowerCase() === "name*") name = decoded(value.replace(/^[^']*'[^']*'/, ""));
      }
      if (name === "_method") return "DELETE";
    }
    return undefined;
  },
  /** Rack 2: `&` and `;`; brackets around a name left out (`normalize_params`); multipart names with backslashes undone, with or without quotes; no type is a form. */
  rack(contentType, body) {
    if (isForm(contentType) || contentType === "") return named(form(body, /[&;] */), isRackMethod);
    if (!essence(contentType).startsWith("multipart/")) return undefined;
    for (const head of heads(contentType, body, /\r?\n/, false)) {
      const line = /content-disposition:.*\s?name=(?:"((?:\\.|[^"])*)"|([^\s;"]+))/i.exec(head);
      const name = (line?.[1]?.replace(/\\(.)/g, "$1") ?? line?.[2])?.trim();
      if (name !== undefined && isRackMethod(name)) return "DELETE";
    }
    return undefined;
  },
  /** rfc1867.c: any line end, a boundary is a prefix, names in single or double quotes; `$_POST["_method"]`. */
  php(contentType, body) {
    const isMethod = (name: string) => phpName(name).toLowerCase() === "_method";
    if (isForm(contentType)) return named(form(body, /&/), isMethod);
    if (!isMultipart(contentType)) return undefined;
    for (const head of heads(contentType, body, /\r?\n/, true)) {
      for (const line of head.split("\n")) {
        if (!/^content-disposition\s*:/i.test(line)) continue;
        for (const part of line.split(";").slice(1)) {
          const [key = "", ...rest] = part.trim().split("=");
          const value = rest.join("=").trim();
          const name = /^"((?:[^"\\]|\\.)*)"?/.exec(value)?.[1] ?? /^'([^']*)'?/.exec(value)?.[1] ?? value;
          if (key.trim().toLowerCase() === "name" && isMethod(name.replace(/\\(.)/g, "$1"))) return "DELETE";
        }
      }
    }
    return undefined;
  },
  /** Servlet containers, HiddenHttpMethodFilter: `getParameter("_method")`. */
  spring(contentType, body) {
    return isForm(contentType) ? named(form(body, /&/), (name) => name === "_method") : undefined;
  },
  /** gorilla/handlers HTTPMethodOverrideHandler: `r.FormValue("_method")`; mime.ParseMediaType refuses a name twice. */
  go(contentType, body) {
    if (isForm(contentType))
      return named(
        form(body, /&/).filter((pair) => !pair.join("=").includes(";")),
        (name) => name === "_method",
      );
    if (!isMultipart(contentType)) return undefined;
    for (const head of heads(contentType, body, /\r?\n/, false)) {
      const line = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? "";
      const names = [...line.matchAll(/;\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/gi)];
      const [first] = names;
      if (names.length === 1 && (first?.[1]?.replace(/\\(.)/g, "$1") ?? first?.[2]) === "_method")
        return "DELETE";
    }
    return undefined;
  },
};

/** @returns by name, what servers take for the method of a request with that method */
export const bodyReadersOf = (method: string): Record<string, BodyReader> => ({
  ...readersOfAnyMethod,
  ...(method === "POST" ? readersOfPost : {}),
});
