/**
 * The gateway's readings against models of whole servers (`test/setup/servers/`): whatever handler a server runs for
 * what is sent, the gateway decided on its operation.
 */
import * as fc from "fast-check";
import { problemInBody } from "../../../src/gateway/decide/policy/method-override.ts";
import { match } from "../../../src/request/match.ts";
import { atOnce } from "../../../src/terms/in-turns.ts";
import { bodyReadersOf } from "../../../test/setup/servers/bodies.ts";
import {
  behindProxy,
  behindRewritingProxy,
  frontControllers,
  handlerOf,
  servers,
  type Handler,
} from "../../../test/setup/servers/routing.ts";
import { plainCatalog, type PlainDocument } from "../../../test/setup/plain-catalog.ts";

const origin = "https://api.test";

const segment = fc.constantFrom("users", "me", "purge", "{id}", "{id}", "a.b", "v1", "é", "me.json", "x y");
const query = fc.constantFrom("", "", "", "?beta=true", "?action=list", "?action=purge", "?acl=1");
const template = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), query)
  .map(([segments, tail]) => {
    let count = 0;
    return `/${segments.map((one) => one.replace("{id}", () => `{p${(count += 1)}}`)).join("/")}${tail}`;
  });
const method = fc.constantFrom("get", "get", "post", "delete", "head");
const operations = fc.uniqueArray(fc.tuple(method, template), {
  minLength: 1,
  maxLength: 8,
  selector: ([verb, path]) => `${verb} ${path}`,
});

const twice = (text: string) => encodeURIComponent(encodeURIComponent(text));
const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** Other spellings of a segment. */
const spellings: ((text: string) => string)[] = [
  encodeURIComponent,
  (text) => encodeURIComponent(text.toUpperCase()),
  (text) => encodeURIComponent(text[0]?.toUpperCase() + text.slice(1)),
  hex,
  (text) => hex(text.slice(0, 1)) + encodeURIComponent(text.slice(1)),
  (text) => encodeURIComponent(hex(text)),
  twice,
  (text) => `${encodeURIComponent(text)}.json`,
  (text) => `${encodeURIComponent(text)}%2ejson`,
  (text) => `${encodeURIComponent(text)}.v1.xml`,
  (text) => `${encodeURIComponent(text)};v=1`,
  (text) => `${encodeURIComponent(text)}%3Bv=1`,
  (text) => `${encodeURIComponent(text)}.`,
  (text) => `${encodeURIComponent(text)}%20`,
  (text) => `${encodeURIComponent(text)}.%20.`,
  (text) => `${encodeURIComponent(text)}/`,
  (text) => `/${encodeURIComponent(text)}`,
  (text) => `${encodeURIComponent(text)}+`,
  (text) =>
    encodeURIComponent(text.replace(/[a-z]/g, (one) => String.fromCodePoint(one.codePointAt(0)! + 0xfee0))),
  (text) => `${encodeURIComponent(text)}%252e`,
  (text) => `${encodeURIComponent(text)}%00`,
  (text) => `${encodeURIComponent(text)}%3F`,
  (text) => `${encodeURIComponent(text)}%3Fbeta=true`,
  (text) => `${encodeURIComponent(text)}%23x`,
  () => "%3Faction=purge",
  (text) => `${encodeURIComponent(text)}%253Faction%3Dlist`,
  (text) => `index.php/${encodeURIComponent(text)}`,
  (text) => `%69ndex%2Ephp/${encodeURIComponent(text)}`,
  (text) => `index.php${encodeURIComponent(text)}`,
  (text) => `(S(x))/${encodeURIComponent(text)}`,
  (text) => `%28S(x)F(1)%29/${encodeURIComponent(text)}`,
  (text) => `(S(x))/(A(y))/${encodeURIComponent(text)}`,
  (text) => `${encodeURIComponent(text)}/(S(x))/`,
];
/** Other spellings of a pair. */
const pairSpellings: ((name: string, value: string) => string)[] = [
  (name, value) => `${name}=${value}`,
  (name, value) => `${name}=${value}&${name}=${value}`,
  (name, value) => `${name}=x&${name}=${value}`,
  (name, value) => `${name}=${value}&${name}=x`,
  (name, value) => `${name}[]=${value}`,
  (name, value) => `${name}[0]=${value}`,
  (name, value) => `${name.toUpperCase()}=${value}`,
  (name, value) => `${name}=${value.toUpperCase()}`,
  (name, value) => `${hex(name)}=${hex(value)}`,
  (name, value) => `${name}=${value},x`,
  (name, value) => `x=1;${name}=${value}`,
  (name, value) => `+${name}=${value}`,
  (name, value) => `${name}%00x=${value}`,
  (name, value) => `x=${name}=${value}`,
];

/** A request that is written by the templates of the document, in one of many spellings. */
const world = operations.chain((all) =>
  fc.record({
    all: fc.constant(all),
    chosen: fc.constantFrom(...all),
    value: fc.constantFrom("7", "me", "users", "a.b", "purge", "p/q"),
    ways: fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(spellings.length - 1)), {
      minLength: 3,
      maxLength: 3,
    }),
    pairWay: fc.nat(pairSpellings.length - 1),
    more: fc.constantFrom("", "", "x=1", "beta=true", "action=list"),
    verb: fc.option(fc.constantFrom("HEAD", "GET"), { nil: undefined }),
  }),
);

const idOf = ([verb, path]: readonly [string, string]) => `${verb} ${path}`;

export const decidesOnWhatAServerRuns = fc.property(
  world,
  ({ all, chosen, value, ways, pairWay, more, verb }) => {
    const document: PlainDocument = { servers: [{ url: origin }], paths: {} };
    for (const one of all) (document.paths[one[1]] ??= {})[one[0]] = { operationId: idOf(one) };
    const handlers = all.map((one): Handler => ({
      id: idOf(one),
      method: one[0].toUpperCase(),
      template: one[1],
    }));
    const [path = "", own = ""] = chosen[1].split("?");
    const spelled = path
      .slice(1)
      .split("/")
      .map((text, index) => spellings[ways[index] ?? 0]!(text.replace(/\{.*\}/, value)));
    const [[name = "", wanted = ""] = []] = new URLSearchParams(own);
    const search = [name === "" ? "" : pairSpellings[pairWay]!(name, wanted), more].filter(Boolean).join("&");
    const url = `${origin}/${spelled.join("/")}${search === "" ? "" : `?${search}`}`;
    const asked = verb ?? chosen[0].toUpperCase();
    const slashes = [{ path: "*{p1}*", as: "encoded" as const }];
    const found = match(plainCatalog(document), { slashes }, asked, url);
    if (found.kind === "refused") return;
    const href = found.kind === "matched" ? found.matched.href : found.href;
    const decided =
      found.kind === "matched"
        ? found.matched.fits.map(({ operation }) => operation.id)
        : found.readAs.map(({ id }) => id);
    for (const [title, server] of Object.entries(servers))
      for (const [how, one, reached] of [
        ["", server, href],
        [" behind a proxy", behindProxy(server), href],
        [" behind a proxy that rewrites", server, behindRewritingProxy(href)],
      ] as const) {
        const run = handlerOf(one, handlers, asked, reached);
        if (run !== undefined && !decided.includes(run))
          throw new Error(
            `${title}${how} runs ${run} for ${asked} ${href}, decided on: ${decided.join(" | ")}`,
          );
      }
  },
);

const plainOverrideNames = fc.constantFrom(
  ..."_method|_METHOD|.method|[method| method|_method[|_method]|%5Fmethod|_%6dethod|%2emethod|_method%00x|method|x".split(
    "|",
  ),
  ..."_me\\thod|_method\\|\\_method|_\\u006dethod|X-HTTP-Method-Override|x_http_method_override|_meth\u00f6d|_method".split(
    "|",
  ),
);
/** What PHP takes away before a name, and Rack around it. */
const padding = fc
  .tuple(fc.constantFrom("", "", "+", " ", "%20", "[", "%5b"), fc.constantFrom(1, 3, 394, 401, 2_000))
  .map(([pad, count]) => pad.repeat(count));
const routeSpellings: ((path: string) => string)[] = [
  (path) => path,
  (path) => `/${path}`,
  (path) => `r=${path}`,
  (path) => `r=//${path.slice(1)}//`,
  (path) => `r=x${path.replaceAll("/", "%2F")}&+r=${path}`,
  (path) => `rest_route=${path}/`,
  (path) => `rest[route=${encodeURIComponent(path)}`,
  (path) => `_url=${path}`,
  (path) => `_url=//x${path}`,
  (path) => `_url=https://x${path}?a=1`,
  (path) => `_url=x:${path}#a`,
  (path) => `/..${path}`,
];

/** A route in the query of a request to the front controller. */
const routed = operations.chain((all) =>
  fc.record({
    all: fc.constant(all),
    chosen: fc.constantFrom(...all),
    way: fc.constantFrom(...routeSpellings),
  }),
);

export const decidesOnWhatAFrontControllerRuns = fc.property(routed, ({ all, chosen, way }) => {
  const document: PlainDocument = { servers: [{ url: origin }], paths: { "/": { get: {} } } };
  for (const one of all) (document.paths[one[1]] ??= {})[one[0]] = { operationId: idOf(one) };
  const [verb, key] = chosen;
  const asked = verb.toUpperCase();
  const [path = ""] = key.replaceAll(/\{.*?\}/g, "7").split("?");
  const url = `${origin}/?${way(encodeURI(path))}`;
  const found = match(plainCatalog(document), {}, asked, url);
  if (found.kind === "refused") return;
  const href = found.kind === "matched" ? found.matched.href : found.href;
  const decided =
    found.kind === "matched"
      ? found.matched.fits.map(({ operation }) => operation.id)
      : found.readAs.map(({ id }) => id);
  const handlers = all.map((one): Handler => ({
    id: idOf(one),
    method: one[0].toUpperCase(),
    template: one[1].split("?")[0]!,
  }));
  for (const [title, routeOf] of Object.entries(frontControllers)) {
    const route = routeOf(href.slice(href.indexOf("?") + 1));
    if (route === undefined || route === "") continue;
    const run = handlerOf(servers["php"]!, handlers, asked, `${origin}/${encodeURI(route)}`);
    // A single word is the path of no parameter.
    const isWord = !href.includes("/", href.indexOf("?")) && !/%2f/i.test(href);
    if (run !== undefined && !isWord && !decided.includes(run))
      throw new Error(`${title} runs ${run} for ${asked} ${href}, decided on: ${decided.join(" | ")}`);
  }
});

const overrideNames = fc
  .tuple(
    padding,
    plainOverrideNames,
    fc.constantFrom("", "", "", "]", "]".repeat(500), `%00${"x".repeat(500)}`),
  )
  .map((parts) => parts.join(""));
const formPiece = fc
  .tuple(overrideNames, fc.constantFrom("&", ";", "&&", "&amp;"))
  .map(([name, end]) => `${name}=DELETE${end}`);
const jsonPiece = fc.oneof(
  overrideNames.map((name) => `"${name}":"DELETE"`),
  overrideNames.map((name) => `${name}:"DELETE"`),
  overrideNames.map((name) => `'${name}':'DELETE'`),
  fc.constantFrom('"a":1', '"a":{"_method":"x"}', '"a":[1,2', "}", '"a":"\\"', "//", "/*", "*/", " ", "\n"),
);
const disposition = fc.oneof(
  overrideNames.map((name) => `form-data; name="${name}"`),
  overrideNames.map((name) => `form-data; name=${name}`),
  overrideNames.map((name) => `form-data; name="a"; name="${name}"`),
  overrideNames.map((name) => `form-data; name='${name}'`),
  overrideNames.map((name) => `form-data; name*=UTF-8''${name}`),
  overrideNames.map((name) => `form-data; filename="a\\"; name="${name}"`),
  overrideNames.map((name) => `form-data; filename="a;"; name="${name}"`),
  overrideNames.map((name) => `form-data;name="${name}"`),
  overrideNames.map((name) => `form-data; x="; name="${name}"`),
  overrideNames.map((name) => `form-data; name="a"\r\nContent-Disposition: form-data; name="${name}"`),
  overrideNames.map((name) => `form-data;\r\n name="${name}"`),
);
const multipartPiece = fc
  .tuple(
    fc.constantFrom("--b\r\n", "--b\n", "--b \r\n", "--bc\r\n", "\r\n--b\r\n", "x\r\n--b\r\n", "--b--\r\n"),
    fc.constantFrom("Content-Disposition: ", "content-disposition:", "Content-Disposition : "),
    disposition,
    fc.constantFrom("\r\n\r\n", "\n\n", "\r\nX: y\r\n\r\n"),
    fc.constantFrom("DELETE\r\n", "DELETE\n", "\r\n"),
  )
  .map((parts) => parts.join(""));

const body = fc.oneof(
  fc.array(formPiece, { minLength: 1, maxLength: 4 }).map((pieces) => ({
    type: "application/x-www-form-urlencoded",
    text: pieces.join(""),
  })),
  fc.array(jsonPiece, { minLength: 1, maxLength: 4 }).map((pieces) => ({
    type: "application/json",
    text: `{${pieces.join(",")}}`,
  })),
  fc
    .tuple(
      fc.constantFrom("", " ", "\n".repeat(99), " ".repeat(120)),
      fc.array(jsonPiece, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "text/plain", "application/octet-stream", "application/xml", "image/png", "x/y"),
    )
    .map(([before, pieces, type]) => ({ type, text: `${before}{${pieces.join(",")}}` })),
  fc.array(formPiece, { minLength: 1, maxLength: 4 }).map((pieces) => ({
    type: "application/x-www-form-urlencoded2",
    text: pieces.join(""),
  })),
  fc.array(multipartPiece, { minLength: 1, maxLength: 3 }).map((pieces) => ({
    type: "multipart/form-data; boundary=b",
    text: `${pieces.join("")}--b--\r\n`,
  })),
);
const types = fc.constantFrom(
  "",
  "; charset=utf-8",
  "; charset=utf-16le",
  "; charset=UTF-16BE",
  ", text/plain",
  "; boundary=c",
);

export const findsEveryMethodThatAServerReadsInABody = fc.property(
  body,
  types,
  fc.constantFrom("utf8", "utf16le", "utf16be", "bom", "bom16"),
  fc.constantFrom("POST", "POST", "PUT", "PATCH", "DELETE"),
  ({ type, text }, tail, encoding, verb) => {
    const marked = encoding.startsWith("bom") ? `\ufeff${text}` : text;
    const bytes = Buffer.from(marked, encoding.includes("16") ? "utf16le" : "utf8");
    if (encoding === "utf16be") bytes.swap16();
    const header = type === "" ? "" : type + tail;
    if (atOnce(problemInBody(verb, header, bytes))) return;
    for (const [title, read] of Object.entries(bodyReadersOf(verb))) {
      const asked = read(header, bytes);
      if (asked !== undefined)
        throw new Error(`${title} reads ${asked} from a ${verb} of ${header} ${JSON.stringify(text)}`);
    }
  },
);
