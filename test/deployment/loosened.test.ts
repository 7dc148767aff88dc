/** What a refresh would loosen, one table: before, after, the API file, and the sentence about it. */
import { expect, it } from "vitest";
import { decideRefresh } from "../../src/deployment/acceptable.ts";
import { loosened } from "../../src/deployment/loosened.ts";
import { baseUrls } from "../../src/request/servers.ts";
import { fileOf, inHeader, one, open, parameter, schemes, zones, type Document } from "./zones.ts";

const status = "https://status.example.com";
const shared = { from: "shared", secrets: { key: "KEY" } };
const tokens = (at: string) => ({
  type: "oauth2",
  flows: { clientCredentials: { tokenUrl: `${at}/token`, scopes: {} } },
});
const bearer = { type: "http", scheme: "bearer" };
const inQuery = { type: "apiKey", in: "query", name: "api_key" };
const bodyOf = (properties: object, allOf?: object[]) => ({
  content: {
    "application/x-www-form-urlencoded": { schema: { type: "object", properties, ...(allOf && { allOf }) } },
  },
});
const purge = { "/admin/purge": { get: { operationId: "purge" } } };
const statusWith = (...names: string[]) => ({
  "/status": { get: { operationId: "status", parameters: names.map((name) => ({ name, in: "query" })) } },
});
const deny = (part: object) => ({ policy: [{ effect: "deny", ...part }] });

it.each<[string, Document, Document, object, RegExp]>([
  [
    "an id that a deny rule names is renamed",
    zones(one({ operationId: "deleteZone" })),
    zones(one({ operationId: "removeZone" })),
    deny({ operation: "deleteZone" }),
    /^DELETE \/zones\/\{id\} \(removeZone\) is denied by the policy and would be allowed$/,
  ],
  [
    "an id loses itself",
    zones(one({ operationId: "deleteZone" })),
    zones(one({})),
    deny({ operation: "deleteZone" }),
    /is denied by the policy and would be allowed/,
  ],
  [
    "a tag that an ask rule names is renamed",
    zones(one({ tags: ["danger"] })),
    zones(one({ tags: ["Danger"] })),
    { policy: [{ effect: "ask", tag: "danger" }] },
    /is asked about by the policy and would be allowed/,
  ],
  [
    "a denied tag becomes one that is asked about",
    zones(one({ tags: ["danger"] })),
    zones(one({ tags: ["care"] })),
    {
      policy: [
        { effect: "deny", tag: "danger" },
        { effect: "ask", tag: "care" },
      ],
    },
    /is denied by the policy and would be asked about/,
  ],
  [
    "an operation gets an id that is allowed",
    zones(one({ operationId: "deleteZone" })),
    zones(one({ operationId: "listZones" })),
    { otherwise: "deny", policy: [{ effect: "allow", operation: "listZones" }] },
    /is denied by the policy and would be allowed/,
  ],
  [
    "a parameter in a rule's template is renamed",
    zones(one({})),
    zones(one({}, "/zones/{zone}")),
    deny({ path: "/zones/{id}" }),
    /DELETE \/zones\/\{zone\} .* is denied by the policy and would be allowed/,
  ],
  ...[
    "/Zones/{id}/kill",
    "/zones/{id}/kill/",
    "/zones/{id}/kill;x",
    "//zones/{id}/kill",
    "/zones/{Id}/KILL",
  ].map((path): [string, Document, Document, object, RegExp] => [
    `the path of a rule is spelt ${path}`,
    zones(one({}, "/zones/{id}/kill")),
    zones(one({}, path)),
    deny({ path: "/zones/{id}/kill" }),
    /is denied by the policy and would be allowed|\(deny\) fits nothing any more/,
  ]),
  [
    "a more literal operation takes requests away",
    zones(one({ operationId: "d" })),
    zones({ ...one({ operationId: "d" }), ...one({ operationId: "e" }, "/zones/all") }),
    deny({ operation: "d" }),
    /DELETE \/zones\/all \(e\) is denied by the policy and would be allowed/,
  ],
  [
    "a literal operation is gone, and its requests are of another",
    zones({ ...one({ operationId: "d" }), ...one({ operationId: "e" }, "/zones/all") }),
    zones(one({ operationId: "d" })),
    deny({ operation: "e" }),
    /DELETE \/zones\/\{id\} \(d\) is denied by the policy and would be allowed/,
  ],
  [
    "a part of the path becomes part of the server",
    zones(one({}, "/admin/zones/{id}")),
    { ...zones(one({})), servers: [{ url: "https://zones.example.com/v1/admin" }] },
    deny({ path: "/admin/*" }),
    /is denied by the policy and would be allowed/,
  ],
  [
    "a concrete path of a rule is no longer one",
    zones(one({}, "/admin/zones/{id}")),
    { ...zones(one({})), servers: [{ url: "https://zones.example.com/v1/admin" }] },
    deny({ path: "/admin/zones/7" }),
    /is denied by the policy and would be allowed/,
  ],
  [
    "a new operation may be what an emptied rule meant",
    zones(one({ operationId: "deleteZone" })),
    zones({ "/v2/zones/{id}": { delete: { operationId: "removeZone" } } }),
    deny({ operation: "deleteZone" }),
    /policy\[0\] \(deny\) fits nothing any more, and DELETE \/v2\/zones\/\{id\} \(removeZone\) is new/,
  ],
  [
    "what a rule denies by its method is there again under another",
    zones({ "/zones/{id}": { put: { operationId: "replace" } } }),
    zones({ "/zones/{zone}": { post: { operationId: "replace" } } }),
    deny({ method: "PUT" }),
    /^POST \/zones\/\{zone\} \(replace\) is new where PUT \/zones\/\{id\} \(replace\) was, which is denied by the policy: it would be allowed$/,
  ],
  [
    "what a rule asks about by its access is there again under another method",
    zones(one({ operationId: "drop" })),
    zones({ "/zones/{id}": { post: { operationId: "drop" } } }),
    { policy: [{ effect: "ask", access: "delete" }] },
    /which is asked about by the policy: it would be allowed/,
  ],
  [
    "what needs a grant to delete is there again under another method",
    zones(one({})),
    zones({ "/zones/{id}": { patch: {} } }),
    {},
    /which needs a grant to delete: it would need one to write/,
  ],
  [
    "an access override by id loses its operation",
    zones({ "/run": { post: { operationId: "run" } } }),
    zones({ "/run": { post: { operationId: "runs" } } }),
    { access: { run: "delete" } },
    /POST \/run \(runs\) needs a grant to delete and would need one to write/,
  ],
  [
    "an override by id reaches another operation",
    zones(one({ operationId: "d" })),
    zones(one({ operationId: "safe" })),
    { access: { safe: "read" } },
    /needs a grant to delete and would need one to read/,
  ],
  [
    "a tag that grants use",
    zones({ ...one({ tags: ["a"] }), "/b": { get: { tags: ["b"] } } }),
    zones({ ...one({ tags: ["a", "b"] }), "/b": { get: { tags: ["b"] } } }),
    {},
    /would be open to grants for the tag b/,
  ],
  [
    "a credential moves to the query",
    zones(one({}), schemes(inHeader)),
    zones(one({}), schemes({ ...inHeader, in: "query" })),
    {},
    /would get its credential in the query x-key/,
  ],
  [
    "a credential moves to another header",
    zones(one({}), schemes(inHeader)),
    zones(one({}), schemes({ ...inHeader, name: "X-Forwarded-Key" })),
    {},
    /would get its credential in the header x-forwarded-key/,
  ],
  [
    "a credential moves to a cookie",
    zones(one({}), schemes(inHeader)),
    zones(one({}), schemes({ ...inHeader, in: "cookie" })),
    {},
    /would get its credential in the cookie x-key/,
  ],
  [
    "basic becomes bearer",
    zones(one({}), schemes({ type: "http", scheme: "basic" })),
    zones(one({}), schemes({ type: "http", scheme: "bearer" })),
    {},
    /the header authorization \(http bearer\)/,
  ],
  [
    "an open operation is signed",
    zones(one({ security: [] }), schemes(inHeader)),
    zones(one({}), schemes(inHeader)),
    {},
    /would get its credential in the header x-key/,
  ],
  [
    "allowReserved in the path",
    zones(parameter({})),
    zones(parameter({ allowReserved: true })),
    {},
    /would take slashes and delimiters as they are in path segment/,
  ],
  [
    "x-multi-segment",
    zones(parameter({})),
    zones(parameter({ "x-multi-segment": true })),
    {},
    /would take slashes and delimiters as they are/,
  ],
  [
    "allowReserved in the query",
    zones(one({ parameters: [{ name: "q", in: "query" }] })),
    zones(one({ parameters: [{ name: "q", in: "query", allowReserved: true }] })),
    {},
    /as they are in query parameter q/,
  ],
  [
    "security statements that are gone: everything is signed",
    zones(
      {
        ...one({}),
        "/status": { servers: [{ url: status }], get: { operationId: "status", security: [] } },
      },
      schemes(inHeader),
    ),
    zones(
      {
        ...one({}),
        "/status": { servers: [{ url: status }], get: { operationId: "status" } },
      },
      { components: { securitySchemes: { key: inHeader } } },
    ),
    { credential: shared },
    /status.* would (?:get its credential in the header x-key|send the credential key to https:\/\/status\.example\.com)/,
  ],
  [
    "a new operation that is signed, at a server that got no credential",
    zones(
      { ...one({}), "/status": { servers: [{ url: status }], get: { security: [] } } },
      schemes(inHeader),
    ),
    zones(
      {
        ...one({}),
        "/status": { servers: [{ url: status }], get: { security: [] } },
        "/more": { servers: [{ url: status }], get: { operationId: "more" } },
      },
      schemes(inHeader),
    ),
    { credential: shared },
    /more.* would send the credential key to https:\/\/status\.example\.com in the header x-key/,
  ],
  [
    "a scheme of which only a new operation shows that its place has changed",
    zones(one({ security: [{ other: [] }, { key: [] }] }), {
      components: { securitySchemes: { key: inHeader, other: { type: "http", scheme: "basic" } } },
    }),
    zones(
      { ...one({ security: [{ other: [] }] }), "/more": { get: { security: [{ key: [] }] } } },
      {
        components: {
          securitySchemes: { key: { ...inHeader, in: "query" }, other: { type: "http", scheme: "basic" } },
        },
      },
    ),
    { credential: shared },
    /would send the credential key to https:\/\/zones\.example\.com in the query x-key/,
  ],
  [
    "an id with an access of its own goes to a new operation",
    zones({ "/search": { post: { operationId: "search" } }, ...one({}) }),
    zones({ "/purge": { post: { operationId: "search" } }, ...one({}) }),
    { access: { search: "read" } },
    /POST \/purge \(search\) is new, and "access" of the API file would make it a read/,
  ],
  [
    "an id that is allowed goes to a new operation",
    zones({ "/search": { post: { operationId: "search" } }, ...one({}) }),
    zones({ "/purge": { post: { operationId: "search" } }, ...one({}) }),
    { otherwise: "deny", policy: [{ effect: "allow", operation: "search" }] },
    /POST \/purge \(search\) is new, and a rule of the API file for its id/,
  ],
  ...(
    [
      ["an id that a pattern allows", { operation: "get*" }],
      ["an id that one of several patterns allows", { operation: ["list*", "*Everything"] }],
      ["a tag that is allowed", { tag: "safe" }],
      ["a tag that a pattern allows", { tag: ["other", "s*"] }],
      ["an id that a pattern allows with its method", { operation: "get*", method: "DELETE" }],
      ["an id that a pattern asks about", { operation: "get*", effect: "ask" }],
    ] as const
  ).map(([what, rule]): [string, Document, Document, object, RegExp] => [
    `a new operation has ${what}`,
    zones({ "/zones": { get: { operationId: "getZones", tags: ["safe"] } } }),
    zones({
      "/zones": {
        get: { operationId: "getZones", tags: ["safe"] },
        delete: { operationId: "getEverything", tags: ["safe"] },
      },
    }),
    { otherwise: "deny", policy: [{ effect: "allow", ...rule }] },
    /^DELETE \/zones \(getEverything\) is new, and a rule of the API file for its id or tag would allow or ask/,
  ]),
  ...(
    [
      ["by its tag moves to another path without it", { tag: "danger" }, { operationId: "d" }],
      ["by its tag moves and is renamed", { tag: "danger" }, { operationId: "e", tags: ["care"] }],
      ["by a pattern of ids moves and is renamed", { operation: "d*" }, { operationId: "e" }],
    ] as const
  ).flatMap(([what, rule, moved]) =>
    (["deny", "ask"] as const).map((effect): [string, Document, Document, object, RegExp] => {
      const other = one({ operationId: "do", tags: ["danger"] }, "/others");
      return [
        `what a rule holds back (${effect}) ${what}`,
        zones({ ...other, ...one({ operationId: "d", tags: ["danger"] }) }),
        zones({ ...other, ...one(moved, "/v2/zones/{id}") }),
        { policy: [{ effect, ...rule }] },
        /^DELETE \/v2\/zones\/\{id\} \([de]\) is new and DELETE \/zones\/\{id\} \(d\) is gone, which is (?:denied|asked about) by the policy: it would be allowed$/,
      ];
    }),
  ),
  ...(
    [
      ["a whole segment", "/zones/prod", "/zones/{id}"],
      ["the beginning of a segment", "/zones/prod*", "/zones/{id}"],
      ["the end of a segment", "*-live", "/zones/{id}"],
      ["a segment and what follows", "/zones/prod*", "/zones/{id}/records/{record}"],
      ["a segment in the middle", "/zones/*-live/records", "/zones/{id}/records"],
      ["both ends", "/zones/a*b/c*d", "/zones/{id}/{record}"],
    ] as const
  ).flatMap(([what, path, template]) =>
    (
      [
        ["a tag", { tag: "danger" }, { operationId: "d", tags: ["danger"] }, { operationId: "d" }],
        ["an id", { operation: "d" }, { operationId: "d" }, { operationId: "e" }],
      ] as const
    ).flatMap(([name, rule, was, is]): [string, Document, Document, object, RegExp][] => [
      [
        `what a rule denies by ${name} and the value of ${what} loses the name`,
        zones(one(was, template)),
        zones(one(is, template)),
        deny({ ...rule, path }),
        /\([de]\) is denied by the policy and would be allowed$/,
      ],
      [
        `what a rule denies by ${name} and the value of ${what} loses the name and calls its parameter otherwise`,
        zones(one(was, template)),
        zones(one(is, template.replace("{id}", "{zone}"))),
        deny({ ...rule, path }),
        /(?:is new where .* was, which is|\) is) denied by the policy(?:: it)?(?: and)? would be allowed$/,
      ],
      [
        `a new operation has what a rule allows by ${name} and the value of ${what}`,
        zones({
          ...one({ operationId: "x" }, "/others"),
          "/zones": { get: { operationId: "d", tags: ["danger"] } },
        }),
        zones({ ...one({ operationId: "x" }, "/others"), ...one(was, template) }),
        { otherwise: "deny", policy: [{ effect: "allow", ...rule, path }] },
        /is new, and a rule of the API file for its id or tag would allow or ask/,
      ],
    ]),
  ),
  [
    "what a rule denies by its path moves out of it",
    zones({ ...one({ operationId: "d" }, "/admin/zones"), ...one({ operationId: "e" }, "/admin/others") }),
    zones({ ...one({ operationId: "d" }, "/zones"), ...one({ operationId: "e" }, "/admin/others") }),
    deny({ path: "/admin/*" }),
    /DELETE \/zones \(d\) is new and DELETE \/admin\/zones \(d\) is gone, which is denied/,
  ],
  [
    "what a rule denies by its tag is a read that moves",
    zones({ "/a": { get: { tags: ["danger"] } }, "/b": { get: { tags: ["danger"] } } }),
    zones({ "/c": { get: {} }, "/b": { get: { tags: ["danger"] } } }),
    deny({ tag: "danger" }),
    /GET \/c .* is new and GET \/a .* is gone, which is denied by the policy: it would be allowed$/,
  ],
  [
    "what needs a grant to delete has its id under another path and method",
    zones(one({ operationId: "drop" })),
    zones({ "/zones/{id}/drop": { post: { operationId: "drop" } } }),
    {},
    /is gone, which needs a grant to delete: it would need one to write$/,
  ],
  [
    "a path that only the API file allowed is described, with less access",
    zones(one({})),
    zones({ ...one({}), "/internal/x": { get: { operationId: "x" } } }),
    { outside: [{ prefix: "/v1/internal", access: "write" }] },
    /GET \/internal\/x \(x\) needs a grant to write and would need one to read/,
  ],
  [
    "a route in the query is declared a value",
    zones(one({})),
    zones(one({ parameters: [{ name: "rest_route", in: "query" }] })),
    {},
    /would let code send a path in the query parameter rest_route/,
  ],
  ...[
    "rest.route",
    "rest route",
    "Rest-Route",
    "rest_route[]",
    "_url",
    "url",
    "s",
    "p",
    "uri",
    "kohana_uri",
    "ｒ",
    "module",
    "view",
    "rt",
    "anything",
  ].map((name): [string, Document, Document, object, RegExp] => [
    `${name}, in which a path may lead to what is denied, is declared a value`,
    zones({ ...purge, ...statusWith("a") }),
    zones({ ...purge, ...statusWith("a", name) }),
    deny({ operation: "purge" }),
    /^GET \/status \(status\) would let code send a path in the query parameter /,
  ]),
  [
    "a value of the query may be a path of what needs a grant to write",
    zones({ ...purge, ...statusWith() }),
    zones({ ...purge, ...statusWith("view") }),
    { access: { purge: "write" } },
    /path in the query parameter view, by which a server may run GET \/admin\/purge \(purge\)$/,
  ],
  ...["method", "httpMethod", "verb", "HTTP_VERB", "request-method"].flatMap((name) =>
    [bodyOf, (properties: object) => bodyOf({ a: {} }, [{ properties }])].map(
      (body, index): [string, Document, Document, object, RegExp] => [
        `a method in a form, ${name}, is declared a value${index === 1 ? " in a part" : ""}`,
        zones({ "/run": { post: { operationId: "run", requestBody: body({ a: {} }) } } }),
        zones({ "/run": { post: { operationId: "run", requestBody: body({ a: {}, [name]: {} }) } } }),
        {},
        new RegExp(`^POST /run \\(run\\) would let code send a method in the member ${name} of the body$`),
      ],
    ),
  ),
  ...["method", "verb", "Method", "request_method"].map(
    (name): [string, Document, Document, object, RegExp] => [
      `a method in the query, ${name}, is declared a value`,
      zones(one({})),
      zones(one({ parameters: [{ name, in: "query" }] })),
      {},
      new RegExp(`would let code send a method in the query parameter ${name}`),
    ],
  ),
  [
    "the name of a bearer token in the query is declared a value",
    zones(one({}), schemes(bearer)),
    zones(one({ parameters: [{ name: "access_token", in: "query" }] }), schemes(bearer)),
    {},
    /would let code send a credential in the query parameter access_token/,
  ],
  [
    "the name of a key in the query is declared a member of the body",
    zones(one({ requestBody: bodyOf({ name: {} }) }), schemes(inQuery)),
    zones(one({ requestBody: bodyOf({ name: {}, api_key: {} }) }), schemes(inQuery)),
    {},
    /would let code send a credential in the member api_key of the body/,
  ],
  [
    "the whole query is declared",
    zones(one({})),
    zones(one({ parameters: [{ name: "all", in: "querystring", content: {} }] })),
    {},
    /would let code send the querystring all/,
  ],
  [
    "a header that a server behind a proxy believes is declared",
    zones(one({})),
    zones(one({ parameters: [{ name: "X-Remote-User", in: "header" }] })),
    {},
    /would let code send the header x-remote-user/,
  ],
  [
    "a cookie is declared",
    zones(one({})),
    zones(one({ parameters: [{ name: "session", in: "cookie" }] })),
    {},
    /would let code send the cookie session/,
  ],
  [
    "another base path",
    zones(one({})),
    { ...zones(one({})), servers: [{ url: "https://zones.example.com/internal" }] },
    {},
    /would also be sent to https:\/\/zones\.example\.com\/internal/,
  ],
  [
    "a server of its own",
    zones(one({})),
    zones(one({ servers: [{ url: "https://zones.example.com/other" }] })),
    {},
    /would also be sent to https:\/\/zones\.example\.com\/other/,
  ],
])("%s", async (_, before, after, part, sentence) => {
  const file = fileOf(part);
  const [served, fresh] = [await open(before, file), await open(after, file)];
  expect(loosened(served.opened, fresh.opened, file)).toContainEqual(expect.stringMatching(sentence));
  const accept = "npm run api -- refresh zones --force";
  const decision = decideRefresh(served, fresh, { file, accept });
  expect(decision).toMatchObject({ kind: "kept", reason: expect.stringContaining(accept) });
  expect(decideRefresh(served, fresh, { file, accept, force: true }).kind).toBe("replaced");
});

it("a token endpoint is not where a server of the API is", async () => {
  const paths = { ...one({}), "/status": { servers: [{ url: status }], get: {} } };
  const file = fileOf({});
  const [served, fresh] = await Promise.all(
    ["https://login.example.com", status].map((at) => open(zones(paths, schemes(tokens(at))), file)),
  );
  expect(decideRefresh(served!, fresh!, { file, accept: "x" })).toMatchObject({
    kind: "kept",
    reason: expect.stringContaining(`${status} (tokenUrl)`),
  });
});

it("where a new operation is called counts, whether or not the API file sets the server", async () => {
  const uploads = { post: { servers: [{ url: "https://uploads.example.net" }] } };
  for (const [part, kind] of [
    [{}, "kept"],
    // One of the document's origins: an operation with servers of its own keeps them.
    [{ server: "https://zones.example.com/v2" }, "kept"],
    // Another one applies to every operation.
    [{ server: "https://zones.mine.example" }, "replaced"],
  ] as const) {
    const file = fileOf(part);
    const [served, fresh] = await Promise.all(
      [one({}), { ...one({}), "/uploads": uploads }].map((paths) => open(zones(paths), file)),
    );
    const origins = fresh!.opened.operations.flatMap((operation) =>
      baseUrls(fresh!.opened.servers(operation)).map((base) => new URL(base).origin),
    );
    expect(origins.includes("https://uploads.example.net")).toBe(kind === "kept");
    const decision = decideRefresh(served!, fresh!, { file, accept: "x" });
    expect(decision.kind).toBe(kind);
    if (decision.kind === "kept") expect(decision.reason).toContain("https://uploads.example.net");
  }
});

it.each<[string, Document, Document, object]>([
  [
    "a harmless header",
    zones(one({})),
    zones(
      one({
        parameters: [
          { name: "If-Match", in: "header" },
          { name: "X-Api-Version", in: "header" },
        ],
      }),
    ),
    {},
  ],
  [
    "a parameter of the query",
    zones(one({})),
    zones(one({ parameters: [{ name: "limit", in: "query" }] })),
    {},
  ],
  [
    "a parameter of the query, where nothing is stricter",
    zones({ ...purge, ...statusWith() }),
    zones({ ...purge, ...statusWith("view", "name", "category") }),
    deny({ access: "delete" }),
  ],
  [
    "a parameter of the query for pages, where another operation is denied",
    zones({ ...purge, ...statusWith() }),
    zones({ ...purge, ...statusWith("limit", "page_size", "sort", "cursor") }),
    deny({ operation: "purge" }),
  ],
  [
    "a parameter of the query, where another method is denied",
    zones({ "/admin/purge": { post: {} }, ...statusWith() }),
    zones({ "/admin/purge": { post: {} }, ...statusWith("view") }),
    deny({ access: "write" }),
  ],
  [
    "a parameter of the query, where another server has what is denied",
    zones({ "/admin/purge": { ...purge["/admin/purge"], servers: [{ url: status }] }, ...statusWith() }),
    zones({
      "/admin/purge": { ...purge["/admin/purge"], servers: [{ url: status }] },
      ...statusWith("view"),
    }),
    deny({ operation: "purge" }),
  ],
  [
    "a parameter of the query that is gone, where another operation is denied",
    zones({ ...purge, ...statusWith("view") }),
    zones({ ...purge, ...statusWith() }),
    deny({ operation: "purge" }),
  ],
  [
    "another operation that is denied now, beside a parameter that was declared",
    zones({ ...statusWith("view") }),
    zones({ ...purge, ...statusWith("view") }),
    deny({ path: "/admin/*" }),
  ],
  [
    "a member of the body",
    zones({ "/run": { post: { requestBody: bodyOf({ a: {} }) } } }),
    zones({ "/run": { post: { requestBody: bodyOf({ a: {}, methods: {}, payment_method: {} }) } } }),
    {},
  ],
  [
    "a new operation that is signed as others are",
    zones(one({}), schemes(inHeader)),
    zones({ ...one({}), "/b": { get: {} } }, schemes(inHeader)),
    { credential: shared },
  ],
  ["a new operation", zones(one({})), zones({ ...one({}), "/b": { get: {} } }), deny({ access: "delete" })],
  [
    "a new operation that every id is allowed for",
    zones(one({})),
    zones({ ...one({}), "/b": { get: { operationId: "b", tags: ["a"] } } }),
    { otherwise: "deny", policy: [{ effect: "allow", operation: ["get*", "*"] }] },
  ],
  [
    "a new operation that is allowed by its path, too",
    zones(one({ operationId: "getZone" })),
    zones({ ...one({ operationId: "getZone" }), "/zones": { get: { operationId: "getZones" } } }),
    {
      otherwise: "deny",
      policy: [
        { effect: "allow", operation: "get*" },
        { effect: "allow", path: "/zones*", method: "GET" },
      ],
    },
  ],
  [
    "a new operation that is denied all the same",
    zones(one({ operationId: "getZone" })),
    zones({ ...one({ operationId: "getZone" }), "/b": { delete: { operationId: "list" } } }),
    { otherwise: "deny", policy: [{ effect: "allow", operation: "get*" }] },
  ],
  [
    "a new operation with an allowed id where everything is allowed",
    zones(one({ operationId: "getZone" })),
    zones({ ...one({ operationId: "getZone" }), "/b": { delete: { operationId: "getB", tags: ["a"] } } }),
    { policy: [{ effect: "allow", operation: "get*" }] },
  ],
  [
    "an operation that moves with its denied tag",
    zones(one({ operationId: "d", tags: ["danger"] })),
    zones(one({ operationId: "d", tags: ["danger"] }, "/v2/zones/{id}")),
    deny({ tag: "danger" }),
  ],
  [
    "a new operation of another method, where one with a denied tag is gone",
    zones({ ...one({ tags: ["danger"] }), ...one({ tags: ["danger"] }, "/a") }),
    zones({ ...one({ tags: ["danger"] }), "/b": { post: {}, get: {} } }),
    deny({ tag: "danger" }),
  ],
  [
    "a new operation, where one with a denied path is gone",
    zones({ ...one({}, "/admin/a"), ...one({}, "/admin/b") }),
    zones({ ...one({}, "/admin/a"), ...one({}, "/b") }),
    deny({ path: "/admin/*" }),
  ],
  [
    "a removed operation",
    zones({ ...one({}), "/b": { get: { operationId: "b" } }, "/c": { get: {} } }),
    zones({ ...one({}), "/c": { get: {} } }),
    deny({ operation: "b" }),
  ],
  [
    "a write in place of another",
    zones({ "/zones/{id}": { put: {} } }),
    zones({ "/zones/{id}": { post: {} } }),
    deny({ access: "delete" }),
  ],
  [
    "a read where something stricter was",
    zones(one({})),
    zones({ "/zones/{id}": { get: {} } }),
    deny({ access: "delete" }),
  ],
  ["a write elsewhere", zones(one({})), zones({ "/records/{id}": { post: {} } }), deny({ access: "delete" })],
  ["words", zones(one({ summary: "a" })), zones(one({ summary: "b" })), deny({ access: "delete" })],
  ["a renamed parameter", zones(one({})), zones(one({}, "/zones/{zone}")), deny({ access: "delete" })],
  [
    "a stricter decision",
    zones(one({ operationId: "a" })),
    zones(one({ operationId: "b" })),
    deny({ operation: "b" }),
  ],
  ["a tag that is new to the document", zones(one({ tags: ["a"] })), zones(one({ tags: ["a", "b"] })), {}],
  ["a tag that is gone", zones(one({ tags: ["a", "b"] })), zones(one({ tags: ["a"] })), {}],
  [
    "a credential that is not asked for any more",
    zones(one({}), schemes(inHeader)),
    zones(one({ security: [] }), schemes(inHeader)),
    {},
  ],
  ["a parameter that takes less", zones(parameter({ allowReserved: true })), zones(parameter({})), {}],
  [
    "servers that the API file replaces",
    zones(one({})),
    { ...zones(one({})), servers: [{ url: "https://other.example.com" }] },
    { server: "https://mine.example.com" },
  ],
])("%s loosens nothing", async (_, before, after, part) => {
  const file = fileOf(part);
  expect(loosened((await open(before, file)).opened, (await open(after, file)).opened, file)).toEqual([]);
});
