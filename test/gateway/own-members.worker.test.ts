/** Security schemes and sinks of an operator's project, through the real gateway. */
import { afterEach, expect, it, vi } from "vitest";
import { defineScheme, defineSink, type Scheme, type Sink } from "../../src/terms/public.ts";
import { register } from "../setup/own.ts";
import { deploy, execute, received, reply } from "./running.ts";

const lines: string[] = [];
for (const method of ["log", "error"] as const)
  vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
afterEach(() => {
  register({});
  lines.length = 0;
});

/** As TEST_TOKEN in vitest.config.ts. */
const secret = "planted/secret+token==42";
const running = {
  document: {
    openapi: "3.1.0",
    info: { title: "Test", version: "1" },
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: "http", scheme: "hawk" } } },
    paths: { "/echo": { get: { operationId: "echo", responses: { 200: { description: "All of it." } } } } },
  },
  file: { credential: { from: "shared" as const, secrets: { key: "TEST_TOKEN" } } },
};
const call = 'return (await api.get("/echo")).data';
const handles: Scheme["handles"] = ({ type, scheme }) => type === "http" && scheme === "hawk";
const authorization = { in: "header" as const, name: "authorization" };

it("a scheme signs what no built-in one can, and neither secret nor credential comes back", async () => {
  expect((await execute(call, running)).failure).toMatchObject({
    message: expect.stringContaining("isogate cannot sign") as string,
  });
  register({
    hawk: defineScheme({
      name: "hawk",
      handles,
      sign: async (context) => ({
        ok: true,
        credential: { ...authorization, value: `Hawk id="${[...context.secret].toReversed().join("")}"` },
        secrets: [],
      }),
    }),
  });
  await received();
  const ran = await execute(call, running);
  expect(ran.failure).toBeUndefined();
  const reversed = [...secret].toReversed().join("");
  expect((await received()).requests[0]?.headers["authorization"]).toBe(`Hawk id="${reversed}"`);
  expect(JSON.stringify(ran)).not.toContain(reversed);
});

it.each<[what: string, sign: Scheme["sign"]]>([
  ["throws", () => Promise.reject(new Error(`no use for ${secret}`))],
  [
    "puts the credential where code can put one",
    () => ({ ok: true, credential: { in: "query", name: "key", value: secret }, secrets: [] }),
  ],
  ["answers nonsense", () => ({ ok: true }) as never],
  ["answers nothing", () => undefined as never],
])("a scheme that %s sends nothing, and its log line has no secret", async (_, sign) => {
  register({ hawk: defineScheme({ name: "hawk", handles, sign }) });
  await received();
  const ran = await execute(call, running);
  expect(ran.failure?.kind).toBe("misconfigured");
  expect(JSON.stringify(ran)).toContain('The security scheme \\"hawk\\" of this server\'s operator failed');
  expect((await received()).count).toBe(0);
  expect(lines.join("\n")).toContain('"isogate.own.kind":"scheme","isogate.own.name":"hawk"');
  expect(lines.join("\n") + JSON.stringify(ran)).not.toContain(secret);
});

it("a sink gets a copy of the record, the variables it names, and hurts nobody when it fails", async () => {
  const ends: Parameters<Sink["end"]>[] = [];
  register({
    good: defineSink({
      name: "good",
      secrets: ["TEST_TOKEN"],
      variables: ["NOT_SET"],
      end(...all) {
        ends.push(structuredClone(all));
        all[0].record.requests.length = 0;
      },
    }),
    bad: defineSink({ name: "bad", end: () => Promise.reject(new Error("the SIEM answered 500")) }),
  });
  const { document } = running;
  const api = await deploy({ document: { ...document, security: [] } });
  const answered = await reply(call, [api], { userId: "own-sinks" });
  expect(ends).toHaveLength(1);
  const [end, context] = ends[0]!;
  expect(context).toEqual({ userId: "own-sinks", variables: { TEST_TOKEN: secret } });
  expect(end.record).toMatchObject({ runId: answered.runId, tool: "execute", outcome: "ok" });
  expect(end.record.requests).toMatchObject([{ operation: "echo", status: 200, outcome: "answered" }]);
  const lost = lines.filter((line) => line.includes('"isogate.record.lost"'));
  expect(lost).toHaveLength(1);
  expect(lost[0]).toContain('"isogate.sink":"bad"');
});
