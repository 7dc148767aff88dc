/** The table that an operator reviews says what the gateway does: each row against requests that the gateway decides on. */
import { describe, expect, it } from "vitest";
import { decisionsFor, outcomes } from "../../../src/gateway/decide/decisions.ts";
import { locate } from "../../../src/gateway/decide/locate.ts";
import { Access, ApiFile } from "../../../src/terms/api-file.ts";
import { catalogOf, examples } from "../../docs/cookbook.ts";

const demo = { source: "../demo/openapi.yaml", server: "https://api.test/v1" };
const files: [title: string, file: unknown][] = [
  ["no policy", demo],
  [
    "denied unless allowed",
    { ...demo, otherwise: "deny", policy: [{ effect: "allow", path: "/zones/7/*" }] },
  ],
  [
    "values, methods and access",
    {
      ...demo,
      access: { createZone: "delete" },
      policy: [
        { effect: "deny", path: "/zones/7*", access: "delete" },
        { effect: "ask", path: ["/zones/7/dns-records/*", "/access-rules/*"], method: ["PATCH", "DELETE"] },
        { effect: "deny", method: "HEAD", path: "/audit-log" },
        { effect: "allow", operation: "get*" },
      ],
    },
  ],
  ...examples().map(({ title, file }): [string, unknown] => [title, file]),
];

const freest = ["allow", "ask", "deny"];

describe.each(files)("%s", (_, given) => {
  const file = ApiFile.parse(given);
  const api = { name: "example", title: "", hash: "", file };
  const caller = (granted: Access) => ({ access: { example: [granted] } });

  /** What the gateway does with a request for an operation whose parameters have this value. */
  async function gateway(method: string, path: string, value: string, granted: Access): Promise<string> {
    const catalog = await catalogOf(file);
    const base = file.server ?? "https://api.stripe.com";
    const url = base + path.replaceAll(/\{[^}]+\}/g, value);
    const request = { method, url, headers: new Map<string, string>() };
    const open = async () => catalog;
    const found = await locate(request, { apis: [api as never], caller: caller(granted), open });
    if (found.ok) return found.target.ask ? "ask" : "allow";
    return found.failure.kind === "needs-scope"
      ? "not granted"
      : found.failure.kind === "denied"
        ? "deny"
        : "other";
  }

  it(
    "has a row for every operation, with what the gateway does for each grant",
    { timeout: 60_000 },
    async () => {
      const catalog = await catalogOf(file);
      const rows = decisionsFor(api, catalog).filter(({ operation }) => operation.method !== "*");
      expect(rows).toHaveLength(catalog.operations.length);
      const wrong: string[] = [];
      let compared = 0;
      const outcomeOf = outcomes(api, catalog);
      const isFreer = (one: string, other: string) => freest.indexOf(one) < freest.indexOf(other);
      for (const { operation, access, grants, depending } of rows) {
        // What a person reads before they grant it.
        const outcome = outcomeOf(operation);
        const method = operation.method.toUpperCase();
        for (const granted of Access.options)
          for (const value of ["7", "x1"]) {
            const is = await gateway(method, operation.path, value, granted);
            // A path that another operation fits better, or nothing does with these values, is not this row's.
            if (is === "other") continue;
            const said = grants[granted]?.effect ?? "not granted";
            if (granted === access && outcome !== "varies" && isFreer(is, outcome))
              wrong.push(`${method} ${operation.path} for ${granted}: ${is}, and a person read ${outcome}`);
            const may = [said, ...(said === "not granted" ? [] : depending.map(({ effect }) => effect))];
            if (!may.includes(is))
              wrong.push(`${method} ${operation.path} for ${granted}: ${is}, not ${may.join(" or ")}`);
            compared += 1;
          }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(rows.length);
    },
  );
});

it("names a rule by what it says, and those that hold for some requests only", async () => {
  const file = ApiFile.parse({
    ...demo,
    otherwise: "ask",
    policy: [
      { effect: "allow", path: "/zones/7" },
      { effect: "deny", operation: "deleteZone", reason: "Zones stay." },
      { effect: "ask", tag: "DNS" },
    ],
    outside: [{ prefix: "/internal", access: "read" }],
  });
  const rows = decisionsFor({ name: "example", file }, await catalogOf(file));
  const row = (id: string) => rows.find(({ operation }) => operation.id === id);
  expect(row("getZone")).toMatchObject({
    access: "read",
    grants: { read: { effect: "ask", rule: "policy: otherwise ask" }, write: undefined, delete: undefined },
    depending: [{ effect: "allow", rule: "allow path /zones/7" }],
  });
  expect(row("deleteZone")).toMatchObject({
    grants: { delete: { effect: "deny", rule: "deny operation deleteZone" } },
    depending: [],
  });
  const outcomeOf = outcomes({ name: "example", file }, await catalogOf(file));
  expect(["getZone", "deleteZone", "listDnsRecords"].map((id) => outcomeOf(row(id)!.operation))).toEqual([
    "varies",
    "deny",
    "ask",
  ]);
  expect(row("outside /internal")).toMatchObject({ grants: { read: { effect: "ask" }, write: undefined } });
});
