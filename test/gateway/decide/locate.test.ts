import { describe, expect, it } from "vitest";
import { locate } from "../../../src/gateway/decide/locate.ts";
import type { Access, ApiFile } from "../../../src/terms/api-file.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";

const origin = "https://api.test";

interface World {
  /** `METHOD /path` */
  operations?: string[];
  file?: Partial<ApiFile>;
  /** Of every operation. */
  security?: object[];
  granted?: Access[];
}

/** What becomes of a request: its operation and access, or why it is not sent. */
async function located(
  request: string,
  { operations = [], file = {}, granted, security }: World,
): Promise<string> {
  const paths: Record<string, Record<string, object>> = {};
  for (const text of operations) {
    const [method = "", path = ""] = text.split(" ");
    (paths[path] ??= {})[method.toLowerCase()] = { operationId: text };
  }
  const catalog = plainCatalog({ servers: [{ url: origin }], paths, ...(security && { security }) });
  const [method = "", path = ""] = request.split(" ");
  const api = { name: "test", title: "", hash: "", file: { source: "x", ...file } };
  const found = await locate(
    { method, url: origin + path, headers: new Map() },
    {
      apis: [api as never],
      caller: { access: { test: granted ?? ["read", "write", "delete"] } } as never,
      open: async () => catalog,
    },
  );
  if (found.ok) return `${found.target.ask ? "ask " : ""}${found.target.access} ${found.target.operation.id}`;
  return "rule" in found.failure ? found.failure.rule : found.failure.kind;
}

describe("a path that only the API file allows", () => {
  const outside = [{ prefix: "/dav", access: "read" as const }];
  const operations = ["GET /known"];

  it.each<[method: string, access: string]>([
    ["GET", "read"],
    ["HEAD", "read"],
    ["OPTIONS", "read"],
    ["PROPFIND", "read"],
    ["REPORT", "read"],
    ["SEARCH", "read"],
    ["QUERY", "read"],
    ["POST", "read"],
    ["PUT", "write"],
    ["PATCH", "write"],
    ["DELETE", "delete"],
    ["PURGE", "delete"],
    ...["MOVE", "COPY", "MKCOL", "PROPPATCH", "MERGE", "LOCK", "UNLOCK", "BIND", "LINK", "ACL", "X"].map(
      (method): [string, string] => [method, "write"],
    ),
  ])("is %s with %s at least", async (method, access) => {
    expect(await located(`${method} /dav/a`, { operations, file: { outside } })).toBe(
      `${access} outside /dav`,
    );
    const reading = await located(`${method} /dav/a`, { operations, file: { outside }, granted: ["read"] });
    expect(reading).toBe(access === "read" ? "read outside /dav" : "needs-scope");
  });

  it.each(["CONNECT", "TRACE", "TRACK"])("is not reached with %s", async (method) => {
    expect(await located(`${method} /dav/a`, { operations, file: { outside } })).toBe(
      "requests and answers only",
    );
  });

  it.each([
    "/files/Purge",
    "/files/purge;v=1",
    "/files/purge.",
    "/files/purge%20",
    "/files/purge/",
    "/files/purge.json",
    "/files/%2570urge",
    "/files/x?r=/files/purge",
    "/files/x?rest_route=%2Ffiles%2Fpurge",
    "/files/x?r=//files/purge",
    "/files/x?//files/purge",
    "/files/x?r=x:/files/purge",
    "/files/x?r=\\files\\purge",
  ])("is not %s, which some server takes for an operation", async (path) => {
    const file = { outside: [{ prefix: "/files", access: "write" as const }] };
    expect(await located(`POST ${path}`, { operations: ["POST /files/purge"], file })).toBe(
      "unknown-operation",
    );
    expect(await located("POST /files/x", { operations: ["POST /files/purge"], file })).toBe(
      "write outside /files",
    );
  });

  it("is also the GET of that path if it is posted to, which some servers run then", async () => {
    const asked = { outside: [{ prefix: "/x", access: "write" as const }] };
    const posted = (more: object, path = "/x/secret") =>
      located(`POST ${path}`, { operations: ["GET /x/secret"], file: { ...asked, ...more } });
    expect(await posted({})).toBe("write outside /x");
    for (const rule of [{ path: "/x/secret" }, { operation: "GET /x/secret" }, { method: "GET" }])
      expect(await posted({ policy: [{ effect: "deny", ...rule }] })).toMatch(/^policy\[0\]/);
    expect(await posted({ policy: [{ effect: "deny", method: "GET" }] }, "/x/other")).toBe(
      "write outside /x",
    );
  });
});

it("counts the strictest access of all that a server may take a request for", async () => {
  const operations = ["GET /r", "GET /r?purge=true"];
  const file = { access: { "GET /r?purge=true": "delete" as const } };
  expect(await located("GET /r?Purge=1", { operations, file })).toBe("delete GET /r");
  expect(await located("GET /r", { operations, file })).toBe("read GET /r");
  expect(await located("GET /r?Purge=1", { operations, file, granted: ["read"] })).toBe("needs-scope");
});

describe("a credential in the query", () => {
  const schemes = { key: { type: "apiKey", in: "query", name: "api_key" } };
  const world = {
    operations: ["GET /items/{id}"],
    file: { auth: { schemes } } as Partial<ApiFile>,
    security: [{ key: [] }],
  };
  const sent = (path: string) => located(`GET ${path}`, world);

  it.each([
    "x%3Fapi_key=evil%26z=",
    "x%3Fapi_key=evil",
    "x%3Fa=1&api_key=evil",
    "x%3Fa=1%26API-Key=evil",
    "x%3Fa=1;api_key=evil",
    "x%253Fapi_key=evil",
    "x%253Fapi_key%253Devil",
    "x%3Fapi_key",
    "x%3Fa=1%2526api_key=evil",
    "x%3F%61pi_key=evil?b=2",
    "x%EF%BC%9Fapi_key=evil",
    "x%EF%B9%96a=1%26api_key=evil",
    "x?b=1%26api_key=evil",
  ])("is not sent where a part of the path is read as one: /items/%s", async (path) => {
    expect(await sent(`/items/${path}`)).toBe("one spelling for every URL");
  });

  it.each([
    "x%3Fz=1",
    "x%3Fz=api_key",
    "api_key=1",
    "x%3Fmy_api_key=1",
    "x?api_key=evil",
    "x?api_key=evil&b=1",
  ])("is no other value, and one in its own place is left out: /items/%s", async (path) => {
    expect(await sent(`/items/${path}`)).toBe("read GET /items/{id}");
  });
});

describe("a rule", () => {
  const operations = ["GET /secret", "HEAD /own", "GET /repos/{owner}/{repo}/issues"];
  const strict = (effect: "deny" | "ask", more: object) => ({ policy: [{ effect, ...more }] });

  it("that names GET holds for HEAD too, and one that names HEAD for HEAD only", async () => {
    const get = strict("deny", { method: "GET", path: "/secret" });
    expect(await located("HEAD /secret", { operations, file: get })).toMatch(/^policy\[0\]/);
    expect(await located("HEAD /own", { operations, file: strict("ask", { method: "GET" }) })).toBe(
      "ask read HEAD /own",
    );
    const head = strict("deny", { method: "head" });
    expect(await located("HEAD /secret", { operations, file: head })).toMatch(/^policy\[0\]/);
    expect(await located("GET /secret", { operations, file: head })).toBe("read GET /secret");
  });

  it.each([
    "/repos/octo/secret/issues",
    "/repos/Octo/Secret/issues",
    "/repos/OCTO/SECRET/issues",
    "/repos/octo/secret;x/issues",
    "/repos/octo/secret%3Bx/issues",
    "/repos/octo/s%2565cret/issues",
    "/repos/octo/%73ecret/issues",
    "/repos/octo/secret./issues",
    "/repos/octo/secret%20/issues",
    "/repos/octo/%20secret/issues",
    "/repos/octo/secret+/issues",
    "/repos/octo/%EF%BD%93ecret/issues",
    "/repos/%C3%B6cto/secret/issues",
    "/repos/octo/sec%C2%ADret/issues",
  ])("that denies or asks by a value holds for %s, one that allows does not", async (path) => {
    const rule = { path: "/repos/octo/secret/*" };
    expect(await located(`GET ${path}`, { operations, file: strict("deny", rule) })).toMatch(/^policy\[0\]/);
    expect(await located(`GET ${path}`, { operations, file: strict("ask", rule) })).toMatch(/^ask /);
    const allow = { policy: [{ effect: "allow" as const, ...rule }], otherwise: "deny" as const };
    const isExact = decodeURIComponent(path) === "/repos/octo/secret/issues";
    expect(await located(`GET ${path}`, { operations, file: allow })).toBe(
      isExact ? "read GET /repos/{owner}/{repo}/issues" : "policy: otherwise deny",
    );
  });

  const byNumber = ["POST /accounts/{id}/transfers", "DELETE /zones/{id}"];
  const uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";

  it.each([
    ...(
      "1 01 001 1.0 1.00 1e0 1E0 +1 %2B1 0x1 0X1 0b1 0o1 1-x 1abc 1L 1_ 1, %201 1%20 %D9%A1 %EF%BC%91 %E0%A5%A7 1.json 1;x " +
      "%22%31%22 [1] 1%3Fx"
    )
      .split(" ")
      .map((id) => `POST /accounts/${id}/transfers`),
    ...[
      uuid,
      uuid.toUpperCase(),
      uuid.replaceAll("-", ""),
      `%7B${uuid}%7D`,
      `urn:uuid:${uuid}`,
      `URN:UUID:${uuid}`,
      "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
    ].map((id) => `DELETE /zones/${id}`),
  ])("that denies or asks by a number or a UUID holds for %s", async (request) => {
    for (const [effect, want] of [
      ["deny", /^policy\[0\]/],
      ["ask", /^ask /],
    ] as const) {
      const file = strict(effect, { path: ["/accounts/1/transfers", `/zones/${uuid}`] });
      expect(await located(request, { operations: byNumber, file })).toMatch(want);
    }
  });

  it.each(
    "1000 1_000 1_0_00 1_000x 0x3_e8 1,000 01750 001750 +01750 0b11_1110_1000 %D9%A1_000 10e2".split(" "),
  )("that denies 1000 holds for %s, in which some language writes it", async (id) => {
    const file = strict("deny", { path: "/accounts/1000/transfers" });
    const request = `POST /accounts/${id}/transfers`;
    expect(await located(request, { operations: byNumber, file })).toMatch(/^policy/);
  });

  const leadingZeros = "00bc1234-00ef-4ef8-bb6d-0000000000aa";

  it.each(
    (
      "0d10 0D1_0 0d10x %23a %23A %230xa %26ha %26HA %26ha%26 %26o12 0xa 0xa-x 1%200 1%E3%80%800 1+0 0x%20a 1e1x 1.0e1x " +
      ".1e2x 100e-1 10.5e0 1d1 0x5p1 0x.ap4 %D9%A1%D9%A0 '0d10' (%23a) 10%EF%BC%90"
    ).split(" "),
  )("that denies 10 holds for %s, which some parser takes for it", async (id) => {
    const file = strict("deny", { path: "/accounts/10/transfers" });
    const request = `POST /accounts/${id}/transfers`;
    expect(await located(request, { operations: byNumber, file })).toMatch(/^policy/);
  });

  it.each(
    "100 1000 1 11 0d100 %23aa %23face %26half 1%200%20ways 1e2 1.0e2x 0x1a 0xab top10 ten a10 1d2 -10".split(
      " ",
    ),
  )("that denies 10 leaves %s alone", async (id) => {
    const file = strict("deny", { path: "/accounts/10/transfers" });
    const request = `POST /accounts/${id}/transfers`;
    expect(await located(request, { operations: byNumber, file })).not.toMatch(/^policy/);
  });

  it.each([
    "(00bc1234-00ef-4ef8-bb6d-0000000000aa)",
    "uuid:00bc1234-00ef-4ef8-bb6d-0000000000aa",
    "00bc1234urn:-00ef-4ef8-bb6d-0000uuid:000000aa",
    "00bc1234-00ef-4ef8-bb6d-0000000000aa".replaceAll("0", "%D9%A0"),
    "+0bc1234-00ef-4ef8-bb6d-0000000000aa",
    "0xbc1234-00ef-4ef8-bb6d-0000000000aa",
    "bc1234-ef-4ef8-bb6d-aa",
    "ff00bc1234-100ef-4ef8-bb6d-0000000000aa",
    "%7B0xbc1234,0xef,0x4ef8,%7B0xbb,0x6d,0,0,0,0,0,0xaa%7D%7D",
    "x00bc1234-00ef-4ef8-bb6d-0000000000aay",
    "guid'00bc1234-00ef-4ef8-bb6d-0000000000aa'",
    "00QG93807F9VWBPV800000005A",
    "16GBBW5ET6EYfc1gWs7YQh",
  ])("that denies a UUID holds for %s, which some parser takes for it", async (id) => {
    const file = strict("deny", { path: `/zones/${leadingZeros}` });
    expect(await located(`DELETE /zones/${id}`, { operations: byNumber, file })).toMatch(/^policy/);
  });

  it.each([
    "bc1234-ef-4ef8-bb6d-ab",
    "bc1234-ef-4ef8-bb6d",
    "aa",
    "00bc123400ef4ef8bb6d0000000000aa00",
    "key-00bc1234-00ef-4ef8-bb6d-0000000000aa.pdf",
    "add-bad-cafe-dead-beef",
  ])("that denies a UUID leaves %s alone", async (id) => {
    const file = strict("deny", { path: `/zones/${leadingZeros}` });
    expect(await located(`DELETE /zones/${id}`, { operations: byNumber, file })).not.toMatch(/^policy/);
  });

  it.each([
    ..."10 11 2 0 a1 12x x1 0_11 1750 02".split(" ").map((id) => `POST /accounts/${id}/transfers`),
    `DELETE /zones/${uuid.replace("a0", "b0")}`,
    "DELETE /zones/1",
  ])("that denies by a number or a UUID leaves %s alone", async (request) => {
    const file = strict("deny", { path: ["/accounts/1/transfers", `/zones/${uuid}`] });
    expect(await located(request, { operations: byNumber, file })).not.toMatch(/^policy/);
  });

  it.each([
    [
      "/files/top%20secret",
      "/files/top%20secret /files/TOP%20secret /files/top+secret /files/top%20secret;x /files/top%20secret.json /files/top%2520secret",
    ],
    ["/files/caf%C3%A9", "/files/caf%C3%A9 /files/CAF%C3%A9 /files/cafe%CC%81 /files/cafe"],
    ["/files/top secret", "/files/top%20secret /files/Top%20Secret"],
    ["/files/%2a", "/files/%2A /files/*"],
    ["/files/admin", "/files/admin%F0%9F%98%80 /files/%F0%9F%98%80ad%F0%90%80%80min /files/admin%EF%BF%BF"],
  ])("that denies %s, as it is sent, holds for every reading of it", async (path, sent) => {
    for (const one of sent.split(" "))
      expect([
        one,
        await located(`GET ${one}`, { operations: ["GET /files/{name}"], file: strict("deny", { path }) }),
      ]).toEqual([one, expect.stringMatching(/^policy\[0\]/)]);
  });

  it.each([
    ["/repos/octo/secret/*", "/repos/octo/a,secret/issues"],
    ["/repos/octo/secret/*", "/repos/octo/secret,a/issues"],
    ["/repos/octo/secret/*", "/repos/octo/a%2CSecret/issues"],
    ["/repos/octo/secret/*", "/repos/octo/a;secret/issues"],
    ["/repos/octo/secret/*", "/repos/octo/a%7Csecret/issues"],
    ["/repos/octo/secret/*", "/repos/octo/sec*/issues"],
    ["/repos/octo/secret/*", "/repos/octo/*/issues"],
    ["/repos/octo/secret/*", "/repos/octo/a,%2At/issues"],
    ["/repos/octo/secret/*", "/repos/octo/_all/issues"],
    ["/repos/octo/secret/*", "/repos/a,octo/a,secret/issues"],
    ["/repos/octo/12/*", "/repos/octo/11,12/issues"],
    ["/repos/octo/12/*", "/repos/octo/11,012/issues"],
    ["/repos/octo/secret-*", "/repos/octo/a,secret-1/issues"],
    ["/repos/octo/secret-*", "/repos/octo/sec*/issues"],
    ["*/secret/*", "/repos/octo/a,secret/issues"],
    ...[
      "a,%20secret a%20,%20secret%20 a,+secret a|%20secret a,%C2%A0secret a,%E3%80%80secret,b",
      "%22secret%22 a,%22secret%22 'secret' [secret] [a,secret] %5Bsecret,a] (a,secret) {secret} %60secret%60 id=[a,%20secret]",
      "secret::data a,secret::failures secret::$settings %3Csecret%3E %3Csecret-%7Bnow%7Bd%7D%7D%3E,secret",
    ].flatMap((line) => line.split(" ").map((one) => ["/repos/octo/secret/*", `/repos/octo/${one}/issues`])),
    ...(
      [
        [
          "10.0.0.1",
          "10.1 10.0.1 0x0a000001 167772161 012.0.0.1 ::ffff:10.0.0.1 %5B::ffff:a00:1%5D 10.0.0.1. a,10.1",
        ],
        [
          "2001:db8::1",
          "2001:0db8::1 2001:db8:0:0:0:0:0:1 2001:DB8::0.0.0.1 %5B2001:db8::1%5D a,2001:0db8::1",
        ],
        ["aa:bb:cc:dd:ee:ff", "aa-bb-cc-dd-ee-ff AABBCCDDEEFF aabb.ccdd.eeff aabb:ccdd:eeff"],
        ["aabbccddeeff", "aa:bb:cc:dd:ee:ff"],
        ["::1", "0:0:0:0:0:0:0:1 0::1"],
      ] as const
    ).flatMap(([value, line]) =>
      line.split(" ").map((one) => [`/repos/octo/${value}/*`, `/repos/octo/${one}/issues`]),
    ),
    ["/repos/octo/secret-*", "/repos/octo/%3Csecret-%7Bnow%7Bd%7D%7D%3E/issues"],
    ["/repos/octo/secret-2026.12.03/*", "/repos/octo/%3Csecret-%7Bnow%7D%3E/issues"],
    [
      "/repos/octo/secret-2026.12.03/*",
      "/repos/octo/a,%20%3Csecret-%7Bnow%7Byyyy.MM.dd%7C+12:00%7D%7D%3E/issues",
    ],
  ])("that denies %s holds for a list and a pattern of values: %s", async (path, sent) => {
    expect(await located(`GET ${sent}`, { operations, file: strict("deny", { path }) })).toMatch(
      /^policy\[0\]/,
    );
  });

  it.each([
    ["/repos/octo/secret/*", "/repos/octo/a,secrets/issues"],
    ["/repos/octo/secret/*", "/repos/octo/a*/issues"],
    ["/repos/octo/secret/*", "/repos/secret,a/octo/issues"],
    ["/repos/octo/secret-*", "/repos/octo/pub*/issues"],
    ["/repos/octo/secret/*", "/repos/octo/a,%20secrets/issues"],
    ["/repos/octo/secret/*", "/repos/octo/public::secret/issues"],
    ["/repos/octo/10.0.0.1/*", "/repos/octo/10.0.0.2/issues"],
    ["/repos/octo/10.0.0.1/*", "/repos/octo/10/issues"],
    ["/repos/octo/5/*", "/repos/octo/0.0.0.5/issues"],
    ["/repos/octo/2001:db8::1/*", "/repos/octo/2001:db8::2/issues"],
    ["/repos/octo/aa:bb:cc:dd:ee:ff/*", "/repos/octo/aa-bb-cc-dd-ee-00/issues"],
    ["/repos/octo/secret/*", "/repos/octo/%3Cpublic-%7Bnow%7Bd%7D%7D%3E/issues"],
  ])("that denies %s leaves %s alone", async (path, sent) => {
    expect(await located(`GET ${sent}`, { operations, file: strict("deny", { path }) })).toMatch(/^read/);
  });

  it.each([
    ["/repos/octo/public-*", "/repos/octo/public-a", "read"],
    ["/repos/octo/public-*", "/repos/octo/public-a,public-b", "read"],
    ["/repos/octo/public-*", "/repos/octo/public-*", "read"],
    ["/repos/octo/public-*", "/repos/octo/public-(a,b)", "read"],
    ["/repos/octo/*", "/repos/octo/a,b", "read"],
    ["/repos/{owner}/{repo}", "/repos/octo/a,b", "read"],
    ["/repos/octo/a,b", "/repos/octo/a,b", "read"],
    ["/repos/o*/a", "/repos/octo/a", "read"],
    ...",secret %2Csecret %2csecret |secret %7Csecret ;secret %3Bsecret ,* ,_all ,%20public-b (),secret"
      .split(" ")
      .map((more) => ["/repos/octo/public-*", `/repos/octo/public-a${more}`, "policy: otherwise deny"]),
    ["/repos/octo/*-public", "/repos/octo/secret,a-public", "policy: otherwise deny"],
    ["/repos/octo/a,*", "/repos/octo/a,b,secret", "policy: otherwise deny"],
    ["/repos/o*/a", "/repos/octo,x/a", "policy: otherwise deny"],
  ])("that allows %s holds for each value of %s: %s", async (path, sent, wanted) => {
    const file = { otherwise: "deny" as const, policy: [{ effect: "allow" as const, path }] };
    expect(await located(`GET ${sent}`, { operations: ["GET /repos/{owner}/{repo}"], file })).toMatch(
      new RegExp(`^${wanted}`),
    );
  });

  it.each([
    [
      "/Products(5)",
      "(05) (+5) (%205) (5.0) (0x5) (5L) ('5') ('05') (Id=5) (Id=05) (1,5) (1,05) (%D9%A5) (0d5) (%235) (5e0x) (*)",
    ],
    ["/Products('5')", "('05') ('%2B5') ('5.0')"],
    ["/Products(Id=5)", "(Id=05) (id=5) (ID=05)"],
    ["/Products(Id=5,Lang=1)", "(Id=05,Lang=1) (Id=5,Lang=01) (Id=05,Lang=01)"],
    ["/Products(5)*", "(5) (05) (05)x"],
    ["/Products*(5)", "(5) (05)"],
    ["*(5)", "(5) (05)"],
    ["/Products(1.5)", "(01.5) (1.50) (15e-1x)"],
    [`/Products(${uuid})`, `(guid'${uuid}') (Id=guid'${uuid.toUpperCase()}')`],
    [
      "/Products('ann')",
      "('ANN') (Name='ann') (name='Ann') ('ben','ann') (Lang=1,Name='ann') (Name=%27ann%27)",
    ],
    ["/Products('o''neil, j')", "(Name='o''neil,%20j')"],
    ["/Products(Name='ann',Lang=1)", "(Name='Ann',Lang=01)"],
  ])("that denies a value within a segment, %s, holds for its other notations: %s", async (path, sent) => {
    for (const one of sent.split(" ")) {
      const answer = await located(`GET /Products${one}`, {
        operations: ["GET /Products{id}"],
        file: strict("deny", { path }),
      });
      expect([one, answer]).toEqual([one, expect.stringMatching(/^policy\[0\]/)]);
    }
  });

  it.each([
    ["/styled/5", ";id=5 ;id=05 %3Bid=05 ;id=4,05 ;id=4;id=05 .5 .05 .4.05 .05.json 05.json id=05 a=1,id=05"],
    ["/styled/;id=5", ";id=5 ;id=05 ;ID=05 ;id=0x5"],
    ["/styled/.5", ".5 .05"],
    ["/styled/5.json", "5.json 05.json"],
    ["/styled/secret", ";name=secret ;name=a,Secret .secret .a.secret name=secret"],
    [`/styled/key-${uuid}.pdf`, `key-${uuid.replaceAll("-", "")}.pdf key-{${uuid.toUpperCase()}}.pdf`],
  ])("that denies %s holds for it in the styles of OpenAPI: %s", async (path, sent) => {
    for (const one of sent.split(" ")) {
      const world = { operations: ["GET /styled/{id}"], file: strict("deny", { path }) };
      const answer = await located(`GET /styled/${one}`, world);
      expect([one, answer]).toEqual([one, expect.stringMatching(/^policy\[0\]/)]);
    }
  });

  const products = ["GET /Products{id}", "GET /Products/{id}"];

  it.each([
    ["/Products(5)", "(6) (50) (15) (1,6) (Id=6) ('6') 5"],
    ["/Products(5)*", "(6) (50)x"],
    ["/Products('ann')", "('anna') ('an') (Name='anna') (Name='ben') ann"],
    ["/Products-5", "-6 -50 -x"],
    ["/Products.5", ".6 .50"],
    ["/Products/5", "/6 /;id=6 /;id=50 /.6 /.50 /06.json /id=6 /secret5"],
  ])("that denies %s leaves other values alone: %s", async (path, sent) => {
    for (const one of sent.split(" ")) {
      const world = { operations: products, file: strict("deny", { path }) };
      const answer = await located(`GET /Products${one}`, world);
      expect([one, answer]).toEqual([one, expect.stringMatching(/^read/)]);
    }
  });

  it("that allows a value within a segment holds for no other notation of it", async () => {
    const policy = [{ effect: "allow" as const, path: ["/Products(5)", "/Products/;id=5"] }];
    const file = { policy, otherwise: "deny" as const };
    const world = { operations: products, file };
    for (const one of ["(5)", "/;id=5"]) expect(await located(`GET /Products${one}`, world)).toMatch(/^read/);
    for (const one of ["(05)", "/;id=05", "/5", "(Id=5)"])
      expect(await located(`GET /Products${one}`, world)).toBe("policy: otherwise deny");
  });

  it("that asks by a reading only does not ask about what is denied without it", async () => {
    const file = { ...strict("ask", { path: "/files/a" }), otherwise: "deny" as const };
    const asked = (path: string) => located(`GET ${path}`, { operations: ["GET /files/{name}"], file });
    expect(await asked("/files/a")).toMatch(/^ask /);
    for (const path of ["/files/A", "/files/a.json", "/files/a;x"])
      expect(await asked(path)).toBe("policy: otherwise deny");
  });

  it.each(["/repos/octo/secrets/issues", "/repos/octo/other/issues", "/repos/octo2/secret/issues"])(
    "that denies by a value leaves %s alone",
    async (path) => {
      const file = strict("deny", { path: "/repos/octo/secret/*" });
      expect(await located(`GET ${path}`, { operations, file })).toBe(
        "read GET /repos/{owner}/{repo}/issues",
      );
    },
  );

  it.each([
    ["/repos/Octo/*", "/repos/octo/x/issues"],
    ["*SECRET*", "/repos/octo/secret/issues"],
    ["/repos/octo/a;b*", "/repos/octo/a;bc/issues"],
    ["/repos/octo/a;b*", "/repos/octo/a/issues"],
    ["/repos/octo/v1.*", "/repos/octo/V1.2/issues"],
    ["/repos/*/secret. /issues", "/repos/octo/secret/issues"],
  ])("may be written in another case or form: %s holds for %s", async (pattern, path) => {
    expect(await located(`GET ${path}`, { operations, file: strict("deny", { path: pattern }) })).toMatch(
      /^policy\[0\]/,
    );
  });
});
