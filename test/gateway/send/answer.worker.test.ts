/** Answers that are no proper HTTP, or say the credential in a place where nobody looks: contained, and told as they are. */
import { expect, inject, it } from "vitest";
import type { ApiFile } from "../../../src/terms/api-file.ts";
import { upstreamDocument } from "../document.ts";
import { execute, received } from "../running.ts";

const upstream = inject("upstream");
const secret = "planted/secret+token==42";
const file: Partial<ApiFile> = {
  credential: { from: "shared", secrets: { token: "TEST_TOKEN" } },
  budgets: { requestMs: 2_000 },
};
const running = { document: upstreamDocument, file };

/** What the code gets when the upstream answers with exactly these bytes, and of an ordinary request after that. */
async function answered(method: "get" | "post" | "head", head: string, body = "") {
  const bytes = Buffer.from(`HTTP/1.1 ${head}\r\n\r\n${body}`, "latin1").toString("base64");
  const args = JSON.stringify({
    query: { answer: bytes, close: "1" },
    ...(method === "post" ? { body: {} } : {}),
  });
  const ran = await execute(
    `const answer = await api.${method}("/raw", ${args}).then(
       ({ status, data, headers }) => ({ status, data, headers }),
       ({ failure, status, data }) => ({ kind: failure.kind, message: failure.message, status, data }));
     return [answer, (await api.get("/echo/open")).data.url];`,
    running,
  );
  expect(JSON.stringify(ran)).not.toContain(secret);
  const [answer, next] = ran.value as [Record<string, unknown>, string];
  // Nothing of the odd answer is left on the connection for the next request.
  expect(next).toBe("/echo/open");
  return { answer, requests: ran.requests };
}

it.each<[string, string, string, unknown]>([
  ["103 before the answer", "103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2", "hi", { status: 200, data: "hi" }],
  ["a 204 with a body", "204 No Content\r\nContent-Length: 8", "[secret]", { status: 204, data: null }],
  ["a 205 with a body", "205 Reset\r\nContent-Length: 8", "[secret]", { status: 205, data: null }],
  ["a 304 with a body", "304 Not Modified\r\nContent-Length: 8", "[secret]", { status: 304, data: null }],
  ["a length and chunks", "200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", { status: 200, data: "hello" }],
  ["a second answer after the first", "200 OK\r\nContent-Length: 2", "hiHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", { status: 200, data: "hi" }],
  ["the credential in the reason", "200 [secret]\r\nContent-Length: 2", "hi", { status: 200, data: "hi" }],
  ["the credential in the type", "200 OK\r\nContent-Type: text/plain; x=[secret]\r\nContent-Length: 2", "hi", { headers: { "content-type": "text/plain; x=[redacted]" } }],
  ["the credential in a cookie", "200 OK\r\nSet-Cookie: a=[secret]\r\nContent-Length: 2", "hi", { headers: {} }],
  ["the credential in a trailer", "200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-S", "2\r\nhi\r\n0\r\nX-S: [secret]\r\n\r\n", { data: "hi", headers: {} }],
  ["the credential in a refusal", "401 No\r\nWWW-Authenticate: Bearer realm=\"[secret]\"\r\nContent-Length: 36", '{"error":"[secret]"}', { status: 401, data: { error: "[redacted]" } }],
])("takes %s", async (_name, head, body, want) => {
  expect((await answered("get", head, body)).answer).toMatchObject(want as object);
}); // prettier-ignore

it.each(["24", "0", "1048576", "9007199254740993"])(
  "keeps the length that HEAD asks for: %s",
  async (length) => {
    const { answer } = await answered("head", `200 OK\r\nX-Fine: 1\r\nContent-Length: ${length}`);
    expect(answer).toMatchObject({ status: 200, headers: { "content-length": length } });
  },
);

it("takes nothing from the body of an answer to HEAD", async () => {
  const { answer } = await answered("head", "200 OK\r\nX-Fine: 1\r\nContent-Length: 24", "[secret]");
  expect(answer).toMatchObject({ status: 200, data: null, headers: { "x-fine": "1" } });
});

it.each([
  ["a status beyond 599", "600 X\r\nContent-Length: 2", "hi"],
  [
    "another protocol that nobody asked for",
    "101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade",
    "",
  ],
  ["two lengths", "200 OK\r\nContent-Length: 2\r\nContent-Length: 5", "hello"],
  ["a length below nothing", "200 OK\r\nContent-Length: -1", "hello"],
  ["chunks that are none", "200 OK\r\nTransfer-Encoding: chunked", "zz\r\nhello\r\n0\r\n\r\n"],
  ["a chunk without end", "200 OK\r\nTransfer-Encoding: chunked", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"],
  ["a gzip that is none", "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5", "hello"],
  ["a header with a NUL", "200 OK\r\nX-A: a\0b\r\nContent-Length: 2", "hi"],
])(
  "takes %s for no answer: a read may be sent again, a write may have happened",
  async (_name, head, body) => {
    expect((await answered("get", head, body)).answer).toMatchObject({ kind: "upstream-unreachable" });
    expect((await answered("post", head, body)).answer).toMatchObject({ kind: "outcome-unknown" });
  },
);

it.each([
  ["gzip", "gzip"],
  ["gzip", "GZIP"],
  ["gzip", "x-gzip"],
  ["br", "br"],
  ["deflate", "Deflate"],
])("finds the credential in a body of %s that is announced as %s", async (as, coding) => {
  const ran = await execute(
    `return (await api.get("/packed", { query: ${JSON.stringify({ as, coding })} })).data`,
    running,
  );
  expect(ran.value).toBe("before [redacted] after");
});

it.each([
  ["br", "BR"],
  ["gzip", "gzip, gzip"],
  ["gzip", "zstd"],
])("hands on no body of %s that is announced as %s", async (as, coding) => {
  const ran = await execute(
    `return (await api.get("/packed", { query: ${JSON.stringify({ as, coding })} })).data`,
    running,
  );
  expect(ran.failure).toMatchObject({
    kind: "upstream-unreachable",
    message: expect.stringContaining("cannot decode") as string,
  });
});

it("ends a body that drips when the time for an answer is over", async () => {
  const ran = await execute(
    `const startedAt = Date.now();
     const kind = await api.get("/endless", { query: { type: "application/json", every: "50" } }).catch(({ failure }) => failure.kind);
     return { kind, ms: Date.now() - startedAt };`,
    { ...running, file: { ...file, budgets: { requestMs: 400 } } },
  );
  expect(ran.value).toMatchObject({ kind: "upstream-unreachable" });
  expect((ran.value as { ms: number }).ms).toBeLessThan(2_000);
});

it.each([
  ["at the budget", 100, { data: "x".repeat(100) }],
  ["one over", 99, { kind: "upstream-unreachable" }],
])("counts a small answer against the bytes of the run: %s", async (_name, bytesDown, want) => {
  const bytes = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n${"x".repeat(100)}`;
  const query = JSON.stringify({ answer: Buffer.from(bytes).toString("base64"), close: "1" });
  const ran = await execute(
    `return api.get("/raw", { query: ${query} }).then(({ data }) => ({ data }), ({ failure }) => failure)`,
    { document: upstreamDocument, file: { budgets: { bytesDown } } },
  );
  expect(ran.value).toMatchObject(want);
  if ("kind" in want) expect(ran.requests[0]?.rule).toBe("limit reached: 99 bytes received");
});

it.each([
  ["with blanks and a line end around it", "TEST_PIPED_KEY", undefined, "planted-piped-key-51"],
  ["stored with the word before it", "TEST_PREFIXED_KEY", "Token ", "planted-prefixed-key-53"],
])("finds a key that was %s", async (_name, name, prefix, bare) => {
  const ran = await execute(
    `return [(await api.get("/mirror", { query: { as: "plain" } })).data, (await api.get("/mirror", { query: { as: "bare" } })).data]`,
    {
      document: upstreamDocument,
      file: {
        auth: {
          schemes: { key: { type: "apiKey", in: "header", name: "X-Api-Key", ...(prefix && { prefix }) } },
          security: [{ key: [] }],
        },
        credential: { from: "shared", secrets: { key: name } },
      },
    },
  );
  expect(ran.failure).toBeUndefined();
  expect(JSON.stringify(ran)).toContain("[redacted]");
  expect(JSON.stringify(ran)).not.toContain(bare);
});

it("says that a secret cannot be sent, and not what it is", async () => {
  await received();
  const ran = await execute(`await api.get("/echo")`, {
    document: upstreamDocument,
    file: { credential: { from: "shared", secrets: { token: "TEST_BROKEN_KEY" } } },
  });
  const { message } = ran.failure as { message: string };
  expect(message).toContain("(TEST_BROKEN_KEY) contains a line break");
  expect(JSON.stringify(ran)).not.toContain("planted-broken");
  expect((await received()).count).toBe(0);
});

it.each([
  [301, "GET", ""],
  [302, "GET", ""],
  [303, "GET", ""],
  [307, "POST", '{"a":1}'],
  [308, "POST", '{"a":1}'],
])("follows a %i of a POST as a %s", async (status, method, text) => {
  const ran = await execute(
    `const { data } = await api.post("/redirect", { query: { to: "/echo", status: "${status}" }, body: { a: 1 } });
     return [data.method, data.text, data.headers["content-type"] ?? ""];`,
    running,
  );
  expect(ran.value).toEqual([method, text, text === "" ? "" : "application/json"]);
});

it("counts a redirect that is followed as a request: not one more than the budget", async () => {
  await received();
  const ran = await execute(
    `return await api.get("/redirect", { query: { to: "/echo" } }).catch(() => "caught")`,
    {
      ...running,
      file: { ...file, budgets: { requests: 1 } },
    },
  );
  expect(ran.failure).toMatchObject({ kind: "limit-reached", limit: "requests", value: 1 });
  expect(ran.requests.map(({ outcome }) => outcome)).toEqual(["answered", "denied"]);
  expect((await received()).count).toBe(1);
});

it("signs anew after a redirect that brings its own key in the query", async () => {
  const ran = await execute(
    `return (await api.get("/redirect", { query: { to: "/echo/querykey?key=evil&KEY=evil&a=1" } })).data.url`,
    {
      ...running,
      file: { credential: { from: "shared", secrets: { token: "TEST_TOKEN", queryKey: "TEST_KEY" } } },
    },
  );
  expect(ran.value).toBe("/echo/querykey?a=1&key=[redacted]");
});

it.each(["http://user:password@", "http://user@"])(
  "follows no redirect with a login in it: %s",
  async (login) => {
    const to = JSON.stringify(upstream.replace("http://", login) + "/echo");
    await received();
    const ran = await execute(`await api.get("/redirect", { query: { to: ${to} } })`, running);
    expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
    expect(JSON.stringify(ran.failure)).not.toContain("password");
    expect((await received()).count).toBe(1);
  },
);

it.each(["plain", "percent"])("names a redirect that holds the credential without it (%s)", async (as) => {
  const ran = await execute(
    `return (await api.get("/mirror", { query: { in: "location", as: "${as}" } })).data`,
    running,
  );
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
  expect(JSON.stringify(ran.failure)).toContain("/nowhere/[redacted]/x");
  expect(ran.requests.at(-1)?.url).toContain("/nowhere/[redacted]/x");
  for (const form of [secret, encodeURIComponent(secret)]) expect(JSON.stringify(ran)).not.toContain(form);
});

it("looks into a body that is compressed with deflate, which nobody asked for", async () => {
  const ran = await execute(`return (await api.get("/mirror", { query: { in: "deflate" } })).data`, running);
  expect(ran.value).toBe("before [redacted] after");
});

it("does not pass on a body that it cannot decode", async () => {
  const ran = await execute(
    `const response = await api.get("/mirror", { query: { in: "zstd" } }); return response.data`,
    running,
  );
  expect(ran.failure).toMatchObject({ kind: "upstream-unreachable" });
  expect(JSON.stringify(ran.failure)).toContain("compressed in a way that the gateway cannot decode (zstd)");
});
