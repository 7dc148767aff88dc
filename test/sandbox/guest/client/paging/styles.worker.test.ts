/** The styles of paging of many APIs, each by a real server, through the gateway, from code in a real isolate. */
import { expect, it } from "vitest";
import { execute, received } from "../../../../gateway/running.ts";
import { pathsOf, styles, things } from "./styles.ts";

it("knows at least sixty styles, each once", () => {
  expect(new Set(styles.map(({ name }) => name)).size).toBe(styles.length);
  expect(styles.length).toBeGreaterThan(60);
});

const seven = things()
  .map(({ id }) => id)
  .join();

it.each(styles)("$name", async (style) => {
  const { name, args = "{}", requests, ids = seven, complete = true, hint = "" } = style;
  await received();
  const ran = await execute(
    `const pages = api.pages(${JSON.stringify(name)}, ${args});
     const found = await pages.all().catch((error) => error.items ?? [{ id: error.message }]);
     return [found.map(({ id }) => id).join(), pages.complete, pages.hint ?? ""];`,
    {
      document: {
        openapi: "3.1.0",
        info: { title: name, version: "1" },
        servers: [{ url: "/" }],
        paths: pathsOf(style),
      },
    },
  );
  expect(ran.failure).toBeUndefined();
  const { requests: sent, count } = await received();
  expect(ran.value).toEqual([ids, complete, expect.stringContaining(hint)]);
  expect(count, sent.map(({ url }) => url).join("\n")).toBe(requests);
});
