import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { logEvent } from "../../src/terms/log.ts";
import { importsOf } from "../setup/imports.ts";

const root = join(import.meta.dirname, "../..");
const texts = new Map<string, string>();
for (const file of (await importsOf(root, "src")).keys())
  texts.set(file, await readFile(join(root, file), "utf8"));

afterEach(() => void vi.restoreAllMocks());

it("docs/operations.md lists every event of the source, and no other", async () => {
  const page = await readFile(join(root, "docs/operations.md"), "utf8");
  const listed = [...page.matchAll(/^\| `(isogate\.[\w.-]+)`/gm)].map(([, name]) => name);
  // A sink that somebody adds says itself what it logs.
  const added = /^src\/gateway\/record\/sinks\/(?!console-line|ledger)/;
  const logged = [...texts].flatMap(([file, text]) =>
    added.test(file)
      ? []
      : [...text.matchAll(/\blogg?(?:Event|ed)\(\s*"(isogate\.[^"]+)"/g)].map(([, name]) => name),
  );
  expect(logged.length).toBeGreaterThan(20);
  expect(listed.toSorted()).toEqual([...new Set(logged)].toSorted());
});

it("nothing of the server writes a line in another way, but for what a supervisor or a bench reads", () => {
  const own = /^src\/(?:cli\/|sandbox\/guest\/|gateway\/run\/trace\.ts|terms\/(?:log|stages)\.ts)/;
  const others = [...texts].filter(([file, text]) => !own.test(file) && /\bconsole\.\w+\(/.test(text));
  expect(others.map(([file]) => file)).toEqual([]);
});

it("is one line of JSON, a fault with its kind, its message and where it arose", () => {
  const lines: string[] = [];
  for (const level of ["log", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...parts) => void lines.push(`${level} ${parts.join(" ")}`));
  logEvent("isogate.run", { "user.id": "a\nb" });
  logEvent("isogate.unavailable", {}, new TypeError("no\nway"));
  expect(lines[0]).toBe('log {"event.name":"isogate.run","user.id":"a\\nb"}');
  expect(lines[1]).toMatch(/^error \{.*\}$/);
  expect(JSON.parse(lines[1]!.slice(6))).toMatchObject({
    "event.name": "isogate.unavailable",
    "error.type": "TypeError",
    "error.message": "no\nway",
    "exception.stacktrace": expect.stringContaining("log.test.ts") as string,
  });
});
