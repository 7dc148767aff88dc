/** Code that uses up what there is: each kind ends at its limit, is told so, and the next run is served as ever. */
import { describe, expect, it } from "vitest";
import { budgets } from "../../src/terms/budgets.ts";
import { maxAllLogsChars, maxLogEntries, maxResultChars } from "../../src/sandbox/limits.ts";
import { upstreamDocument } from "./document.ts";
import { execute, received, type Ran, type Running } from "./running.ts";

const credential = { from: "shared" as const, secrets: { token: "TEST_TOKEN" } };
const running: Running = { document: upstreamDocument, file: { credential } };
const quick: Running = { ...running, file: { credential, budgets: { requestMs: 400 } } };

interface Abuse {
  what: string;
  code: string;
  running?: Running;
  holds(ran: Ran): void;
}

const sentAtMost = (most: number) => (ran: Ran) =>
  expect(ran.requests.filter(({ outcome }) => outcome === "answered").length).toBeLessThanOrEqual(most);
const logsFit = ({ logs }: Ran) => {
  expect(logs.length).toBeLessThanOrEqual(maxLogEntries + 1);
  expect(logs.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(2 * maxAllLogsChars);
};
const resultFits = ({ value, failure }: Ran) => {
  expect(failure).toBeUndefined();
  // The markers of what was left out come on top.
  expect(JSON.stringify(value).length).toBeLessThanOrEqual(maxResultChars + 16_384);
};

const abuses: Abuse[] = [
  {
    what: "10,000 requests, one after the other",
    code: `let sent = 0; for (let n = 0; n < 10_000; n++) { await api.get("/echo"); sent++ } return sent`,
    holds: (ran) => {
      sentAtMost(budgets.requests.value)(ran);
      expect(ran.failure).toMatchObject({ kind: "limit-reached", limit: "requests" });
    },
  },
  {
    what: "10,000 requests at once",
    code: `const all = await Promise.allSettled(Array.from({ length: 10_000 }, () => api.get("/echo"))); return all.filter(({ status }) => status === "fulfilled").length`,
    holds: sentAtMost(budgets.requests.value),
  },
  {
    what: "10,000 requests whose failures are swallowed",
    code: `let sent = 0; for (let n = 0; n < 10_000; n++) try { await api.get("/echo"); sent++ } catch {} return sent`,
    holds: sentAtMost(budgets.requests.value),
  },
  {
    what: "requests that nobody waits for",
    code: `for (let n = 0; n < 1_000; n++) api.get("/echo").catch(() => {}); return "done"`,
    holds: sentAtMost(budgets.requests.value),
  },
  {
    what: "promises that make promises around requests",
    code: `const grow = async (depth) => { if (depth === 0) return 1; const [a, b] = await Promise.all([grow(depth - 1), grow(depth - 1)]); return a + b }; const leaves = await grow(14); await api.get("/echo"); return leaves`,
    holds: ({ value }) => expect(value).toBe(2 ** 14),
  },
  {
    what: "an upstream that takes longer than a request may",
    code: `return await api.get("/slow", { query: { ms: "60000" } })`,
    running: quick,
    holds: ({ failure }) => expect(failure).toMatchObject({ kind: "upstream-unreachable" }),
  },
  {
    what: "fifty of them at once",
    code: `const all = await Promise.allSettled(Array.from({ length: 50 }, () => api.get("/slow", { query: { ms: "60000" } }))); return all.filter(({ status }) => status === "rejected").length`,
    running: quick,
    holds: ({ value }) => expect(value).toBe(50),
  },
  {
    what: "a write to one of them, which is not sent twice",
    code: `return await api.post("/slow", { query: { ms: "60000" } })`,
    running: quick,
    holds: ({ failure, requests }) => {
      expect(failure).toMatchObject({ kind: "outcome-unknown" });
      expect(requests).toHaveLength(1);
    },
  },
  {
    what: "an answer that never ends",
    code: `return await api.get("/endless")`,
    running: quick,
    holds: ({ failure }) => expect(failure).toMatchObject({ kind: "upstream-unreachable" }),
  },
  {
    what: "ten of them, of which nobody reads",
    code: `for (let n = 0; n < 10; n++) api.get("/endless").catch(() => {}); return "done"`,
    running: quick,
    holds: ({ value }) => expect(value).toBe("done"),
  },
  {
    what: "100,000 lines to the console",
    code: `for (let n = 0; n < 100_000; n++) console.log("line " + n); return 1`,
    holds: logsFit,
  },
  {
    what: "lines of a megabyte to the console",
    code: `for (let n = 0; n < 100; n++) console.error("x".repeat(1e6)); return 1`,
    holds: logsFit,
  },
  {
    what: "objects without end to the console",
    code: `const deep = {}; let at = deep; for (let n = 0; n < 1e5; n++) at = at.a = {}; for (let n = 0; n < 50; n++) console.log(deep); return 1`,
    holds: logsFit,
  },
  {
    what: "lines to the console until an error",
    code: `for (let n = 0; n < 10_000; n++) console.log("x".repeat(1_000)); throw new Error("end")`,
    holds: (ran) => {
      logsFit(ran);
      expect(ran.failure).toMatchObject({ kind: "thrown", message: "end" });
    },
  },
  {
    what: "a result of a hundred megabytes",
    code: `return Array.from({ length: 100 }, () => "x".repeat(1e6))`,
    holds: resultFits,
  },
  {
    what: "a result of a million members",
    code: `return Object.fromEntries(Array.from({ length: 1e6 }, (_, n) => ["member" + n, n]))`,
    holds: resultFits,
  },
  {
    what: "a result that is nested 100,000 times",
    code: `let at = 1; for (let n = 0; n < 1e5; n++) at = [at]; return at`,
    holds: resultFits,
  },
  {
    what: "a result whose getters make more of it",
    code: `const make = () => ({ get more() { return [make(), make(), make()] } }); return make()`,
    holds: resultFits,
  },
  {
    what: "everything that the API answered, many times over",
    code: `const { data } = await api.get("/echo"); return Array.from({ length: 1e5 }, () => data)`,
    holds: resultFits,
  },
  {
    what: "text that nobody would write in one turn",
    code: `return await api.post("/echo", { body: { text: "x".repeat(40e6) } })`,
    holds: ({ failure }) =>
      expect(failure).toMatchObject({
        kind: "bad-arguments",
        problems: [expect.stringContaining("16,000,000 characters")],
      }),
  },
  {
    what: "a body beyond the budget",
    code: `return await api.post("/echo", { body: { text: new Uint8Array(40e6) } })`,
    holds: ({ failure }) => expect(failure).toMatchObject({ kind: "limit-reached", limit: "bytesUp" }),
  },
  {
    what: "a gzip bomb",
    code: `return (await api.get("/bomb", { query: { mb: "100" } })).data.length`,
    running: { ...running, file: { credential, budgets: { bytesDown: 2_000_000 } } },
    holds: ({ failure }) => expect(failure).toMatchObject({ kind: "upstream-unreachable" }),
  },
  {
    what: "timers without end",
    code: `for (let n = 0; n < 5_000; n++) setInterval(() => {}, 1); await api.get("/echo"); return 1`,
    holds: ({ value }) => expect(value).toBe(1),
  },
];

describe("code that uses up what there is", () => {
  it.for(abuses)("ends at its limit: $what", { timeout: 90_000 }, async ({ code, running: at, holds }) => {
    const ran = await execute(code, at ?? running);
    holds(ran);
    await received();
    const next = await execute(`return (await api.get("/echo")).status`, running);
    expect(next.value).toBe(200);
    expect(next.requests).toHaveLength(1);
  });
});
