/** A paging of an operator's project, in a real isolate: it is asked first, and one that fails ends the list in words. */
import { afterEach, expect, it } from "vitest";
import { execute } from "../../../../gateway/running.ts";
import { register } from "../../../../setup/own.ts";

afterEach(() => register({}));

const document = {
  openapi: "3.1.0",
  info: { title: "Lists", version: "1" },
  servers: [{ url: "/" }],
  paths: {
    "/list/cursor": {
      get: {
        operationId: "list-cursor",
        parameters: ["cursor", "limit"].map((name) => ({ name, in: "query", schema: { type: "string" } })),
        responses: { 200: { description: "Some." } },
      },
    },
  },
};

/** As src/cli/own/bundle.ts writes it. */
const moduleWith = (next: string) => `let tick = () => {};
const watch = (by) => { tick = by; };
const members = { mine: { name: "mine", next: ${next} } };
globalThis[Symbol.for("isogate.own")] = { members, watch };`;

async function paged(next: string | undefined) {
  register({}, () => {}, next === undefined ? undefined : moduleWith(next));
  const ran = await execute(
    `const pages = api.pages("/list/cursor");
     const ids = [];
     for await (const { data } of pages) ids.push(...(data.items ?? data.data).map(({ id }) => id));
     return { ids, complete: pages.complete, hint: pages.hint };`,
    { document },
  );
  expect(ran.failure).toBeUndefined();
  return ran.value as { ids: string[]; complete: boolean; hint?: string };
}

const all = ["i1", "i2", "i3", "i4", "i5", "i6", "i7"];

it("leaves a page that it says nothing of to the built-in ways", async () => {
  expect(await paged(undefined)).toEqual({ ids: all, complete: true });
  expect(await paged("() => undefined")).toEqual({ ids: all, complete: true });
});

it("sees the page, and says where the next one is and that there is none", async () => {
  const first = (await paged('() => "end"')).ids;
  expect(first.length).toBeGreaterThan(0);
  expect(all.slice(0, first.length)).toEqual(first);
  const next = `({ operation, url, status, headers, items, data }) => {
    if (operation.id !== "list-cursor" || status !== 200 || !headers["content-type"] || !items) throw new Error("not seen");
    const cursor = data.next_cursor ?? data.cursor ?? data.next;
    return cursor ? { query: { cursor } } : "end";
  }`;
  expect(await paged(next)).toEqual({ ids: all, complete: true });
});

it.each([
  ["throws", "() => { throw new Error('broken here'); }", "broken here"],
  ["answers nonsense", "() => 7", "it named no next page"],
  ["never ends", "() => { for (;;) tick(); }", "it did not end within 1 s"],
])("that %s ends the list with a sentence", async (_, next, says) => {
  const { ids, complete, hint } = await paged(next);
  expect(ids.length).toBeGreaterThan(0);
  expect(complete).toBe(false);
  expect(hint).toBe(`The paging "mine" of this server's operator failed: ${says}. Tell the user.`);
});
