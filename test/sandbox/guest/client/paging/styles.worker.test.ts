/** The styles of paging of many APIs, each by a real server, through the gateway, from code in a real isolate. */
import { beforeAll, describe, expect, it } from "vitest";
import { execute, received } from "../../../../gateway/running.ts";
import { pathsOf, styles, things, type Style } from "./styles.ts";

it("knows at least sixty styles, each once", () => {
  expect(new Set(styles.map(({ name }) => name)).size).toBe(styles.length);
  expect(styles.length).toBeGreaterThan(60);
});

const seven = things()
  .map(({ id }) => id)
  .join();

/** So many lists are read by one run: the upstream remembers its last 50 requests. */
const atOnce = 8;
const groups = Array.from({ length: Math.ceil(styles.length / atOnce) }, (_, index) =>
  styles.slice(index * atOnce, (index + 1) * atOnce),
);

const reading = ({ name, args = "{}" }: Style) => `
  {
    const pages = api.pages(${JSON.stringify(name)}, ${args});
    const found = await pages.all().catch((error) => error.items ?? [{ id: error.message }]);
    results[${JSON.stringify(name)}] = [found.map(({ id }) => id).join(), pages.complete, pages.hint ?? ""];
  }`;

describe.each(groups.map((group) => [group]))("a run", (group) => {
  let results: Record<string, unknown> = {};
  let urls: string[] = [];

  beforeAll(async () => {
    await received();
    const paths = Object.assign({}, ...group.map(pathsOf)) as object;
    const document = { openapi: "3.1.0", info: { title: "x", version: "1" }, servers: [{ url: "/" }], paths };
    const ran = await execute(`const results = {}; ${group.map(reading).join("")} return results;`, {
      document,
    });
    expect(ran.failure).toBeUndefined();
    results = ran.value as typeof results;
    const { requests, count } = await received();
    urls = requests.map(({ url }) => url);
    expect(urls.length).toBe(count);
  });

  it.each(group)("$name", ({ name, requests, ids = seven, complete = true, hint = "" }) => {
    expect(results[name]).toEqual([ids, complete, expect.stringContaining(hint)]);
    const own = urls.filter((url) => url.split(/[/?]/)[2] === name);
    expect(own.length, own.join("\n")).toBe(requests);
  });
});
