/** Hostile input from the code and from the upstream: refused or contained, said in a sentence, and recorded. */
import { expect, inject, it, vi } from "vitest";
import type { Access, Credential } from "../../src/terms/api-file.ts";
import { upstreamDocument } from "./document.ts";
import { callTool, deploy, execute, executeOn, executeUnchecked, received } from "./running.ts";

const credential = { from: "shared" as const, secrets: { token: "TEST_TOKEN" } };
const running = { document: upstreamDocument, file: { credential } };
const upstream = inject("upstream");

/** Its answers are signed for by a key in the query. */
const signedByQuery = {
  ...upstreamDocument,
  paths: {
    ...upstreamDocument.paths,
    "/raw": { get: { ...upstreamDocument.paths["/raw"].get, security: [{ queryKey: [] }] } },
  },
};

const hostile: [name: string, value: string][] = [
  ["dots and a slash", "../admin"],
  ["two dots", ".."],
  ["one dot", "."],
  ["encoded dots", "%2e%2e"],
  ["an encoded slash", "a%2fadmin"],
  ["a slash", "x/admin"],
  ["a backslash", "..\\admin"],
  ["a NUL", "a\0b"],
  ["a line break", "a\r\nHost: evil"],
  ["a wide slash", "x／admin"],
  ["wide dots", "．．"],
  ["dots with a semicolon", "..;"],
];

it.each(hostile)("does not send a path value with %s", async (_name, value) => {
  await received();
  const ran = await execute(
    `const outcomes = [];
     for (const args of [{}, { check: false }]) {
       try { await api.get("/echo/{id}", { path: { id: ${JSON.stringify(value)} }, ...args }); outcomes.push("sent"); }
       catch (error) { outcomes.push(error.failure); }
     }
     return outcomes;`,
    running,
  );
  const refusal = expect.objectContaining({ kind: "bad-arguments", operation: "getOne" });
  expect(ran.value).toEqual([refusal, refusal]);
  expect(JSON.stringify(ran.value)).toContain("path.id: ");
  expect((await received()).count).toBe(0);
});

it.each([
  ["an encoded slash", "/echo/x%2Fadmin"],
  ["encoded dots after encoding", "/echo/%252e%252e"],
  ["an encoded backslash", "/echo/..%5Cadmin"],
  ["an encoded NUL", "/echo/a%00"],
  ["an encoded line break", "/echo/a%0D%0AHost:evil"],
  ["a wide slash", "/echo/x%EF%BC%8Fadmin"],
])("does not send what fetch asks for with %s", async (_name, path) => {
  await received();
  const ran = await execute(`return await fetch(${JSON.stringify(upstream + path)})`, running);
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "one spelling for every URL" });
  expect(ran.requests).toMatchObject([{ outcome: "denied", rule: "one spelling for every URL" }]);
  expect((await received()).count).toBe(0);
});

it.each(["GET", "HEAD", "POST"])(
  "says why it refused a %s, also where an answer has no body",
  async (method) => {
    const file = { credential, policy: [{ effect: "deny" as const, path: "/echo" }] };
    const ran = await execute(
      `try { return await fetch(${JSON.stringify(`${upstream}/echo`)}, { method: "${method}" }); }
     catch (error) { return error.message; }`,
      { document: upstreamDocument, file },
    );
    expect(ran.value).toMatch(/\w.* The rule that decided: \w/);
  },
);

it("decides on the operation that a path with dots leads to, not on the one that was written", async () => {
  const file = { credential, policy: [{ effect: "deny" as const, operation: "admin" }] };
  await received();
  const ran = await execute(
    `return await fetch(${JSON.stringify(upstream)} + "/echo/1/../2/./admin", { method: "POST" })`,
    { ...running, file },
  );
  expect(ran.failure).toMatchObject({ kind: "denied", operation: "admin" });
  expect((await received()).count).toBe(0);
});

it.each(hostile)("sends a query value with %s so that it arrives as it was given", async (_name, value) => {
  const ran = await execute(
    `return (await api.get("/echo", { query: { a: ${JSON.stringify(value)}, b: "end" } })).data.url`,
    running,
  );
  const url = new URL(String(ran.value), upstream);
  expect(url.pathname).toBe("/echo");
  expect([...url.searchParams]).toEqual([
    ["a", value],
    ["b", "end"],
  ]);
});

it.each([
  ["a line break", "a\\r\\nX-Evil: 1"],
  ["a NUL", "a\\0"],
  ["characters outside ASCII", "a／b"],
])("does not send a header value with %s", async (_name, value) => {
  await received();
  const ran = await execute(
    `return await api.get("/echo", { headers: { "If-Match": "${value}" } })`,
    running,
  );
  expect(ran.failure).toMatchObject({
    kind: "bad-arguments",
    problems: ["headers.If-Match: the value holds a line break, a NUL or characters outside ASCII"],
  });
  expect((await received()).count).toBe(0);
});

it.each([
  ["path", "api.get('/echo/{id}', { path: { id: long } })", "urlBytes"],
  ["query", "api.get('/echo', { query: { a: long } })", "urlBytes"],
  ["header", "api.get('/echo', { headers: { 'If-Match': long } })", "headerBytes"],
  ["URL of fetch", `fetch(${JSON.stringify(upstream)} + "/echo/" + long)`, "urlBytes"],
])("does not send 100 kB in a %s value", async (_name, call, limit) => {
  await received();
  const ran = await execute(`const long = "a".repeat(100_000); return await ${call}`, running);
  expect(ran.failure).toMatchObject({ kind: "limit-reached", limit });
  expect(ran.requests).toMatchObject([{ outcome: "denied", rule: `limit reached: ${limit}` }]);
  expect((await received()).count).toBe(0);
});

it("removes the headers that speak about the connection or about who is calling", async () => {
  const ran = await executeUnchecked(
    `const headers = {
       Host: "evil.example", Authorization: "Bearer mine", Cookie: "a=b", "Proxy-Authorization": "x",
       "X-Forwarded-For": "10.0.0.1", "X-Forwarded-Host": "evil", "X-Forwarded-Proto": "http", Forwarded: "for=1",
       "X-Real-IP": "10.0.0.1", "CF-Connecting-IP": "10.0.0.1", "True-Client-IP": "10.0.0.1", Via: "x",
       "X-Original-URL": "/admin", "X-Rewrite-URL": "/admin", Connection: "X-Fine, close", "X-Fine": "1", TE: "trailers",
       "Keep-Alive": "1", "Proxy-Connection": "x", Trailer: "x", Expect: "100-continue", "Content-Length": "5",
       "Transfer-Encoding": "chunked", "isogate-failure": "x", "X-Remote-User": "root", "If-Match": "kept",
     };
     const response = await fetch(${JSON.stringify(upstream)} + "/echo", { headers });
     return { ...(await response.json()).headers, told: response.headers.get("isogate-not-sent") };`,
    running,
  );
  expect(ran.failure).toBeUndefined();
  const { told, ...arrived } = ran.value as Record<string, string>;
  const kept = Object.keys(arrived).filter((name) => name !== "cf-worker");
  expect(kept.sort()).toEqual(["authorization", "host", "if-match", "user-agent"]);
  expect(told).toContain("x-remote-user");
  expect(ran.value).toMatchObject({ host: new URL(upstream).host, authorization: "Bearer [redacted]" });
});

it("sends the cookies that the operation declares and no others", async () => {
  const ran = await execute(
    `const declared = await api.get("/echo/cookies", { cookies: { theme: "dark; x" } });
     const smuggled = await fetch(${JSON.stringify(upstream)} + "/echo/cookies", { headers: { cookie: "session=1; theme=a; theme2=b" } });
     return [declared.data.headers.cookie, (await smuggled.json()).headers.cookie];`,
    running,
  );
  expect(ran.value).toEqual(["theme=dark%3B%20x", "theme=a"]);
});

it.each(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])(
  "refuses %s, which some servers read as another method",
  async (header) => {
    const ran = await executeUnchecked(
      `return await fetch(${JSON.stringify(upstream)} + "/echo", { method: "POST", headers: { "${header}": "DELETE" } })`,
      running,
    );
    expect(ran.failure).toMatchObject({ kind: "denied", rule: "no method override" });
  },
);

it.each([
  ["another origin", `${inject("otherUpstream")}/echo`],
  ["a file", "file:///etc/passwd"],
  ["a private address", "http://10.0.0.1/x"],
  ["the metadata service", "http://169.254.169.254/latest/meta-data/iam"],
  ["loopback by another name", "http://localhost:1/x"],
  ["another scheme", "javascript:alert(1)"],
  ["nothing", "http://"],
  ["a path that is no operation", "/seen"],
])("does not follow a redirect to %s", async (_name, to) => {
  await received();
  const ran = await execute(
    `return await api.get("/redirect", { query: { to: ${JSON.stringify(to)} } })`,
    running,
  );
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
  expect((ran.failure as { message: string }).message).toContain("It was not followed");
  expect(ran.requests).toMatchObject([
    { operation: "redirect", outcome: "answered", status: 302 },
    { outcome: "denied", rule: "redirects stay within the API" },
  ]);
  expect((await received()).count).toBe(1);
});

it("shows the redirect itself to code that asks for it", async () => {
  const ran = await execute(
    `const response = await fetch(${JSON.stringify(upstream)} + "/redirect?to=https://example.com/x", { redirect: "manual" });
     return [response.status, response.headers.get("location")];`,
    running,
  );
  expect(ran.value).toEqual([302, "https://example.com/x"]);
});

it("stops a loop of redirects", async () => {
  await received();
  const ran = await execute(`return await api.get("/loop")`, running);
  expect(ran.failure).toMatchObject({ kind: "denied" });
  expect((ran.failure as { message: string }).message).toContain("looks like a loop");
  expect((await received()).count).toBe(6);
});

it("follows a redirect to another operation, signed and decided anew", async () => {
  const ran = await execute(
    `return (await api.get("/redirect", { query: { to: "/echo/7?x=1" } })).data`,
    running,
  );
  expect(ran.value).toMatchObject({ url: "/echo/7?x=1", headers: { authorization: "Bearer [redacted]" } });
  expect(ran.requests).toMatchObject([
    { operation: "redirect", status: 302 },
    { operation: "getOne", status: 200 },
  ]);
});

it("does not follow a redirect to an operation that is denied", async () => {
  const file = { credential, policy: [{ effect: "deny" as const, operation: "admin", reason: "never" }] };
  await received();
  const ran = await execute(
    `return await api.post("/redirect", { query: { to: "/echo/1/admin", status: "307" }, body: { a: 1 } })`,
    { ...running, file },
  );
  expect(ran.failure).toMatchObject({ kind: "denied", operation: "admin" });
  expect((await received()).count).toBe(1);
});

it.each<[what: string, code: string, access: Record<string, Access>, to: string]>([
  [
    "GET to a GET that writes",
    `get("/redirect", { query: { to: "/echo/7" } })`,
    { getOne: "write" },
    "getOne",
  ],
  [
    "HEAD to a GET that deletes",
    `head("/redirect", { query: { to: "/echo/7" } })`,
    { getOne: "delete" },
    "getOne",
  ],
  [
    "a POST that reads to one that writes",
    `post("/redirect", { query: { to: "/echo", status: "307" }, body: { a: 1 } })`,
    { postRedirect: "read" },
    "postEcho",
  ],
  [
    "a POST that reads to a GET that writes",
    `post("/redirect", { query: { to: "/echo/7", status: "303" }, body: { a: 1 } })`,
    { postRedirect: "read", getOne: "write" },
    "getOne",
  ],
  [
    "a POST that writes to one that deletes",
    `post("/redirect", { query: { to: "/echo", status: "308" }, body: { a: 1 } })`,
    { postEcho: "delete" },
    "postEcho",
  ],
])("makes no stricter request of one by a redirect: %s", async (_what, code, access, operation) => {
  await received();
  const ran = await execute(`return await api.${code}`, { ...running, file: { credential, access } });
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
  expect((ran.failure as { message: string }).message).toContain(`(${operation}), which needs a grant`);
  expect((await received()).count).toBe(1);
});

it("reads the body anew for the operation that a redirect leads to", async () => {
  const paths = {
    ...upstreamDocument.paths,
    "/echo?force=true": { post: { operationId: "forced", responses: {} } },
  };
  await received();
  const ran = await execute(
    `return await api.post("/redirect", { query: { to: "/echo", status: "307" }, body: { force: true } })`,
    { ...running, document: { ...upstreamDocument, paths } },
  );
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "what tells operations apart is in the query" });
  expect((await received()).count).toBe(1);
});

it("follows to an origin that the API file names, without the credential", async () => {
  const other = inject("otherUpstream");
  const ran = await execute(
    `return (await api.get("/redirect", { query: { to: ${JSON.stringify(`${other}/echo?signature=s&access_token=theirs`)} } })).data`,
    { ...running, file: { credential, redirectTo: [other] } },
  );
  const { headers, url } = ran.value as { headers: Record<string, string>; url: string };
  expect(url).toBe("/echo?signature=s&access_token=theirs");
  expect(headers["authorization"]).toBeUndefined();
  expect(ran.requests[1]).toMatchObject({ url: `${other}/echo`, rule: "redirectTo of the API file" });
});

it("sends no bearer token of the code beside the gateway's, in the query or in a form", async () => {
  const at = JSON.stringify(
    `${upstream}/echo?a=1&access_token=mine&b=${encodeURIComponent("x?c=1&access_token=data")}`,
  );
  const got = await execute(`return (await (await fetch(${at})).json()).url`, {
    ...running,
    file: { credential },
  });
  expect(got.value).toBe(`/echo?a=1&b=${encodeURIComponent("x?c=1&access_token=data")}`);
  const sent = `{ method: "POST", body: new URLSearchParams({ a: "1", access_token: "mine" }) }`;
  const posted = await execute(`await fetch(${at}, ${sent})`, { ...running, file: { credential } });
  expect(posted.failure).toMatchObject({ kind: "denied", rule: "the gateway adds the credential" });
});

const inQuery = { from: "shared" as const, secrets: { token: "TEST_TOKEN", queryKey: "TEST_KEY" } };

it.each<[what: string, path: string, want: string | undefined]>([
  ["as a parameter", "/echo?a=1&key=planted-key-7f3a9", "/echo?a=1"],
  ["as a parameter in another spelling", "/echo?KEY=planted-key-7f3a9&%6bey=x&a=1", "/echo?a=1"],
  ["in another parameter", "/echo?a=planted-key-7f3a9", undefined],
  ["in another parameter, escaped", "/echo?a=%70lanted-key-7f3a9", undefined],
  ["in the path", "/echo/planted-key-7f3a9", undefined],
  ["behind an encoded separator", "/echo?a=1%26key%3Dx", undefined],
])("takes no credential to another origin in the URL that the API wrote: %s", async (_what, path, want) => {
  const other = inject("otherUpstream");
  const answer = btoa(`HTTP/1.1 302 Found\r\nLocation: ${other}${path}\r\nContent-Length: 0\r\n\r\n`);
  const ran = await execute(
    `return (await api.get("/raw", { query: { answer: ${JSON.stringify(answer)}, close: "1" } })).data.url`,
    { ...running, document: signedByQuery, file: { credential: inQuery, redirectTo: [other] } },
  );
  if (want === undefined)
    expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
  else expect(ran.value).toBe(want);
});

/** What a server that speaks HTTP in its own way answers. */
const rawly = (head: string[], body = "") => btoa(["HTTP/1.1 200 OK", ...head, "", body].join("\r\n"));

it("does not believe a length beside chunks", async () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const answer = rawly(["Content-Length: 10", "Transfer-Encoding: chunked"], chunk);
  const ran = await execute(
    `const response = await fetch(${JSON.stringify(upstream)} + "/raw?close=1&answer=" + ${JSON.stringify(encodeURIComponent(answer))});
     let size = 0; try { for await (const part of response.body) size += part.byteLength } catch {} return size;`,
    { ...running, file: { credential, budgets: { urlBytes: 200_000, bytesDown: 30_000 } } },
  );
  expect(ran.requests[0]).toMatchObject({ operation: "raw" });
  expect(Number(ran.value ?? 0)).toBeLessThanOrEqual(0x10000);
});

it.each(["gzip, chunked", "chunked, gzip", "deflate", "x-own"])(
  "does not pass on an answer whose transfer is coded as %s",
  async (coding) => {
    const ran = await execute(
      `return await api.get("/raw", { query: { close: "1", answer: ${JSON.stringify(rawly([`Transfer-Encoding: ${coding}`], "3\r\nabc\r\n0\r\n\r\n"))} } })`,
      running,
    );
    expect(ran.failure).toMatchObject({ kind: "upstream-unreachable" });
  },
);

it("cuts off an answer that never ends, and says so", async () => {
  const ran = await execute(
    `const events = await api.get("/endless", { query: { type: "text/event-stream", every: "1" } });
     let error;
     try { await api.get("/endless") } catch (thrown) { error = thrown.failure }
     return { complete: events.complete, some: events.data.length, first: events.data[0], error };`,
    { ...running, file: { credential, budgets: { requestMs: 1500 } } },
  );
  expect(ran.value).toMatchObject({
    complete: false,
    first: { data: { n: 1 } },
    error: { kind: "upstream-unreachable", operation: "endless" },
  });
  expect((ran.value as { some: number }).some).toBeGreaterThan(10);
});

it("ends a gzip bomb at the budget of received bytes", async () => {
  const ran = await execute(`return (await api.get("/bomb", { query: { mb: "50" } })).data.length`, {
    ...running,
    file: { credential, budgets: { bytesDown: 5_000_000 } },
  });
  expect(ran.failure).toMatchObject({ kind: "upstream-unreachable" });
  expect(ran.requests[0]).toMatchObject({ rule: "limit reached: 5000000 bytes received" });
  expect(ran.requests[0]?.bytesDown).toBeLessThan(6_000_000);
});

it("reads a gzip answer", async () => {
  const ran = await execute(`return await api.get("/gzip")`, running);
  expect(ran.value).toMatchObject({ status: 200, data: { packed: true } });
  expect((ran.value as { headers: object }).headers).not.toHaveProperty("content-encoding");
});

it("does not take half an answer for a whole one", async () => {
  const ran = await execute(
    `const failures = [];
     try { await api.get("/short") } catch (error) { failures.push(error.failure) }
     try { await api.post("/short") } catch (error) { failures.push(error.failure) }
     return failures;`,
    running,
  );
  expect(ran.value).toMatchObject([{ kind: "upstream-unreachable" }, { kind: "outcome-unknown" }]);
});

it("keeps cookies and forged gateway headers away from the code", async () => {
  const ran = await execute(`return await api.get("/cookies")`, running);
  const { headers, status } = ran.value as { headers: object; status: number };
  expect(status).toBe(200);
  expect(headers).toHaveProperty("x-fine");
  expect(headers).not.toHaveProperty("set-cookie");
  expect(headers).not.toHaveProperty("isogate-failure");
});

it("does not speak to a name that resolves to loopback, though the document itself names it", async () => {
  const { port } = new URL(upstream);
  const ran = await execute(`return await api.get("/echo")`, {
    ...running,
    file: { credential, server: `http://app.localtest.me:${port}` },
  });
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "addresses that the gateway speaks to" });
});

it("refuses http where the API file does not allow it", async () => {
  const ran = await execute(`return await api.get("/echo")`, {
    ...running,
    file: { credential, allowHttp: false },
  });
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "addresses that the gateway speaks to" });
});

it("refuses an operation outside the document, with the nearest ones, and lets the file allow a prefix", async () => {
  const outside = await execute(`return await fetch(${JSON.stringify(upstream)} + "/ecko")`, running);
  expect(outside.failure).toMatchObject({ kind: "unknown-operation", asked: "GET /ecko" });
  expect((outside.failure as { nearest: string[] }).nearest[0]).toContain("/echo");
  const inside = await execute(
    `const outcomes = [];
     for (const method of ["GET", "DELETE"]) {
       try { outcomes.push((await fetch(${JSON.stringify(upstream)} + "/echo/a/b/c", { method })).status) }
       catch (error) { outcomes.push(error.failure) }
     }
     return outcomes;`,
    { ...running, file: { credential, outside: [{ prefix: "/echo/a/", access: "read" }] }, access: ["read"] },
  );
  expect(inside.value).toEqual([
    200,
    { kind: "needs-scope", operation: "outside /echo/a/", scope: "test:delete" },
  ]);
});

it("a fault of the gateway itself ends the request, in the reply, the record and the log", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  // As an API file past its validation would have it: signing throws.
  const broken = { from: "shared", secret: "X" } as unknown as Credential;
  const api = await deploy({ document: upstreamDocument, file: { credential: broken } });
  await received();
  for (const code of [`return await api.get("/echo")`, `return await api.post("/echo", { body: {} })`]) {
    const ran = await executeOn(code, [api]);
    expect(ran.failure).toMatchObject({ kind: "misconfigured", next: expect.stringContaining("operator") });
    expect(ran.requests).toMatchObject([{ outcome: "denied", failure: { kind: "misconfigured" } }]);
    const { error, requests } = await callTool(code, [api]);
    expect(error?.kind).toBe("misconfigured");
    expect(requests).toEqual([expect.not.stringContaining("under way")]);
  }
  expect(log.mock.calls.join("\n")).toContain("isogate.gateway.failed");
  vi.restoreAllMocks();
  expect((await received()).count).toBe(0);
});
