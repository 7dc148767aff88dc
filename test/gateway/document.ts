/** A document whose operations are the paths of the test upstream. */

const text = { type: "string" };
const query = (name: string, schema: unknown = text) => ({ name, in: "query", schema });
const get = (operationId: string, ...names: string[]) => ({
  operationId,
  parameters: names.map((name) => query(name)),
  responses: { 200: { description: "fine" } },
});
const anyBody = { content: { "application/json": { schema: { type: "object" } } } };

export const upstreamDocument = {
  openapi: "3.1.0",
  info: { title: "Test upstream", version: "1" },
  servers: [{ url: "https://nowhere.invalid" }],
  components: {
    securitySchemes: {
      token: { type: "http", scheme: "bearer" },
      login: { type: "http", scheme: "basic" },
      key: { type: "apiKey", in: "header", name: "X-Api-Key" },
      queryKey: { type: "apiKey", in: "query", name: "key" },
      cookieKey: { type: "apiKey", in: "cookie", name: "session" },
    },
  },
  security: [{ token: [] }],
  paths: {
    "/echo": {
      get: get("getEcho", "a", "b"),
      post: { operationId: "postEcho", requestBody: anyBody, responses: {} },
      put: { operationId: "putEcho", requestBody: anyBody, responses: {} },
      delete: { operationId: "deleteEcho", responses: {} },
    },
    "/echo/{id}": {
      get: {
        operationId: "getOne",
        parameters: [{ name: "id", in: "path", required: true, schema: text }],
        responses: {},
      },
      delete: {
        operationId: "deleteOne",
        parameters: [{ name: "id", in: "path", required: true, schema: text }],
        responses: {},
      },
    },
    "/echo/{id}/admin": {
      post: {
        operationId: "admin",
        parameters: [{ name: "id", in: "path", required: true, schema: text }],
        responses: {},
      },
    },
    "/echo/cookies": {
      get: {
        operationId: "cookieEcho",
        parameters: [{ name: "theme", in: "cookie", schema: text }],
        responses: {},
      },
    },
    "/echo/payments": {
      post: {
        operationId: "pay",
        parameters: [{ name: "Idempotency-Key", in: "header", schema: text }],
        requestBody: anyBody,
        responses: {},
      },
    },
    "/echo/login": { get: { ...get("loginEcho"), security: [{ login: [] }] } },
    "/echo/key": { get: { ...get("keyEcho"), security: [{ key: [] }] } },
    "/echo/querykey": { get: { ...get("queryKeyEcho", "a"), security: [{ queryKey: [] }] } },
    "/echo/cookiekey": { get: { ...get("cookieKeyEcho"), security: [{ cookieKey: [] }] } },
    "/echo/both": { get: { ...get("bothEcho"), security: [{ key: [], token: [] }] } },
    "/echo/open": { get: { ...get("openEcho"), security: [] } },
    "/status/{code}": {
      parameters: [{ name: "code", in: "path", required: true, schema: { type: "integer" } }],
      get: { operationId: "getStatus", parameters: [query("retry-after"), query("x")], responses: {} },
      post: { operationId: "postStatus", requestBody: anyBody, responses: {} },
    },
    "/redirect": {
      get: get("redirect", "to", "status"),
      post: { ...get("postRedirect", "to", "status"), requestBody: anyBody },
    },
    "/loop": { get: get("loop") },
    "/mirror": { get: get("mirror", "in", "as") },
    "/cookies": { get: get("cookies") },
    "/endless": { get: get("endless", "type", "every") },
    "/slow": { get: get("slow", "ms"), post: get("postSlow", "ms") },
    "/short": { get: get("short"), post: get("postShort") },
    "/cut": { get: get("cut", "bytes"), post: get("postCut", "bytes") },
    "/raw": {
      get: get("raw", "answer", "close"),
      post: { ...get("postRaw", "answer", "close"), requestBody: anyBody },
    },
    "/packed": { get: get("packed", "as", "coding") },
    "/bomb": { get: get("bomb", "mb") },
    "/gzip": { get: get("gzip") },
    "/reset": { get: get("reset", "k", "times"), post: get("postReset", "k", "times") },
    "/flaky": {
      get: get("flaky", "k", "times", "status", "after"),
      post: get("postFlaky", "k", "times", "status", "after"),
    },
    "/type": {
      get: get("type", "type", "text"),
      post: {
        ...get("postType", "type"),
        requestBody: {
          content: {
            "application/json": { schema: { type: "object" } },
            "application/octet-stream": {},
            "text/plain": {},
          },
        },
      },
    },
  },
};
