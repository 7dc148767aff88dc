import { expect, it } from "vitest";
import { accessOf, match, type Location } from "../../src/request/match.ts";
import { plainCatalog } from "../setup/plain-catalog.ts";

const base = "https://api.example.com/v1";

/** The ids of the operations that a request matches, or why it does not. */
function matched(paths: string[], request: string, location: Location = {}): string {
  const document = {
    servers: [{ url: base }],
    paths: {} as Record<string, Record<string, { operationId: string; parameters?: unknown[] }>>,
  };
  for (const text of paths) {
    const [method = "", path = ""] = text.split(" ");
    (document.paths[path] ??= {})[method.toLowerCase()] = { operationId: text };
  }
  const [method = "", url = ""] = request.split(" ");
  const found = match(plainCatalog(document), location, method, url);
  switch (found.kind) {
    case "matched": {
      const values = found.matched.fits[0]?.values ?? {};
      const ids = found.matched.fits.map(({ operation }) => operation.id).join(" | ");
      return Object.keys(values).length === 0 ? ids : `${ids} ${JSON.stringify(values)}`;
    }
    case "outside":
      return found.knownOrigin ? "outside" : "foreign";
    case "refused":
      return `refused: ${found.problem}`;
  }
}

const zones = [
  "GET /zones",
  "POST /zones",
  "GET /zones/{id}",
  "DELETE /zones/{id}",
  "GET /zones/{id}/records",
];

it.each([
  ["a path without parameters", "GET https://api.example.com/v1/zones", "GET /zones"],
  ["the method decides", "POST https://api.example.com/v1/zones", "POST /zones"],
  ["a parameter", "GET https://api.example.com/v1/zones/a1", 'GET /zones/{id} {"id":"a1"}'],
  ["a query does not matter", "GET https://api.example.com/v1/zones?x=1#y", "GET /zones"],
  ["the default port is the same origin", "GET https://api.example.com:443/v1/zones", "GET /zones"],
  ["host names have no case", "GET https://API.Example.COM/v1/zones", "GET /zones"],
  ["HEAD is a GET", "HEAD https://api.example.com/v1/zones", "GET /zones"],
  ["encoded letters are letters", "GET https://api.example.com/v1/%7Aones", "GET /zones"],
  [
    "spaces and unicode in a value",
    "GET https://api.example.com/v1/zones/a%20%C3%A9",
    'GET /zones/{id} {"id":"a é"}',
  ],
  ["a method that is not there", "PUT https://api.example.com/v1/zones", "outside"],
  ["paths have a case", "GET https://api.example.com/v1/Zones", "outside"],
  ["an empty value", "GET https://api.example.com/v1/zones/", "outside"],
  ["an empty value in between", "GET https://api.example.com/v1/zones//records", "outside"],
  ["a longer path", "GET https://api.example.com/v1/zones/a1/x", "outside"],
  ["outside the base path", "GET https://api.example.com/zones", "outside"],
  ["a base path is whole segments", "GET https://api.example.com/v12/zones", "outside"],
  ["another scheme", "GET http://api.example.com/v1/zones", "foreign"],
  ["another port", "GET https://api.example.com:8443/v1/zones", "foreign"],
  ["another host", "GET https://api.example.com.evil.net/v1/zones", "foreign"],
  ["a trailing dot is another host", "GET https://api.example.com./v1/zones", "foreign"],
  ["a look-alike host", "GET https://аpi.example.com/v1/zones", "foreign"],
  [
    "dot segments are resolved first",
    "GET https://api.example.com/v1/zones/a1/../b2",
    'GET /zones/{id} {"id":"b2"}',
  ],
  [
    "encoded dot segments too",
    "DELETE https://api.example.com/v1/x/%2e%2E/zones/b2",
    'DELETE /zones/{id} {"id":"b2"}',
  ],
  ["dot segments out of the base path", "GET https://api.example.com/v1/../zones", "outside"],
])("%s", (_name, request, want) => {
  expect(matched(zones, request)).toBe(want);
});

it.each([
  ["an encoded slash", "/zones/a%2Fb", "a path parameter of GET /zones/{id} holds an encoded slash"],
  ["an encoded slash with dots", "/zones/..%2Fx", 'the path segment "..%2Fx" holds a path of its own'],
  ["an encoded backslash", "/zones/a%5Cb", 'the path segment "a\\\\b" holds a backslash'],
  ["a second layer of encoding", "/zones/%252e%252e%252fadmin", "is percent-encoded twice"],
  ["a NUL", "/zones/a%00", "holds a control character"],
  ["a line break", "/zones/a%0d%0aHost:x", "holds a control character"],
  ["dots with path parameters", "/zones/..;/admin", "is a dot segment"],
  ["dots that a server may normalise", "/zones/%EF%BC%8E%EF%BC%8E", "look like a path separator"],
  ["a slash that a server may normalise", "/zones/a%EF%BC%8Fb", "look like a path separator"],
  ["a slash of mathematics", "/zones/a%E2%88%95b", "look like a path separator"],
  ["a slash of fractions", "/zones/a%E2%81%84b", "look like a path separator"],
  [
    "a slash of mathematics, encoded twice",
    "/zones/a%25E2%2588%2595b",
    "look like a path separator, percent-encoded twice",
  ],
  ["a backslash of mathematics", "/zones/a%E2%88%96..%E2%88%96b", "look like a path separator"],
  [
    "a percent sign of another width",
    "/zones/..%EF%BC%852Fx",
    "a percent sign of another width before two hex",
  ],
  ["a small percent sign", "/zones/%EF%B9%AA2e", "a percent sign of another width before two hex"],
  [
    "a percent sign and digits of another width",
    "/zones/％２ｆ",
    "a percent sign of another width before two hex",
  ],
  ["a part of a sign that folds to a slash", "/zones/℀", "look like a path separator"],
  ["broken encoding", "/zones/%E0%A4%A", "is not valid percent-encoded UTF-8"],
])("refuses %s", (_name, path, want) => {
  expect(matched(zones, `GET ${base}${path}`)).toContain(want);
});

it.each(["何？", "½", "¾ cup", "100％", "a＃b", "５％", "1－2", "Ｃ＃", "％ of all"])(
  "lets the value %s through",
  (value) => {
    expect(matched(zones, `GET ${base}/zones/${encodeURIComponent(value)}`)).toBe(
      `GET /zones/{id} ${JSON.stringify({ id: value })}`,
    );
  },
);

it.each([
  ["a user name", "GET https://user@api.example.com/v1/zones"],
  ["a password", "GET https://user:pw@api.example.com/v1/zones"],
  ["another scheme", "GET file:///etc/passwd"],
  ["no URL at all", "GET /v1/zones"],
])("refuses a URL with %s", (_name, request) => {
  expect(matched(zones, request)).toMatch(/^refused: it/);
});

it.each([
  [["GET /users/{id}", "GET /users/me"], "/users/me", "GET /users/me"],
  [["GET /users/{id}", "GET /users/me"], "/users/you", 'GET /users/{id} {"id":"you"}'],
  [["GET /a/{x}.json", "GET /a/{x}"], "/a/b.json", 'GET /a/{x}.json {"x":"b"}'],
  [["GET /a/{x}.json", "GET /a/{x}"], "/a/b.xml", 'GET /a/{x} {"x":"b.xml"}'],
  [["POST /v1/{name}", "POST /v1/{name}:delete"], "/v1/db:delete", 'POST /v1/{name}:delete {"name":"db"}'],
  [["GET /a/{x}-{y}"], "/a/1-2-3", 'GET /a/{x}-{y} {"x":"1","y":"2-3"}'],
  [["GET /a/{b}/c", "GET /a/{d}/e"], "/a/1/e", 'GET /a/{d}/e {"d":"1"}'],
  [["GET /x/microsoft.graph.delta()"], "/x/microsoft.graph.delta()", "GET /x/microsoft.graph.delta()"],
  [["GET /x/f(path='{p}')"], "/x/f(path='1')", 'GET /x/f(path=\'{p}\') {"p":"1"}'],
  [["GET /x/f(path='{p}')"], "/x/f(path='O''Neil''')", `GET /x/f(path='{p}') {"p":"O'Neil'"}`],
  [["GET /x/f(path='{p}')"], "/x/f(path='a',other='b')", "outside"],
  [["GET /x/f(path='{p}')"], "/x/f(path='O'Neil')", "outside"],
  [["GET /x/f(path='{p}')"], "/x/f(path='a'')", "outside"],
  [
    ["GET /x/f(a='{a}',b='{b}')"],
    "/x/f(a='1'',b=''',b='2')",
    `GET /x/f(a='{a}',b='{b}') {"a":"1',b='","b":"2"}`,
  ],
  [["GET /x/f(a='{a}',n={n})"], "/x/f(a='''',n=2)", `GET /x/f(a='{a}',n={n}) {"a":"'","n":"2"}`],
  [["POST /r", "POST /r?beta=true"], "/r?beta=true", "POST /r?beta=true"],
  [["POST /r", "POST /r?beta=true"], "/r?beta=false", "POST /r"],
  [["POST /r", "POST /r?beta=true"], "/r?beta=true&beta=false", "POST /r | POST /r?beta=true"],
  [["POST /t", "POST /t#refresh"], "/t", "POST /t | POST /t#refresh"],
  [["GET /a/{x}/c", "GET /a/b/{y}"], "/a/b/c", 'GET /a/b/{y} | GET /a/{x}/c {"y":"c"}'],
  [["GET /"], "/", "GET /"],
])("of %s, %s is %s", (paths, path, want) => {
  expect(matched(paths, `${(paths[0] ?? "").split(" ")[0]} ${base}${path}`)).toBe(want);
});

const contents = ["GET /repos/{r}/contents/{path}", "GET /repos/{r}/contents/{path}/history"];

it("takes several segments for a parameter only where the API file says so", () => {
  const url = `GET ${base}/repos/r/contents/src/index.ts`;
  expect(matched(contents, url)).toBe("outside");
  const slashes = [{ path: "/repos/{r}/contents/{path}", as: "raw" as const }];
  expect(matched(contents, url, { slashes })).toBe(
    'GET /repos/{r}/contents/{path} {"r":"r","path":"src/index.ts"}',
  );
  expect(matched(contents, `${url}/history`, { slashes })).toBe(
    'GET /repos/{r}/contents/{path} {"r":"r","path":"src/index.ts/history"}',
  );
});

it("takes an encoded slash only where the API file says so, and never dots with it", () => {
  const slashes = [{ path: "/projects/*", as: "encoded" as const }];
  const paths = ["GET /projects/{id}", "GET /groups/{id}"];
  expect(matched(paths, `GET ${base}/projects/a%2Fb`, { slashes })).toBe('GET /projects/{id} {"id":"a/b"}');
  expect(matched(paths, `GET ${base}/groups/a%2Fb`, { slashes })).toContain("refused");
  expect(matched(paths, `GET ${base}/projects/a%2F..%2Fb`, { slashes })).toContain("refused");
});

it("sends one spelling, whatever was asked for", () => {
  const catalog = plainCatalog({ servers: [{ url: base }], paths: { "/zones/{id}": { get: {} } } });
  const found = match(catalog, {}, "get", "https://api.example.com:443/v1/%7aones/%61%3A b?q=%00#f");
  expect(found).toMatchObject({ matched: { href: "https://api.example.com/v1/zones/a:%20b?q=%00" } });
});

const ambiguous = plainCatalog({
  servers: [{ url: base }],
  paths: {
    "/users/{id}": { delete: { operationId: "any" } },
    "/users/me": { delete: { operationId: "me" } },
    "/files/{name}.json": { get: { operationId: "json" } },
    "/files/{name}": { get: { operationId: "file" } },
    "/raw/{path}": {
      get: { operationId: "raw", parameters: [{ in: "path", name: "path", allowReserved: true }] },
    },
    "/raw/{path}/log": {
      get: { operationId: "log", parameters: [{ in: "path", name: "path", allowReserved: true }] },
    },
  },
});

function everyOperation(method: string, path: string): string[] {
  const found = match(ambiguous, {}, method, base + path);
  return found.kind === "matched" ? found.matched.fits.map(({ operation }) => operation.id) : [found.kind];
}

it.each([
  ["DELETE", "/users/me", ["me"]],
  ["DELETE", "/users/7", ["any"]],
  ["DELETE", "/users/ME", ["any", "me"]],
  ["DELETE", "/users/me;x=1", ["any", "me"]],
  ["DELETE", "/users/me%20", ["any", "me"]],
  ["DELETE", "/users/me.", ["any", "me"]],
  ["GET", "/files/a.JSON", ["file", "json"]],
  ["GET", "/raw/a/b/log", ["log", "raw"]],
])("decides %s %s on every operation that some server may take it for", (method, path, want) => {
  expect(everyOperation(method, path)).toEqual(want);
});

it.each(["..%20", "%20..", ".%20", "..%09;x"])("refuses dots with blanks around them: %s", (segment) => {
  expect(everyOperation("DELETE", `/users/${segment}`)).toEqual(["refused"]);
});

it("takes no character apart between two parameters", () => {
  const pairs = plainCatalog({
    servers: [{ url: base }],
    paths: { "/{a}{b}": { get: { operationId: "pair" } } },
  });
  const values = (text: string) => {
    const found = match(pairs, {}, "get", `${base}/${encodeURIComponent(text)}`);
    return found.kind === "matched" ? found.matched.fits[0]?.values : found.kind;
  };
  expect(values("😀x")).toEqual({ a: "😀", b: "x" });
  expect(values("😀")).toBe("outside");
});

it("sends an encoded delimiter of a list as it came: a,b and c are two values, not three", () => {
  const catalog = plainCatalog({
    servers: [{ url: "https://api.test" }],
    paths: { "/x/{p}": { get: {} } },
  });
  const found = match(catalog, {}, "get", "https://api.test/x/a%2cb,c%3B%3d%3A%40");
  expect(found).toMatchObject({ matched: { href: "https://api.test/x/a%2Cb,c%3B%3D:@" } });
  expect(found).toMatchObject({ matched: { fits: [{ values: { p: "a,b,c;=:@" } }] } });
});

it.each([
  ["/a/{id}/b/{id}", "/a/x%2fy/b/1"],
  ["/a/{id}/b/{id}", "/a/1/b/x%2Fy"],
  ["/p/{__proto__}", "/p/x%2Fy"],
  ["/p/{constructor}.{toString}", "/p/x%2Fy.z"],
])("an encoded slash is refused whatever the parameters are called: %s", (template, path) => {
  expect(matched([`DELETE ${template}`], `DELETE ${base}${path}`)).toContain("holds an encoded slash");
});

it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "an operation called %s has the access of its method",
  (id) => {
    const operation = {
      id,
      method: "get",
      path: "/a",
      summary: "",
      tags: [],
      access: "read" as const,
      deprecated: false,
    };
    expect(accessOf(operation, { other: "write" })).toBe("read");
    expect(accessOf(operation, JSON.parse(`{"${id}":"delete"}`) as Record<string, "delete">)).toBe("delete");
  },
);
