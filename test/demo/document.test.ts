/** Document and server agree: each operation is served, each documented status is given, nothing else is served. */
import SwaggerParser from "@apidevtools/swagger-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readDocument, type Operation, type Schema } from "../../demo/http/document.ts";
import { handlers } from "../../demo/operations/index.ts";
import { converse, schemaFaults, type Conversation, type Sent } from "./conversation.ts";

let talk: Conversation;
beforeAll(async () => {
  talk = await converse();
});
afterAll(() => talk.close());

const shop = { zone_id: "zone_0001" };
const file = new Blob(["status 300 IN A 192.0.2.80\n"]);
const input = { mode: "block", target: { type: "ip", value: "192.0.2.99" } };
const limit = { method: "GET", path_prefix: "/search", requests: 10, period_seconds: 60 };
const status = { type: "A", name: "info.harborlight.example", content: "192.0.2.80" };

/** Succeeds once for each operation, in this order. */
const walk: [string, Sent?][] = [
  ["getAccount"],
  ["listZones"],
  ["createZone", { json: { name: "outlet.example" } }],
  ["getZone", { path: shop }],
  ["getZoneSettings", { path: shop }],
  ["updateZoneSettings", { path: shop, json: { attack_mode: true } }],
  ["deleteZone", { path: { zone_id: "zone_0004" } }],
  ["listDnsRecords", { path: shop }],
  ["createDnsRecord", { path: shop, json: status }],
  ["importDnsRecords", { path: shop, form: { file } }],
  ["exportDnsRecords", { path: shop }],
  ["getDnsRecord", { path: { ...shop, record_id: "rec_0001" } }],
  [
    "replaceDnsRecord",
    { path: { ...shop, record_id: "rec_0001" }, json: { ...status, name: "harborlight.example" } },
  ],
  ["updateDnsRecord", { path: { ...shop, record_id: "rec_0001" }, json: { ttl: 60 } }],
  ["deleteDnsRecord", { path: { ...shop, record_id: "rec_0001" } }],
  ["listFirewallEvents"],
  ["getFirewallEvent", { path: { event_id: "evt_0001" } }],
  ["listFirewallRules"],
  ["getFirewallRule", { path: { rule_id: "hotlink" } }],
  ["updateFirewallRule", { path: { rule_id: "hotlink" }, json: { enabled: false } }],
  ["listAccessRules"],
  ["createAccessRule", { json: input }],
  ["importAccessRules", { form: { file: new Blob(["ip,192.0.2.98\n"]) } }],
  ["getAccessRule", { path: { access_rule_id: "access_0001" } }],
  ["updateAccessRule", { path: { access_rule_id: "access_0001" }, json: { notes: "Moved." } }],
  ["deleteAccessRule", { path: { access_rule_id: "access_0001" } }],
  ["listRateLimits", { path: shop }],
  ["createRateLimit", { path: shop, json: limit }],
  ["getRateLimit", { path: { ...shop, rate_limit_id: "limit_0001" } }],
  ["replaceRateLimit", { path: { ...shop, rate_limit_id: "limit_0001" }, json: { ...limit, method: "PUT" } }],
  ["deleteRateLimit", { path: { ...shop, rate_limit_id: "limit_0001" } }],
  ["getAnalyticsSummary"],
  ["listAuditEntries"],
];

/** Contradicts what the walk has left behind. */
const conflicts: [string, Sent][] = [
  ["createZone", { json: { name: "harborlight.example" } }],
  ["deleteZone", { path: shop }],
  ["createDnsRecord", { path: shop, json: status }],
  ["importDnsRecords", { path: shop, form: { file: new Blob(["www 300 IN CNAME @\n"]) } }],
  ["replaceDnsRecord", { path: { ...shop, record_id: "rec_0002" }, json: status }],
  [
    "updateDnsRecord",
    { path: { ...shop, record_id: "rec_0006" }, json: { content: "mx2.harborlight.example" } },
  ],
  ["createAccessRule", { json: input }],
  ["createRateLimit", { path: shop, json: limit }],
  ["replaceRateLimit", { path: { ...shop, rate_limit_id: "limit_0003" }, json: limit }],
];

test("the document is valid OpenAPI 3.1", async () => {
  const { source } = await readDocument();
  await expect(SwaggerParser.validate(structuredClone(source) as never)).resolves.toBeTruthy();
});

test("every operation has a handler and every handler an operation", async () => {
  const { operations } = await readDocument();
  expect(Object.keys(handlers).toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
});

test("every operation has a summary, one known tag, and a description of each parameter", async () => {
  const { source, operations } = await readDocument();
  const tags = (source.tags as { name: string }[]).map(({ name }) => name);
  const paths = source.paths as Record<string, Record<string, { summary?: string; tags?: string[] }>>;
  for (const { id, method, path, parameters } of operations) {
    const written = paths[path]?.[method.toLowerCase()];
    expect(written?.summary, id).toMatch(/^[A-Z].*[^.]$/);
    expect(tags, id).toContain(written?.tags?.join());
    for (const parameter of parameters)
      expect((parameter as { description?: string }).description, `${id} ${parameter.name}`).toMatch(
        /\.\s*$/,
      );
  }
});

test("every example fits its schema", async () => {
  const { yaml } = await readDocument();
  const whole = await SwaggerParser.dereference(parse(yaml));
  let count = 0;
  const visit = (node: unknown, where: string): void => {
    if (typeof node !== "object" || node === null) return;
    const { schema, example, examples } = node as { schema?: Schema; example?: unknown; examples?: object };
    const given =
      example === undefined ? Object.values(examples ?? {}).map((entry) => entry?.value ?? entry) : [example];
    // Either a media type or parameter (with a schema), or a schema.
    if (schema || Array.isArray(examples))
      for (const value of given) {
        expect(schemaFaults(schema ?? (node as Schema), value), where).toEqual([]);
        count++;
      }
    for (const [key, child] of Object.entries(node))
      if (key !== "example" && key !== "examples" && key !== "default") visit(child, `${where}/${key}`);
  };
  visit(whole, "#");
  expect(count).toBeGreaterThan(40);
});

describe("a walk through all operations", () => {
  test.for(walk)("%s succeeds as documented", async ([id, sent]) => {
    const { status: got } = await talk.call(id, sent);
    expect(got).toBeLessThan(300);
  });

  test("left no operation out", () => {
    expect(walk.map(([id]) => id).toSorted()).toEqual(talk.operations.map(({ id }) => id).toSorted());
  });

  test.for(conflicts)("%s answers 409 to what contradicts the rest", async ([id, sent]) => {
    if (id === "replaceRateLimit")
      await talk.call("createRateLimit", { path: shop, json: { ...limit, method: "POST" } });
    const { status: got } = await talk.call(id, sent);
    expect(got).toBe(409);
  });

  test("every operation refuses a request without a token", async () => {
    for (const { id } of talk.operations) {
      const { status: got, headers } = await talk.call(id, { path: anyPath(id), token: null });
      expect([id, got, headers.get("www-authenticate")]).toEqual([id, 401, "Bearer"]);
    }
  });

  test("every operation refuses a query parameter that it does not have", async () => {
    for (const [id, sent] of walk) {
      const { status: got, data } = await talk.call(id, { ...sent, query: { nonsense: 1 } });
      expect([id, got, data.errors[0].pointer]).toEqual([id, 422, "/nonsense"]);
    }
  });

  test("every operation on one object answers 404 for an id that nobody has", async () => {
    for (const [id, sent] of walk) {
      if (!sent?.path) continue;
      const { status: got } = await talk.call(id, { ...sent, path: anyPath(id) });
      expect([id, got]).toEqual([id, 404]);
    }
  });

  test("every operation with a body refuses a broken, a foreign and an oversized one", async () => {
    for (const { id, body } of talk.operations) {
      if (!body) continue;
      const path = anyPath(id);
      const headers = { "content-type": body.contentType };
      const broken = await talk.call(id, { path, body: "{", headers });
      const foreign = await talk.call(id, {
        path,
        body: "<a/>",
        headers: { "content-type": "application/xml" },
      });
      const large = await talk.call(id, { path, body: " ".repeat(90_000), headers });
      expect([id, broken.status, foreign.status, large.status]).toEqual([id, 400, 415, 413]);
    }
  });

  test("every operation answers 429 when the bucket is empty", async () => {
    const slow = await converse({ rate: { burst: 1, perSecond: 0.001 } });
    await slow.call("getAccount");
    for (const { id } of slow.operations) {
      const { status: got } = await slow.call(id, { path: anyPath(id) });
      expect([id, got]).toEqual([id, 429]);
    }
    await slow.close();
  });

  test("has met every status of every operation that the document names", () => {
    const documented = talk.operations
      .flatMap(({ id, responses }) => Object.keys(responses).map((code) => `${id} ${code}`))
      .filter((line) => !line.endsWith(" 429"));
    expect(documented.filter((line) => !talk.seen.has(line))).toEqual([]);
  });
});

describe("nothing undocumented is served", () => {
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

  test("a documented path answers 405 to every other method, and names those that it has", async () => {
    const byPath = Map.groupBy(talk.operations, ({ path }) => path);
    for (const [path, operations] of byPath) {
      const has = operations.map(({ method }) => method);
      // `/dns-records/export` is also a record's path, with `export` as its id.
      const twin = [...byPath].find(([other]) => other !== path && templateFits(other, path))?.[1] ?? [];
      for (const method of methods.filter((name) => !has.includes(name))) {
        const { status: got, headers } = await talk.raw(talk.url + path, { method });
        if (twin.some((operation) => operation.method === method))
          expect(got, `${method} ${path}`).not.toBe(200);
        else {
          expect([method, path, got]).toEqual([method, path, 405]);
          expect(
            headers
              .get("allow")
              ?.split(", ")
              .filter((name) => name !== "HEAD"),
          ).toEqual(has);
        }
      }
    }
  });

  test.for(["/", "/zones/", "/zone", "/v1/zones", "/zones/zone_0001/nothing", "/openapi.yaml"])(
    "%s is a 404 that says where the document is",
    async (path) => {
      const { status: got, data } = await talk.raw(talk.url + path);
      expect([got, data.type]).toEqual([404, "/problems/not-found"]);
      expect(data.detail).toContain("/openapi.yaml");
    },
  );

  test("outside the base path there is only the document", async () => {
    const origin = new URL(talk.url).origin;
    for (const path of ["/", "/zones", "/v2/zones"]) expect((await talk.raw(origin + path)).status).toBe(404);
  });
});

describe("the document over HTTP", () => {
  test.for(["/openapi.yaml", "/openapi.json"])("%s needs no token and names this server", async (path) => {
    const { status: got, text, headers } = await talk.raw(new URL(path, talk.url).href, { token: null });
    const served = parse(text);
    const { source } = await readDocument();
    expect([got, headers.get("content-type")]).toEqual([200, `application/${path.slice(9)}`]);
    expect(served.servers[0].url).toBe(talk.url);
    expect({ ...served, servers: [] }).toEqual({ ...source, servers: [] });
  });
});

/** Ids that nobody has, for every path parameter. */
function anyPath(operationId: string): Record<string, string> {
  const { path } = talk.operations.find(({ id }) => id === operationId) as Operation;
  return Object.fromEntries(Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => [name, "nobody"]));
}

function templateFits(template: string, path: string): boolean {
  const steps = path.split("/");
  const wanted = template.split("/");
  return (
    wanted.length === steps.length &&
    wanted.every((step, index) => step.startsWith("{") || step === steps[index])
  );
}
