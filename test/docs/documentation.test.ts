/** What the documentation says exists: every link and every example of a file; commands.test.ts has the commands. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, type ParseError } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { configurationPage } from "../../scripts/docs/reference/page.ts";
import { readDeployment } from "../../src/cli/deploy/settings.ts";
import { ApiFile } from "../../src/terms/api-file.ts";
import { anchors, blocks, pages, root } from "./pages.ts";

describe("every link", () => {
  const links = pages.flatMap((page) =>
    [...page.text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => ({ page, target })),
  );

  it("leads to a file, and to a heading of it", () => {
    const broken = links.filter(({ page, target }) => {
      const [file = "", anchor] = target.split("#");
      const path = file === "" ? page.path : join(dirname(page.path), file);
      if (!existsSync(join(root, path))) return true;
      const linked = pages.find((other) => other.path === path);
      return anchor !== undefined && (!linked || !anchors(linked).includes(anchor));
    });
    expect(broken.map(({ page, target }) => `${page.path}: ${target}`)).toEqual([]);
    expect(links.length).toBeGreaterThan(20);
  });

  it("of the documentation is reached from the README", () => {
    const reached = new Set(["README.md"]);
    for (const path of reached)
      for (const { page, target } of links)
        if (page.path === path) reached.add(join(dirname(path), target.split("#")[0]!));
    const unreached = pages.map(({ path }) => path).filter((path) => !reached.has(path));
    expect(unreached.filter((path) => path.startsWith("docs/"))).toEqual([]);
  });
});

it("every file and folder of the repository that is named exists", () => {
  const named = pages.flatMap(({ path: page, text }) =>
    [...text.matchAll(/`((?:src|test|scripts|docs|specs|bench|soak|demo)\/[\w./*<>-]*)`/g)].map(
      ([, path]) => ({
        page,
        path: path!,
      }),
    ),
  );
  // Up to the first part that stands for something: `specs/<name>.jsonc`.
  const missing = named.filter(({ path }) => !existsSync(join(root, path.replace(/[^/]*[*<].*$/, ""))));
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(40);
});

describe("every example of a file", () => {
  const examples = pages.flatMap((page) =>
    blocks(page)
      .filter(({ language }) => language.startsWith("json"))
      .map((block) => ({ page: page.path, ...block })),
  );

  it.each(examples)("$page: $language $content", ({ language, content }) => {
    const errors: ParseError[] = [];
    const value: unknown = parse(content, errors, { allowTrailingComma: true });
    expect(errors).toEqual([]);
    if (language === "jsonc deployment") {
      const result = readDeployment(content, {});
      expect(result.ok ? "" : result.refusal).toBe("");
    } else if (language === "jsonc api") expect(ApiFile.safeParse(value).error?.issues).toBeUndefined();
  });

  it("is found", () => {
    expect(examples.length).toBeGreaterThan(8);
  });
});

describe("docs/configuration.md", () => {
  it("is what npm run docs writes from the schemas", async () => {
    expect(await readFile(join(root, "docs/configuration.md"), "utf8")).toBe(await configurationPage());
  });
});
