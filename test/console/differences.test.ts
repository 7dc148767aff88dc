/** What a look back found, request by request. */
import { expect, it } from "vitest";
import { apiDifferences, differencesOf, type Change } from "../../src/console/parts/differences.ts";
import type { RequestRecord } from "../../src/terms/failure.ts";
import type { ApiThen, RunOfThen, RunRecord, Unmade } from "../../src/terms/record.ts";

const request = (other: Partial<RequestRecord> = {}): RequestRecord => ({
  api: "shop",
  method: "GET",
  url: "https://shop.example/carts",
  operation: "listCarts",
  access: "read",
  rule: "granted: read",
  grounds: { by: "grant", access: "read" },
  outcome: "answered",
  status: 200,
  startedAtMs: 1,
  durationMs: 1,
  bytesUp: 0,
  bytesDown: 120,
  ...other,
});

const write = (other: Partial<RequestRecord> = {}) =>
  request({
    method: "POST",
    operation: "addCart",
    access: "write",
    grounds: { by: "grant", access: "write" },
    ...other,
  });

const start = {
  runId: "r1",
  startedAtMs: 0,
  tool: "execute",
  code: "1",
  codeChars: 1,
  client: { id: "c" },
  access: { shop: ["read" as const] },
};

const run = (requests: RequestRecord[], other: Partial<RunRecord> = {}): RunRecord => ({
  ...start,
  durationMs: 1,
  outcome: "ok",
  logs: [],
  requests,
  ...other,
});

const unmade = (other: Partial<Unmade> = {}): Unmade => {
  const { operation, access, rule, grounds } = request();
  return {
    index: 0,
    known: true,
    outcome: "under way",
    operation,
    access,
    rule,
    grounds,
    ...other,
  } as Unmade;
};

const deny = { by: "policy" as const, effect: "deny" as const, what: "operation addCart", index: 0 };

const kindsOf = (changes: Change[]) => changes.map(({ kind }) => kind);

it.each<[what: string, then: RequestRecord[], now: RequestRecord[], judged: Unmade[], want: string[][]]>([
  ["the same", [request()], [request({ startedAtMs: 9, durationMs: 7 })], [], [[]]],
  ["another size", [request()], [request({ bytesDown: 121 })], [], [["answer"]]],
  ["another status", [request()], [request({ status: 404 })], [], [["answer"]]],
  ["no answer", [request()], [request({ outcome: "unreachable" })], [], [["answer"]]],
  [
    "a replayed answer, which has no size",
    [request({ replayed: true, bytesDown: 0 })],
    [request()],
    [],
    [[]],
  ],
  ["a write, which a plan does not send", [write()], [write({ outcome: "planned" })], [], [[]]],
  [
    "a write that a rule refuses now",
    [write()],
    [write({ outcome: "denied", rule: "policy[0]: deny operation addCart", grounds: deny })],
    [],
    [["decision"]],
  ],
  [
    "a rule that asked, and was approved",
    [write({ grounds: { by: "policy", effect: "ask", what: "access write", approved: true } })],
    [write({ outcome: "planned" })],
    [],
    [["decision"]],
  ],
  [
    "another rule with the same effect",
    [write()],
    [write({ outcome: "planned", grounds: { by: "policy", effect: "allow", what: "access write" } })],
    [],
    [[]],
  ],
  ["a loosened operation", [write()], [write({ access: "read", outcome: "planned" })], [], [["access"]]],
  ["a record of before access was kept", [request({ access: undefined } as never)], [request()], [], [[]]],
  ["the operation of the address", [request()], [request({ operation: "findCarts" })], [], [["operation"]]],
  [
    "no operation for the address",
    [request()],
    [request({ operation: undefined, outcome: "denied" } as never)],
    [],
    [["gone"]],
  ],
  ["not made, as allowed as then", [request()], [], [unmade()], [["unmade"]]],
  [
    "not made, and gone",
    [request()],
    [],
    [unmade({ known: false, operation: undefined, outcome: "denied" } as never)],
    [["gone", "unmade"]],
  ],
  [
    "not made, and renamed",
    [request()],
    [],
    [unmade({ known: false, operation: "findCarts" })],
    [["operation", "unmade"]],
  ],
  [
    "not made, and refused",
    [write()],
    [],
    [unmade({ operation: "addCart", access: "write", grounds: deny, outcome: "denied" })],
    [["unmade", "decision"]],
  ],
  ["not judged", [request()], [], [], [["unmade"]]],
  [
    "elsewhere",
    [request()],
    [request({ url: "https://shop.example/v2/carts" })],
    [unmade({ operation: undefined, outcome: "denied" } as never)],
    [["moved"]],
  ],
  [
    "of one operation, other things",
    [request({ url: "https://shop.example/carts/1" })],
    [request({ url: "https://shop.example/carts/2" })],
    [unmade()],
    [["unmade"], ["new"]],
  ],
  [
    "the same several times, once less",
    [request(), request(), request()],
    [request(), request()],
    [unmade({ index: 2 })],
    [[], [], ["unmade"]],
  ],
])("finds %s", (_, then, now, judged, want) => {
  const found = differencesOf(run(then), run(now, { lookedBack: { run: "r1", unmade: judged } }));
  expect(found.map(({ changes }) => kindsOf(changes))).toEqual(want);
});

it("finds an operation that takes other arguments, made or not", () => {
  const api = (digest: string): Record<string, ApiThen> => ({
    shop: { hash: "h", operations: { listCarts: digest } },
  });
  const then = run([request(), request({ url: "https://shop.example/carts?page=2" })], { apis: api("one") });
  const now = run([request()], {
    apis: api("two"),
    lookedBack: { run: "r1", unmade: [unmade({ index: 1 })] },
  });
  expect(differencesOf(then, now).map(({ changes }) => kindsOf(changes))).toEqual([
    ["called"],
    ["called", "unmade"],
  ]);
  expect(differencesOf(run([request()]), now).map(({ changes }) => kindsOf(changes))).toEqual([[]]);
});

it("tells what has changed around a run: documents, rules that came and went, and what no rule names", () => {
  const ask = { effect: "ask" as const, what: "access write" };
  const refuse = { effect: "deny" as const, what: "operation x" };
  const then: RunOfThen = run([request()], { apis: { shop: { hash: "a", rules: [ask, ask] } } });
  const now = (api: ApiThen | undefined) => run([], { apis: api ? { shop: api } : {} });
  expect(apiDifferences(then, now({ hash: "a", rules: [ask, ask] }))).toEqual([
    {
      name: "shop",
      isGone: false,
      document: "same",
      rules: { added: [], removed: [] },
      otherwise: undefined,
    },
  ]);
  expect(apiDifferences(then, now({ hash: "b", rules: [ask, refuse], otherwise: "deny" }))).toEqual([
    {
      name: "shop",
      isGone: false,
      document: "changed",
      rules: { added: [refuse], removed: [ask] },
      otherwise: { was: "allow", is: "deny" },
    },
  ]);
  expect(apiDifferences(then, now(undefined))[0]).toMatchObject({ isGone: true });
  // As earlier versions kept it.
  expect(apiDifferences(run([request()]), now({ hash: "a", rules: [] }))[0]).toMatchObject({
    document: undefined,
    rules: undefined,
  });
});
