import { describe, expect, it } from "vitest";
import { match } from "../../src/request/match.ts";
import { pathRows, queryRows } from "../../src/request/readings.ts";
import { plainCatalog } from "../setup/plain-catalog.ts";

const base = "https://api.example.com/v1";

/** The operations, as `METHOD /path`, that a request is decided on; in brackets if it is none as written. */
function decidedOn(operations: string[], request: string, more: object = {}): string[] {
  const paths: Record<string, Record<string, object>> = {};
  for (const text of operations) {
    const [method = "", path = ""] = text.split(" ");
    (paths[path] ??= {})[method.toLowerCase()] = { operationId: text, ...more };
  }
  const [method = "", path = ""] = request.split(" ");
  const slashes = [{ path: "/projects/*", as: "encoded" as const }];
  const found = match(plainCatalog({ servers: [{ url: base }], paths }), { slashes }, method, base + path);
  if (found.kind === "matched") return found.matched.fits.map(({ operation }) => operation.id);
  return found.kind === "outside" ? found.readAs.map(({ id }) => `(${id})`) : [found.problem];
}

const users = ["GET /users/{id}", "GET /users/me"];
const both = ["GET /users/{id}", "GET /users/me"];

/** Each row of the table, with the operations that it adds. */
const pathExamples: Record<string, [operations: string[], request: string, want: string[]][]> = {
  "decoded until nothing is encoded": [
    [users, "GET /users/m%2565", both],
    [users, "GET /users/%256d%2565", both],
    [users, "GET /users/%25u006de", both],
  ],
  "a plus as a blank": [
    [users, "GET /users/me+", both],
    [users, "GET /users/+me%2b", both],
  ],
  "an encoded slash as a slash": [
    [
      ["GET /projects/{id}", "GET /projects/{id}/secrets"],
      "GET /projects/a%2Fsecrets",
      ["GET /projects/{id}", "GET /projects/{id}/secrets"],
    ],
  ],
  "an encoded question mark or hash as one": [
    [users, "GET /users/me%3Fx", both],
    [users, "GET /users/me%23x", both],
    [users, "GET /users/me%253Fx/y", ["(GET /users/me)", "(GET /users/{id})"]],
    [
      ["DELETE /things", "DELETE /things/{id}"],
      "DELETE /things/%3F",
      ["DELETE /things/{id}", "DELETE /things"],
    ],
    [
      ["POST /x/{id}", "POST /x/{id}?force=true"],
      "POST /x/5%3Fforce=true",
      ["POST /x/{id}", "POST /x/{id}?force=true"],
    ],
    [
      ["POST /x/{id}", "POST /x/{id}?force=true"],
      "POST /x/5%253fforce%3dtrue?a=1",
      ["POST /x/{id}", "POST /x/{id}?force=true"],
    ],
  ],
  "without a session or a sign-in in brackets: /(S(x))/users": [
    [
      ["DELETE /users/{user}/{key}", "DELETE /users/{user}"],
      "DELETE /users/(S(x))/bob",
      ["DELETE /users/{user}/{key}", "DELETE /users/{user}"],
    ],
    [["POST /purge"], "POST /(S(x)F(y-1))/purge", ["(POST /purge)"]],
    [["POST /purge"], "POST /%28S%28x%29%29/purge", ["(POST /purge)"]],
    [["POST /users"], "POST /users/(A(x))/", ["(POST /users)"]],
    [["POST /users", "POST /users/{id}"], "POST /users/(A(x))", ["POST /users/{id}"]],
    [["POST /(x)/purge", "POST /purge"], "POST /(x)/purge", ["POST /(x)/purge"]],
  ],
  "without the script that answers: /index.php/users": [
    [["PUT /{bucket}/{key}", "PUT /photos"], "PUT /index.php/photos", ["PUT /{bucket}/{key}", "PUT /photos"]],
    [["PUT /photos"], "PUT /INDEX.PHP/photos", ["(PUT /photos)"]],
    [["PUT /photos"], "PUT /%69ndex%2ephp//photos", ["(PUT /photos)"]],
    [["PUT /{bucket}", "PUT /photos"], "PUT /index.phpphotos", ["PUT /{bucket}", "PUT /photos"]],
    [
      ["DELETE /{bucket}/{key}", "DELETE /{b}"],
      "DELETE /app_dev.php/x",
      ["DELETE /{bucket}/{key}", "DELETE /{b}"],
    ],
    [["DELETE /files", "DELETE /files/{name}"], "DELETE /files/index.php", ["DELETE /files/{name}"]],
    [
      ["DELETE /repos/{owner}/{repo}", "DELETE /repos/{owner}/{repo}/hook"],
      "DELETE /repos/octo/parser.php/hook",
      ["DELETE /repos/{owner}/{repo}/hook"],
    ],
  ],
  "without a format or a suffix at its end: /users/me.json": [
    [users, "GET /users/me.json", both],
    [users, "GET /users/me.v1.json", both],
    [users, "GET /users/me%2ehtml", both],
    [["GET /users/{id}", "GET /users/a.b"], "GET /users/a.b.c.d", ["GET /users/{id}", "GET /users/a.b"]],
    [["GET /users/{id}", "GET /users/me.json"], "GET /users/me", ["GET /users/{id}", "GET /users/me.json"]],
  ],
};

const threads = ["POST /r", "POST /r?beta=true"];
const queryExamples: Record<string, string[]> = {
  "a semicolon between pairs": ["a=1;beta=true", "a=1%3Bbeta=true"],
  "decoded until nothing is encoded": ["%2562eta=true", "beta=%2574rue"],
  "an encoded separator as one": ["a=1%26beta=true", "a=%253Bbeta%253Dtrue", "beta%3Dtrue", "beta%253Dtrue"],
  "ended by a NUL": ["beta%00x=true", "beta%2500=true"],
};

describe("the table of readings", () => {
  it("has an example of each row", () => {
    expect(Object.keys(pathExamples)).toEqual(pathRows.map(({ what }) => what));
    expect(Object.keys(queryExamples)).toEqual(queryRows.map(({ what }) => what));
  });

  it.each(Object.values(pathExamples).flat())("decides, of %j, %s on %j", (operations, request, want) => {
    expect(decidedOn(operations, request)).toEqual(want);
  });

  it.each(Object.values(queryExamples).flat())(
    "decides POST /r?%s also on the operation with ?beta=true",
    (search) => {
      expect(decidedOn(threads, `POST /r?${search}`)).toEqual(threads);
    },
  );
});

it.each([
  "beta=true&beta=true",
  "beta=True",
  "Beta=true",
  "BETA=TRUE",
  "beta=true%20",
  "beta=+true",
  "beta=1&beta=true",
  "beta=1",
  "beta=yes",
  "beta",
  "beta=",
  "beta[]=true",
  "beta%5B0%5D=true",
  "beta[x]=true",
  ".beta=true",
  "beta.=true",
  "+beta=true",
  "be%EF%BD%94a=true",
  "beta=%22true%22",
  "beta=false,true",
  "x=1&&beta=t",
])("decides POST /r?%s also on the operation with ?beta=true", (search) => {
  expect(decidedOn(threads, `POST /r?${search}`)).toEqual(threads);
});

it.each(["", "x=beta", "beta=false", "beta=0", "alphabeta=true", "x=true"])(
  "decides POST /r?%s on nothing but the operation without",
  (search) => {
    expect(decidedOn(threads, `POST /r?${search}`)).toEqual(["POST /r"]);
  },
);

it.each(["beta=true;beta=x", "beta=true&Beta=x", "x=1;beta=x&beta=true", "beta=true&beta%00=x"])(
  "decides POST /r?%s also on the operation without, which a server may come to",
  (search) => {
    expect(decidedOn(threads, `POST /r?${search}`).sort()).toEqual(threads);
  },
);

it("says by what the operations of a path are told apart, which a server may also find in the body", () => {
  const paths = { "/r": { post: {} }, "/r?beta=true": { post: {} }, "/r/{id}": { post: {} } };
  const catalog = plainCatalog({ servers: [{ url: base }], paths });
  const telling = (path: string) => {
    const found = match(catalog, {}, "POST", base + path);
    return found.kind === "matched" ? found.matched.telling : undefined;
  };
  expect(telling("/r")).toEqual([["beta", "true"]]);
  expect(telling("/r?beta=true")).toEqual([["beta", "true"]]);
  expect(telling("/r/1")).toEqual([]);
});

it("an operation whose query a server may not find does not stand before one with a less literal path", () => {
  const operations = ["GET /{id}?action=purge", "GET /me?action=list"];
  const either = ["GET /me?action=list", "GET /{id}?action=purge"];
  expect(decidedOn(operations, "GET /me?x=1;action=purge&action=list")).toEqual(either);
  expect(decidedOn(operations, "GET /me?action=list&Action=purge")).toEqual(either);
  expect(decidedOn(operations, "GET /me?action=list")).toEqual(["GET /me?action=list"]);
});

describe("routes in the query of path keys", () => {
  const routes = ["GET /index.php?r=user/list", "GET /index.php?r=user/delete"];
  it.each([
    "+r=/user/delete",
    "R=/user/delete",
    "R=user/delete/",
    "r[]=//user//delete",
    "R=user%5Cdelete",
    "R=%00/user/delete",
    "R=User/Delete.json",
    "R=//x/user/delete",
    "R=x:/user/delete",
  ])("are compared as paths: ?r=user/list&%s", (search) => {
    expect(decidedOn(routes, `GET /index.php?r=user/list&${search}`).sort()).toEqual(
      expect.arrayContaining([expect.stringContaining("r=user/delete")]),
    );
  });
  it.each(["R=user/deleted", "R=delete", "R=user/x/delete", "R=https://user/delete"])(
    "are other paths: ?r=user/list&%s",
    (search) => {
      expect(decidedOn(routes, `GET /index.php?r=user/list&${search}`).join()).not.toContain("r=user/delete");
    },
  );
  it("are words with slashes around them, too", () => {
    expect(
      decidedOn(["GET /?action=list", "GET /?action=purge"], "GET /?action=list&Action=/purge/"),
    ).toEqual(["GET /?action=list", "GET /?action=purge"]);
  });
});

const actions = ["GET /?action=list", "GET /?action=purge", "GET /?version=2"];

it.each([
  ["action=list", ["GET /?action=list"]],
  ["action=list&action=purge", ["(GET /?action=list)", "(GET /?action=purge)"]],
  ["action=list&Action=purge", ["GET /?action=list", "GET /?action=purge"]],
  ["action=list,purge", ["(GET /?action=list)", "(GET /?action=purge)"]],
  ["action=PURGE", ["(GET /?action=purge)"]],
  ["action=other", []],
  ["version=2.0", ["(GET /?version=2)"]],
  ["version=02", ["(GET /?version=2)"]],
])("tells values apart: ?%s", (search, want) => {
  expect(decidedOn(actions, `GET /?${search}`)).toEqual(want);
});

it.each([
  "/files/Purge",
  "/files/PURGE",
  "/files/purge;v=1",
  "/files/purge%3Bv=1",
  "/files/purge.",
  "/files/purge..",
  "/files/purge%20",
  "/files/%20purge",
  "/files/purge/",
  "/files/purge//",
  "/files//purge",
  "//files/purge",
  "/files/;x/purge",
  "/files;x=1/purge",
  "/files/purge.json",
  "/files/p%75rge%2e",
  "/files/p%2575rge",
  "/files/%EF%BD%90urge",
  "/files/pur%C2%ADge",
  "/files/p%C3%BArge",
  "/files/purge+",
  "/files/purge%EF%BC%9Fx",
  "/files/purge%EF%BC%83x/y",
  "/files/purge%EF%B9%96",
  "/FILES/%2570urge.xml/",
])("knows POST %s for POST /files/purge, though it is none as written", (path) => {
  expect(decidedOn(["POST /files/purge"], `POST ${path}`)).toEqual(["(POST /files/purge)"]);
});

it.each([
  ["/users/%25c0%25ae", "is percent-encoded in a way of its own"],
  ["/users/%c0%ae", "is not valid percent-encoded UTF-8"],
  ["/users/a%25c0%ae", "is not valid percent-encoded UTF-8"],
  ["/users/a%25ef%25bc%258f", "look like a path separator, percent-encoded twice"],
  ["/users/a%25u002f", "is percent-encoded in a way of its own"],
  [`/users${"/a".repeat(200)}`, "more than 128 segments"],
])("refuses %s", (path, why) => {
  expect(decidedOn(users, `GET ${path}`).join()).toContain(why);
});

it.each([
  [["POST /purge.php"], "POST /purge.php/x", ["(POST /purge.php)"]],
  [["POST /a/purge.php"], "POST /a/Purge.PHP/x/y", ["(POST /a/purge.php)"]],
  [["GET /{a}/{b}", "GET /purge.php"], "GET /purge%2ephp/x", ["GET /{a}/{b}", "GET /purge.php"]],
  [["GET /cgi-bin/admin.cgi"], "GET /cgi-bin/admin.cgi/index.html", ["(GET /cgi-bin/admin.cgi)"]],
  [["GET /{a}/{b}", "GET /list.aspx"], "GET /list.aspx/all", ["GET /{a}/{b}", "GET /list.aspx"]],
  [["GET /{a}/{b}", "GET /{a}"], "GET /list.aspx/all", ["GET /{a}/{b}"]],
  [["GET /{a}/{b}", "GET /list.txt"], "GET /list.txt/all", ["GET /{a}/{b}"]],
])("of %s knows %s for a script that is told the rest of its path", (operations, request, wanted) => {
  expect(decidedOn(operations, request)).toEqual(wanted);
});

describe("a HEAD", () => {
  it.each([
    [["HEAD /{any}", "GET /admin"], "/admin", ["HEAD /{any}", "GET /admin"]],
    [["HEAD /admin", "GET /admin"], "/admin", ["HEAD /admin", "GET /admin"]],
    [["HEAD /a", "GET /{any}"], "/a", ["HEAD /a", "GET /{any}"]],
    [["GET /admin"], "/admin", ["GET /admin"]],
    [["HEAD /{any}", "GET /Admin"], "/admin", ["HEAD /{any}", "GET /Admin"]],
    [["POST /admin"], "/admin", []],
  ])("is, of %j, decided on all that it may run: %s", (operations, path, want) => {
    expect(decidedOn(operations, `HEAD ${path}`)).toEqual(want);
  });
});

it.each(["OPTIONS", "PURGE", "GET", "PUT"])("%s is not the operation of another method", (method) => {
  expect(decidedOn(["POST /a", "DELETE /a", "HEAD /a"], `${method} /a`)).toEqual([]);
});

describe("parameters that span segments", () => {
  const spanning = (name: string) => ({ parameters: [{ in: "path", name, allowReserved: true }] });

  it.each([
    [
      ["GET /raw/{path}", "GET /raw/{path}/log"],
      "/raw/a/log",
      "path",
      ["GET /raw/{path}/log", "GET /raw/{path}"],
    ],
    [
      ["GET /{parent}/{collection}", "GET /{name}"],
      "/projects/secret",
      "name",
      ["GET /{parent}/{collection}", "GET /{name}"],
    ],
    [["GET /{path}/x/{id}"], "/a/x/b/x/c", "path", ["GET /{path}/x/{id}"]],
    [["GET /{path}/x/{id}"], "/a/x/b/c", "path", []],
    [
      ["GET /raw/{path}:log", "GET /raw/{a}/{b}"],
      "/raw/a/b:log",
      "path",
      ["GET /raw/{a}/{b}", "GET /raw/{path}:log"],
    ],
    [
      ["GET /raw/{path}", "GET /raw/{a}/{b}"],
      "/RAW/a/b",
      "path",
      ["(GET /raw/{path})", "(GET /raw/{a}/{b})"],
    ],
  ])("are asked too: of %j, %s with %s", (operations, path, name, want) => {
    expect(decidedOn(operations, `GET ${path}`, spanning(name)).sort()).toEqual(want.sort());
  });
});

describe("a path in the query", () => {
  const routed = ["GET /index", "GET /users/{id}", "GET /admin/purge", "POST /admin/purge"];

  it.each([
    "rest_route=/admin/purge",
    "rest_route=/v1/admin/purge",
    "r=admin/purge",
    "route=admin/purge/",
    "action=%2Fadmin%2Fpurge",
    "x=%252Fadmin%252Fpurge",
    "q[]=/Admin/Purge.json",
    "a=1;r=/admin/purge",
    "path=/admin/purge?x=1",
    "/admin/purge",
    "admin/purge",
    "/v1/admin/purge&x=1",
    "x=1&%2Fadmin%2Fpurge=",
    "/admin/purge=1",
    "//admin/purge",
    "r=//admin/purge",
    "rest_route=///admin//purge//",
    "r=%2F%2Fadmin%2Fpurge",
    "r=x:/admin/purge",
    "r=x:admin/purge",
    "r=%00/admin/purge",
    "r=+%09/admin/purge%20",
    "r=\\admin\\purge",
    "r=%5Cadmin%255Cpurge",
    "r=admin\\purge",
    "r=//x/admin/purge",
    "_url=https://x/admin/purge",
    "_url=https:///admin/purge?a=1",
    "_url=https://x\\v1\\admin\\purge",
    "/../admin/purge",
    "r=/./admin/./purge",
    "r=/x/../admin/purge",
    "%252fadmin%252fpurge",
    "x;/Admin/Purge/",
  ])("is decided on as that operation too: ?%s", (search) => {
    expect(decidedOn(routed, `GET /index?${search}`)).toEqual(["GET /index", "GET /admin/purge"]);
  });

  it.each([
    "r=admin",
    "next=https://api.example.com/admin",
    "next=https://admin/purge",
    "next=https://api.example.com",
    "time=12:30/13:30",
    "pattern=\\d\\w",
    "r=/admin",
    "since=2024/01",
    "redirect=//x/y",
    "2024/01",
    "filter[a/b]=1",
  ])("is nothing else: ?%s", (search) => {
    expect(decidedOn(routed, `GET /index?${search}`)).toEqual(["GET /index"]);
  });

  it.each([
    "q=purge",
    "q[]=Purge",
    "r=purge.json",
    "purge",
    "purge=",
    "a=1;x=%70urge",
    "x=purge%20",
    "x=purge?y=1",
  ])("is one word too, of a path of one segment: ?%s", (search) => {
    const words = ["GET /index", "POST /index", "GET /{name}", "POST /purge.json", "GET /purge.json"];
    expect(decidedOn(words, `GET /index?${search}`)).toEqual(["GET /index", "GET /purge.json"]);
    expect(decidedOn(words, `POST /index?${search}`)).toEqual(["POST /index", "POST /purge.json"]);
  });

  it.each(["q=purged", "q=users", "q=x", "q=https:purge"])("is no other word: ?%s", (search) => {
    expect(
      decidedOn(["GET /index", "GET /{name}", "GET /purge", "GET /users/{id}"], `GET /index?${search}`),
    ).toEqual(["GET /index"]);
  });

  it("is a value where the document declares the parameter", () => {
    const declared = { parameters: [{ in: "query", name: "path" }] };
    expect(decidedOn(routed, "GET /index?path=/admin/purge", declared)).toEqual(["GET /index"]);
    expect(decidedOn(routed, "GET /index?path[]=/admin/purge", declared)).toEqual(["GET /index"]);
    expect(decidedOn(routed, "GET /index?r=/admin/purge", declared)).toHaveLength(2);
  });

  it("is looked at fifty times, and then refused", () => {
    const query = (count: number) => Array.from({ length: count }, (_, index) => `a=/x/${index}`).join("&");
    expect(decidedOn(routed, `GET /index?${query(50)}`)).toEqual(["GET /index"]);
    expect(decidedOn(routed, `GET /index?${query(51)}`)[0]).toContain("more than 50 paths");
  });
});
