/** The way of one `execute` in docs/design.md: the files exist, each is reached from one before it, and few folders are met again. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf } from "../setup/imports.ts";
import { pages, root } from "./pages.ts";

const design = pages.find(({ path }) => path === "docs/design.md")!.text;
const section = design.split("### The way of one `execute`\n")[1]?.split(/^- \*\*/m)[0] ?? "";
const way = [...section.matchAll(/^\d+\. `(src\/[\w./-]+)`/gm)].map(([, path]) => path!);
const imports = await importsOf(root, "src");

/** A member of a list of tools, handed out by the runtime (`ctx.exports`), built into the isolate's text. */
const reachedOtherwise = ["src/mcp/tools/execute.ts", "src/sandbox/outbound.ts", "src/sandbox/guest/main.ts"];

const isIn = (file: string, place: string) =>
  file === place || (place.endsWith("/") && file.startsWith(place));
const roomOf = (place: string) => place.split("/")[1]!;

/** Entries that lead back to a folder of `src` which an earlier entry was in, and which was left since. */
function returns(places: readonly string[]): string[] {
  return places.filter((place, at) => {
    const room = roomOf(place);
    return (
      at > 0 && roomOf(places[at - 1]!) !== room && places.slice(0, at).some((one) => roomOf(one) === room)
    );
  });
}

describe("the way of one execute", () => {
  it("names files that exist, from the entry to the reply", () => {
    expect(way.length).toBeGreaterThan(30);
    expect(way.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(way).toContain("src/mcp/reply.ts");
  });

  it("names each after one that imports it", () => {
    const lost = way.filter((place, at) => {
      const before = way.slice(0, at);
      if (at === 0 || reachedOtherwise.includes(place)) return false;
      const targets = [...imports].flatMap(([file, to]) => (before.some((one) => isIn(file, one)) ? to : []));
      return !targets.some((target) => isIn(target, place));
    });
    expect(lost).toEqual([]);
  });

  it("comes back to a folder at most six times", () => {
    expect(returns(["src/a/1.ts", "src/b/1.ts", "src/b/2.ts", "src/a/2.ts", "src/a/3.ts"])).toEqual([
      "src/a/2.ts",
    ]);
    expect(returns(way).length, returns(way).join("\n")).toBeLessThanOrEqual(6);
  });
});
