/** Every way of signing, as the upstream sees it. */
import { expect, inject, it } from "vitest";
import type { ApiFile } from "../../../../src/terms/api-file.ts";
import { execute, received } from "../../running.ts";

const upstream = inject("upstream");

/** Signs one request as the file and the requirement say; returns what the upstream received. */
async function signed(
  securitySchemes: Record<string, unknown>,
  security: Record<string, string[]>[] | undefined,
  file: Partial<ApiFile>,
  calls = 1,
) {
  const document = {
    openapi: "3.1.0",
    info: { title: "Signing", version: "1" },
    servers: [{ url: "/" }],
    components: { securitySchemes },
    paths: { "/echo": { get: { operationId: "echo", ...(security ? { security } : {}), responses: {} } } },
  };
  await received();
  const ran = await execute(`for (let n = 0; n < ${calls}; n += 1) await api.get("/echo")`, {
    document,
    file: { server: upstream, ...file },
  });
  const { requests } = (await received()) as unknown as {
    requests: { url: string; headers: Record<string, string> }[];
  };
  return { ran, requests, sent: requests.at(-1) };
}

const shared = (secrets: Record<string, string>) => ({ credential: { from: "shared" as const, secrets } });
const token = "planted/secret+token==42";
const basicValue = `Basic ${Buffer.from("planted-user:planted/pass word").toString("base64")}`;

it.each<[string, Record<string, unknown>, string, Partial<ApiFile>, Record<string, unknown>]>([
  [
    "an apiKey in a header",
    { type: "apiKey", in: "header", name: "X-Key" },
    "TEST_KEY",
    {},
    { headers: { "x-key": "planted-key-7f3a9" } },
  ],
  [
    "an apiKey in the query",
    { type: "apiKey", in: "query", name: "api key" },
    "TEST_KEY",
    {},
    { url: "/echo?api%20key=planted-key-7f3a9" },
  ],
  [
    "an apiKey in a cookie",
    { type: "apiKey", in: "cookie", name: "sid" },
    "TEST_KEY",
    {},
    { headers: { cookie: "sid=planted-key-7f3a9" } },
  ],
  ["basic", { type: "http", scheme: "basic" }, "TEST_LOGIN", {}, { headers: { authorization: basicValue } }],
  [
    "bearer",
    { type: "http", scheme: "bearer" },
    "TEST_TOKEN",
    {},
    { headers: { authorization: `Bearer ${token}` } },
  ],
  [
    "bearer in capitals",
    { type: "http", scheme: "Bearer" },
    "TEST_TOKEN",
    {},
    { headers: { authorization: `Bearer ${token}` } },
  ],
  [
    "another scheme of one token",
    { type: "http", scheme: "Token" },
    "TEST_TOKEN",
    {},
    { headers: { authorization: `Token ${token}` } },
  ],
  [
    "oauth2 with a stored token",
    { type: "oauth2", flows: { implicit: { authorizationUrl: "https://x.example", scopes: {} } } },
    "TEST_TOKEN",
    {},
    { headers: { authorization: `Bearer ${token}` } },
  ],
  [
    "openIdConnect",
    { type: "openIdConnect", openIdConnectUrl: "https://x.example" },
    "TEST_TOKEN",
    {},
    { headers: { authorization: `Bearer ${token}` } },
  ],
  ["basic as a type", { type: "basic" }, "TEST_LOGIN", {}, { headers: { authorization: basicValue } }],
  [
    "bearer as a type",
    { type: "Bearer" },
    "TEST_TOKEN",
    {},
    { headers: { authorization: `Bearer ${token}` } },
  ],
  [
    "an apiKey in Authorization that wants a word before it",
    { type: "apiKey", in: "header", name: "Authorization" },
    "TEST_KEY",
    { auth: { schemes: { it: { type: "apiKey", in: "header", name: "Authorization", prefix: "Bot " } } } },
    { headers: { authorization: "Bot planted-key-7f3a9" } },
  ],
])("signs with %s", async (_name, scheme, secret, file, want) => {
  const { sent } = await signed({ it: scheme }, [{ it: [] }], { ...shared({ it: secret }), ...file });
  expect(sent).toMatchObject(want);
});

const key = { type: "apiKey", in: "header", name: "X-Key" };
const bearer = { type: "http", scheme: "bearer" };

it("signs with all schemes of one alternative", async () => {
  const { sent } = await signed(
    { key, bearer },
    [{ key: [], bearer: [] }],
    shared({ key: "TEST_KEY", bearer: "TEST_TOKEN" }),
  );
  expect(sent?.headers).toMatchObject({ "x-key": "planted-key-7f3a9", authorization: `Bearer ${token}` });
});

it("takes the first alternative whose secrets are all there", async () => {
  const { sent } = await signed(
    { key, bearer, other: { ...key, name: "X-Other" } },
    [{ other: [], key: [] }, { bearer: [] }, { key: [] }],
    shared({ key: "TEST_KEY", bearer: "TEST_TOKEN" }),
  );
  expect(sent?.headers["authorization"]).toBe(`Bearer ${token}`);
  expect(sent?.headers).not.toHaveProperty("x-key");
});

it("sends no credential where the operation says that it needs none", async () => {
  const { sent } = await signed({ bearer }, [], shared({ bearer: "TEST_TOKEN" }));
  expect(sent?.headers).not.toHaveProperty("authorization");
});

it("sends a credential that is optional if there is one, and goes without it if there is not", async () => {
  const optional = [{}, { bearer: [] }];
  const one = await signed({ bearer }, optional, shared({ bearer: "TEST_TOKEN" }));
  expect(one.sent?.headers).toHaveProperty("authorization");
  const none = await signed({ bearer }, optional, shared({ bearer: "TEST_ABSENT" }));
  expect(none.ran.requests).toMatchObject([{ status: 200 }]);
});

it("corrects a document that declares nothing, as GitHub's does", async () => {
  const auth = { schemes: { token: { type: "http" as const, scheme: "bearer" } }, security: [{ token: [] }] };
  const { sent } = await signed({}, undefined, { auth, ...shared({ token: "TEST_TOKEN" }) });
  expect(sent?.headers["authorization"]).toBe(`Bearer ${token}`);
});

it("corrects a document that asks for everything at once, as Cloudflare's does", async () => {
  const auth = { security: [{ bearer: [] }] };
  const { sent } = await signed({ key, bearer }, [{ key: [], bearer: [] }], {
    auth,
    ...shared({ bearer: "TEST_TOKEN" }),
  });
  expect(sent?.headers["authorization"]).toBe(`Bearer ${token}`);
});

it("says which secret the file does not name", async () => {
  const { ran, requests } = await signed(
    { key, bearer },
    [{ key: [], bearer: [] }],
    shared({ bearer: "TEST_TOKEN" }),
  );
  expect(requests).toEqual([]);
  expect((ran.failure as { message: string }).message).toContain(
    "No credential is configured for the scheme key or bearer of test",
  );
});

it.each<[string, Record<string, unknown>]>([
  ["that declares the scheme", { bearer }],
  ["that declares others too", { key, bearer, oauth: { type: "oauth2", flows: {} } }],
])(
  "signs with the configured scheme where a document %s says nothing about security",
  async (_, declared) => {
    const { sent } = await signed(declared, undefined, shared({ bearer: "TEST_TOKEN" }));
    expect(sent?.headers["authorization"]).toBe(`Bearer ${token}`);
    expect(sent?.headers).not.toHaveProperty("x-key");
  },
);

it("signs with all configured schemes where a document says nothing about security", async () => {
  const both = shared({ bearer: "TEST_TOKEN", key: "TEST_KEY" });
  const { sent } = await signed({ key, bearer }, undefined, both);
  expect(sent?.headers).toMatchObject({ "x-key": "planted-key-7f3a9", authorization: `Bearer ${token}` });
});

it.each<[Record<string, unknown>, string]>([
  [{ type: "apikey", in: "Header", name: "X-Key" }, "x-key"],
  [{ type: "APIKEY", in: "header", name: "X-Key" }, "x-key"],
  [{ type: "HTTP", scheme: "Bearer" }, "authorization"],
])("signs by %j, which is in another case than OpenAPI's", async (declared, header) => {
  const { sent } = await signed({ it: declared }, [{ it: [] }], shared({ it: "TEST_KEY" }));
  expect(sent?.headers[header]).toContain("planted-key-7f3a9");
});

it.each([
  "digest",
  "Digest",
  "negotiate",
  "SCRAM-SHA-256",
  "DPoP",
  "hoba",
  "NTLM",
  "hmac",
  "hmac-auth-v1",
  "Signature",
  "AWS4-HMAC-SHA256",
])("refuses HTTP %s, and sends neither the request nor the secret", async (scheme) => {
  const declared = { it: { type: "http", scheme } };
  const { ran, requests } = await signed(declared, [{ it: [] }], shared({ it: "TEST_LOGIN" }));
  expect(requests).toEqual([]);
  expect(ran.failure).toMatchObject({ kind: "misconfigured" });
  expect((ran.failure as { message: string }).message).toContain(`HTTP ${scheme} computes a new credential`);
  expect(JSON.stringify(ran)).not.toContain("planted");
});

it.each<[string, Record<string, unknown>]>([
  ["basic and bearer", { a: { type: "http", scheme: "basic" }, b: bearer }],
  [
    "an apiKey in Authorization and bearer",
    { a: { type: "apiKey", in: "header", name: "authorization" }, b: bearer },
  ],
  ["two keys in one header", { a: key, b: { ...key, name: "x-key" } }],
  ["two keys in one parameter", { a: { ...key, in: "query" }, b: { ...key, in: "query" } }],
])("refuses %s, needed together: only one could be sent", async (_, declared) => {
  const secrets = shared({ a: "TEST_LOGIN", b: "TEST_TOKEN" });
  const { ran, requests } = await signed(declared, [{ a: [], b: [] }], secrets);
  expect(requests).toEqual([]);
  expect(ran.failure).toMatchObject({ kind: "misconfigured" });
  expect((ran.failure as { message: string }).message).toContain("a and b are needed together");
});

it.each([
  ["/token?root", "", "/token?root"],
  ["token?bare", "", "/token?bare"],
  ["./token?dot", "/", "/token?dot"],
  ["../token?above", "/nowhere", "/token?above"],
])("finds the token endpoint %s at the server %s", async (tokenUrl, base, want) => {
  const flows = { clientCredentials: { tokenUrl, scopes: {} } };
  const file = { ...shared({ oauth: "TEST_CLIENT" }), server: upstream + base };
  const { requests } = await signed({ oauth: { type: "oauth2", flows } }, [{ oauth: [] }], file);
  expect(requests[0]).toMatchObject({ url: want, body: "grant_type=client_credentials" });
});

it("takes a token that comes as a form", async () => {
  const text = encodeURIComponent("access_token=planted-form-token&token_type=bearer");
  const tokenUrl = `${upstream}/type?type=application/x-www-form-urlencoded&text=${text}`;
  const flows = { clientCredentials: { tokenUrl, scopes: {} } };
  const { sent } = await signed(
    { oauth: { ...oauth, flows } },
    [{ oauth: [] }],
    shared({ oauth: "TEST_CLIENT" }),
  );
  expect(sent?.headers["authorization"]).toBe("Bearer planted-form-token");
});

const grants = { clientCredentials: { tokenUrl: `${upstream}/token`, scopes: {} } };
const oauth = { type: "oauth2", flows: grants };

it("fetches a token with client credentials, once for many requests, with the scopes of the operation", async () => {
  const { requests } = await signed({ oauth }, [{ oauth: ["b", "a"] }], shared({ oauth: "TEST_CLIENT" }), 3);
  const [first, ...calls] = requests;
  expect(first).toMatchObject({ url: "/token", body: "grant_type=client_credentials&scope=a+b" });
  expect(first?.headers["authorization"]).toBe(`Basic ${btoa("client-1:planted-client-secret")}`);
  expect(calls.map(({ url }) => url)).toEqual(["/echo", "/echo", "/echo"]);
  expect(new Set(calls.map(({ headers }) => headers["authorization"])).size).toBe(1);
});

it("fetches another token when the first has expired", async () => {
  const flows = { clientCredentials: { tokenUrl: `${upstream}/token?expires=0.001`, scopes: {} } };
  const { requests } = await signed(
    { oauth: { ...oauth, flows } },
    [{ oauth: [] }],
    shared({ oauth: "TEST_CLIENT" }),
    2,
  );
  expect(requests.map(({ url }) => url.split("?")[0])).toEqual(["/token", "/echo", "/token", "/echo"]);
});

it("sends the client's secret in the body where the file says so", async () => {
  const auth = {
    schemes: {
      oauth: {
        type: "oauth2" as const,
        clientAuth: "body" as const,
        tokenParameters: { audience: "a" },
        flows: grants,
      },
    },
  };
  const { requests } = await signed({ oauth }, [{ oauth: [] }], {
    auth,
    ...shared({ oauth: "TEST_CLIENT" }),
  });
  expect(requests[0]).toMatchObject({
    body: "grant_type=client_credentials&audience=a&client_id=client-1&client_secret=planted-client-secret",
  });
});

it("uses a refresh token, and the next one that the server gives out", async () => {
  const auth = {
    schemes: {
      oauth: {
        type: "oauth2" as const,
        grant: "refreshToken" as const,
        tokenUrl: `${upstream}/token?expires=0.001&rotate=1`,
      },
    },
  };
  const file = { auth, ...shared({ oauth: "TEST_REFRESH" }) };
  const { requests } = await signed({}, [{ oauth: [] }], file, 2);
  const bodies = requests.filter(({ url }) => url.startsWith("/token")) as unknown as { body: string }[];
  expect(bodies[0]?.body).toBe("grant_type=refresh_token&refresh_token=planted-refresh-token");
  expect(bodies[1]?.body).toMatch(/^grant_type=refresh_token&refresh_token=rotated-\d+$/);
});

it("signs with every scheme that has a secret where neither document nor file says what is required", async () => {
  const auth = { schemes: { token: { type: "http" as const, scheme: "bearer" } } };
  const { sent } = await signed({}, undefined, { auth, ...shared({ token: "TEST_TOKEN" }) });
  expect(sent?.headers["authorization"]).toBe(`Bearer ${token}`);
});

it("sends nothing to the API when there is no token, and says why without any secret", async () => {
  const flows = { clientCredentials: { tokenUrl: `${upstream}/token?error=invalid_client`, scopes: {} } };
  const { ran, requests } = await signed(
    { oauth: { ...oauth, flows } },
    [{ oauth: [] }],
    shared({ oauth: "TEST_CLIENT" }),
  );
  expect(requests.map(({ url }) => url.split("?")[0])).toEqual(["/token"]);
  expect((ran.failure as { message: string }).message).toContain("/token answered 401 invalid_client.");
  expect(JSON.stringify(ran)).not.toContain("planted-client-secret");
});

it.each([
  ["answers 503", `${upstream}/status/503`, "answered 503"],
  ["cannot be reached", "http://127.0.0.1:1/token", "could not be made or was lost"],
])("says that it may pass where the token endpoint %s", async (_what, tokenUrl, why) => {
  const flows = { clientCredentials: { tokenUrl, scopes: {} } };
  const { ran } = await signed(
    { oauth: { ...oauth, flows } },
    [{ oauth: [] }],
    shared({ oauth: "TEST_CLIENT" }),
  );
  expect(ran.failure).toMatchObject({ kind: "upstream-unreachable" });
  expect((ran.failure as { message: string }).message).toContain(why);
  expect(ran.requests).toMatchObject([{ outcome: "unreachable" }]);
});

it.each([
  ["is no JSON", `${upstream}/type?type=text/plain&text=hello`],
  ["names no token", `${upstream}/type?type=application/json&text={}`],
  ["is not a text", `${upstream}/type?type=application/json&text={"access_token":{"a":1}}`],
  ["leads elsewhere", `${upstream}/redirect?to=/token`],
])("takes no token from an answer that %s", async (_what, tokenUrl) => {
  const flows = { clientCredentials: { tokenUrl, scopes: {} } };
  const { ran, requests } = await signed(
    { oauth: { ...oauth, flows } },
    [{ oauth: [] }],
    shared({ oauth: "TEST_CLIENT" }),
  );
  expect((ran.failure as { message: string }).message).toContain("No access token for the scheme oauth");
  expect(requests).toHaveLength(1);
});

it("sends no token that no header can hold", async () => {
  const tokenUrl = `${upstream}/type?type=application/json&text={"access_token":"planted%5Cn-token"}`;
  const flows = { clientCredentials: { tokenUrl, scopes: {} } };
  const { ran, requests } = await signed(
    { oauth: { ...oauth, flows } },
    [{ oauth: [] }],
    shared({ oauth: "TEST_CLIENT" }),
  );
  expect(requests).toHaveLength(1);
  expect((ran.failure as { message: string }).message).toContain("contains a line break");
  expect(JSON.stringify(ran)).not.toContain("planted");
});

it("renews a token that the API refuses early, and sends the request again: nothing was done", async () => {
  const document = {
    openapi: "3.1.0",
    info: { title: "Renewal", version: "1" },
    servers: [{ url: "/" }],
    components: {
      securitySchemes: {
        oauth: {
          ...oauth,
          flows: { clientCredentials: { tokenUrl: `${upstream}/token?renewal=1`, scopes: {} } },
        },
      },
    },
    security: [{ oauth: [] }],
    paths: { "/revoked": { post: { operationId: "write", responses: {} } } },
  };
  const ran = await execute(`return (await api.post("/revoked")).data`, {
    document,
    file: { server: upstream, ...shared({ oauth: "TEST_CLIENT" }) },
  });
  expect(ran.value).toEqual({ accepted: true, attempts: 2 });
});

it.each([
  ["post", "upstream-error"],
  ["get", "misconfigured"],
])(
  "tells of a %s that was refused, and whose token cannot be renewed, as what it was",
  async (method, kind) => {
    const flows = { clientCredentials: { tokenUrl: `${upstream}/token?once=${method}`, scopes: {} } };
    const document = {
      openapi: "3.1.0",
      info: { title: "Renewal", version: "1" },
      servers: [{ url: "/" }],
      components: { securitySchemes: { oauth: { ...oauth, flows } } },
      security: [{ oauth: [] }],
      paths: { "/status/401": { [method]: { operationId: "it", responses: {} } } },
    };
    const ran = await execute(`return (await api.${method}("/status/401")).data`, {
      document,
      file: { server: upstream, ...shared({ oauth: "TEST_CLIENT" }) },
    });
    expect(ran.failure).toMatchObject({ kind });
    // A write that left is not told as one that was not sent.
    expect(ran.requests.map(({ outcome }) => outcome)).toEqual([method === "post" ? "answered" : "denied"]);
  },
);

it.each(["X-Key:", "X Key", "Host", "content-length", "X-Schlüssel"])(
  "refuses to put a key into a header called %j, which cannot hold one",
  async (name) => {
    const scheme = { type: "apiKey", in: "header", name };
    const { ran, requests } = await signed({ it: scheme }, [{ it: [] }], shared({ it: "TEST_KEY" }));
    expect(JSON.stringify(ran.failure)).toContain("no header that can hold a credential");
    expect(requests).toEqual([]);
  },
);

const flowOf = (query: string) => ({
  clientCredentials: { tokenUrl: `${upstream}/token${query}`, scopes: {} },
});

/** What code sees of `/seen`, which repeats all requests that the API got, after calls that were signed. */
async function repeated(
  calls: number,
  securitySchemes: Record<string, unknown>,
  [signedBy, seenBy]: [signed: Record<string, string[]>[], seen: Record<string, string[]>[]],
  file: Partial<ApiFile>,
): Promise<string> {
  const document = {
    openapi: "3.1.0",
    info: { title: "Repeats", version: "1" },
    servers: [{ url: "/" }],
    components: { securitySchemes },
    paths: {
      "/echo": { get: { operationId: "echo", security: signedBy, responses: {} } },
      "/seen": { get: { operationId: "seen", security: seenBy, responses: {} } },
    },
  };
  await received();
  const code = `for (let n = 0; n < ${calls}; n += 1) await api.get("/echo"); return (await api.get("/seen")).data`;
  return JSON.stringify((await execute(code, { document, file: { server: upstream, ...file } })).value);
}

it.each<[string, Record<string, unknown>, string, Record<string, string[]>[], string]>([
  ["a key of another operation", key, "TEST_KEY", [], "planted-key-7f3a9"],
  [
    "a password of another operation",
    { type: "http", scheme: "basic" },
    "TEST_LOGIN",
    [],
    basicValue.slice(6),
  ],
  ["a key that may be left out", key, "TEST_KEY", [{}], "planted-key-7f3a9"],
  ["a token of another operation", { ...oauth, flows: flowOf("") }, "TEST_CLIENT", [], "Bearer"],
  ["a token of other scopes", { ...oauth, flows: flowOf("") }, "TEST_CLIENT", [{ it: ["b"] }], "Bearer"],
  [
    "a token that is not valid any more",
    { ...oauth, flows: flowOf("?expires=0.001") },
    "TEST_CLIENT",
    [],
    "Bearer",
  ],
])("takes %s out of an answer that repeats it", async (_, scheme, secret, security, word) => {
  const shown = await repeated(2, { it: scheme }, [[{ it: ["a"] }], security], shared({ it: secret }));
  expect(shown).toContain('"/echo');
  expect(shown).toContain("[redacted]");
  if (word !== "Bearer") expect(shown).not.toContain(word);
  // Every token that the upstream gave begins like this.
  else expect(shown).not.toMatch(/Bearer (?!\[redacted\])/);
});

it("takes the refresh tokens that a server gave out later out of an answer that repeats them", async () => {
  const tokenUrl = `${upstream}/token?expires=0.001&rotate=1&of=repeats`;
  const auth = { schemes: { it: { type: "oauth2" as const, grant: "refreshToken" as const, tokenUrl } } };
  const shown = await repeated(3, {}, [[{ it: [] }], []], { auth, ...shared({ it: "TEST_REFRESH" }) });
  expect(shown.match(/refresh_token=\[redacted\]/g)).toHaveLength(3);
  expect(shown).not.toMatch(/rotated-\d/);
});
