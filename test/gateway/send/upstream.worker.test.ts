/** An upstream that fails in every way that one can: a clear error, or a repetition that is safe; never a wrong answer. */
import { describe, expect, inject, it } from "vitest";
import type { ApiFile } from "../../../src/terms/api-file.ts";
import { upstreamDocument } from "../document.ts";
import { execute, received } from "../running.ts";

const running = (file: Partial<ApiFile> = {}) => ({ document: upstreamDocument, file });
const key = () => `faults-${Math.random()}`;

/** What the code sees of a request, in a way that leaves no doubt. */
const attempt = (call: string) => `try { const { status, data } = await ${call}; return { status, data }; }
  catch (error) { return { failed: error.failure?.kind ?? error.name, status: error.status, message: error.message }; }`;

describe("an upstream that is down", () => {
  const down = { server: "http://127.0.0.1:1", budgets: { retries: 1 } };

  it("is said to be so, and a read is no more than that", async () => {
    const ran = await execute(`return await api.get("/echo")`, running(down));
    expect(ran.failure).toMatchObject({ kind: "upstream-unreachable", operation: "getEcho" });
    expect(JSON.stringify(ran.failure)).toContain("127.0.0.1:1 could not be made or was lost");
    expect(ran.requests).toMatchObject([{ outcome: "unreachable" }]);
  });

  it("leaves a write in doubt, and it is sent once", async () => {
    const ran = await execute(`return await api.post("/echo", { body: {} })`, running(down));
    expect(ran.failure).toMatchObject({ kind: "outcome-unknown", operation: "postEcho" });
    expect(ran.requests).toMatchObject([{ outcome: "unknown" }]);
  });
});

describe("a burst of 5xx", () => {
  it.each([500, 502, 503, 504])("of %i is handed to the code, and no write is repeated", async (status) => {
    await received();
    const ran = await execute(
      attempt(
        `api.post("/flaky", { query: { k: "${key()}", times: "3", status: "${status}", after: "0" } })`,
      ),
      running(),
    );
    expect(ran.value).toMatchObject({ failed: "upstream-error", status });
    expect((await received()).count).toBe(1);
  });

  it.each([500, 502, 504])(
    "of %i is handed to the code for a read too: only 503 and 429 say that it may pass",
    async (status) => {
      await received();
      const ran = await execute(
        attempt(`api.get("/flaky", { query: { k: "${key()}", times: "1", status: "${status}" } })`),
        running(),
      );
      expect(ran.value).toMatchObject({ failed: "upstream-error", status });
      expect((await received()).count).toBe(1);
    },
  );

  it("of 503 that passes is not seen by a read, though many come at once", async () => {
    const reads = Array.from(
      { length: 5 },
      () => `api.get("/flaky", { query: { k: "${key()}", times: "1", status: "503", after: "0" } })`,
    );
    const ran = await execute(
      `return (await Promise.all([${reads.join(",")}])).map(({ data }) => data.times)`,
      running(),
    );
    expect(ran.value).toEqual([2, 2, 2, 2, 2]);
  });
});

describe("a body that breaks off", () => {
  it.each([
    ["announced, of a read", `api.get("/short")`],
    ["announced, of a write", `api.post("/short", { body: "x", contentType: "text/plain" })`],
    ["in chunks, of a read", `api.get("/cut", { query: { bytes: "20" } })`],
    ["in chunks, of a write", `api.post("/cut", { query: { bytes: "20" } })`],
    ["in chunks, after 300 KB", `api.get("/cut", { query: { bytes: "300000" } })`],
  ])("is reported as a failure: %s", async (_name, call) => {
    const ran = await execute(attempt(call), running());
    expect(ran.value).toMatchObject({ failed: expect.any(String) as string });
    expect(ran.value).not.toHaveProperty("data");
  });

  it("is no whole text for code that reads the stream itself", async () => {
    const url = JSON.stringify(`${inject("upstream")}/cut?bytes=300000`);
    const ran = await execute(
      `const response = await fetch(${url}); let bytes = 0;
       try { for await (const chunk of response.body) bytes += chunk.byteLength; return "whole"; }
       catch { return "broke off"; }`,
      running(),
    );
    expect(ran.value).toBe("broke off");
  });

  it("is in the record of a write as a write that may have happened", async () => {
    const ran = await execute(
      `return await api.post("/short", { body: "x", contentType: "text/plain" })`,
      running(),
    );
    expect(ran.failure).toMatchObject({ kind: "outcome-unknown" });
    expect(ran.requests).toMatchObject([{ outcome: "unknown" }]);
  });
});

it("waits for a slow upstream no longer than the budget, and a lost read is repeated once it may be", async () => {
  const ran = await execute(
    `const late = await (async () => { ${attempt(`api.get("/slow", { query: { ms: "3000" } })`)} })();
     const reset = await (async () => { ${attempt(`api.get("/reset", { query: { k: "${key()}", times: "2" } })`)} })();
     return { late, reset };`,
    running({ budgets: { requestMs: 1_500 } }),
  );
  expect(ran.value).toMatchObject({
    late: { failed: "upstream-unreachable" },
    reset: { status: 200, data: { times: 3 } },
  });
});
