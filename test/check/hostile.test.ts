/** Code that is made to keep the check busy: the check ends within seconds. */
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/check/check.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { capabilitiesOf } from "../../src/check/capabilities.ts";
import { examine } from "../../src/check/examine.ts";
import { openSnippetApi } from "./fixture/documents.ts";
import { nested } from "./fixture/bombs.ts";

describe("code made to explode in the check of the arguments", () => {
  const programs: Record<string, string> = {
    "a value that is itself": `const a = { b: a, ...a }; let c = [c, ...c]; api.get(a.b.b, c)`,
    "ternaries of ternaries": `api.get(${nested("x ? ", '"/zones"', ' : "/account"', 200)})`,
    "helpers that call helpers": `${Array.from({ length: 40 }, (_, i) => `const h${i} = (p) => [h${i + 1}(p), h${i + 1}(p)];`).join("")} const h40 = (p) => api.get(p); h0("/zones")`,
    "a list of ten thousand paths": `for (const path of [${Array.from({ length: 4_000 }, () => '"/zones"').join(",")}]) await api.get(path)`,
    "loops in loops": `const l = ["/zones", "/account", "/access-rules", "/firewall-rules"]; for (const a of l) for (const b of l) for (const c of l) for (const d of l) for (const e of l) await api.get(a, { query: { b, c, d, e } })`,
  };
  for (const [name, code] of Object.entries(programs))
    test(`${name} is judged within seconds`, async () => {
      const parsed = parseProgram(code);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
      const apis = [await openSnippetApi("demo")];
      const began = performance.now();
      await checkProgram(parsed.program, apis, { sentBefore: async () => false });
      capabilitiesOf(parsed.program, apis, true);
      expect(performance.now() - began).toBeLessThan(5_000);
    });

  test("a thousand texts over a thousand operations are judged within seconds", async () => {
    const calls = Array.from(
      { length: 1_500 },
      (_, i) => `await api.get(\`/repos/\${o}/r/issues/\${x${i}}\`);`,
    );
    const parsed = parseProgram(calls.join("\n"));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    const api = await openSnippetApi("github");
    const began = performance.now();
    examine(parsed.program, [api]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.each([
    ["a thousand beginnings of paths", (i: number) => `await api.get("/repos/a${i}/" + (await x));`],
    [
      "a thousand beginnings of addresses",
      (i: number) => `await fetch("https://api.github.com/repos/a${i}/" + x, y);`,
    ],
    ["a thousand accounts", (i: number) => `await api.as("a${i}").get(x);`],
    ["long paths", (i: number) => `await api.get("/repos/${"a/".repeat(40)}${i}");`],
  ])("what a program with %s can call is read within seconds, and short", async (_, line) => {
    const parsed = parseProgram(Array.from({ length: 1_200 }, (_one, i) => line(i)).join("\n"));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    const api = await openSnippetApi("github");
    const began = performance.now();
    const found = capabilitiesOf(parsed.program, [api], true);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(JSON.stringify(found).length).toBeLessThan(20_000);
  });

  // Far past the stack: how deep it goes depends on what has been compiled meanwhile.
  test.each([
    ["a sum of thousands", Array.from({ length: 15_000 }, () => "1").join(" + ")],
    ["a chain of thousands of members", `x${".y".repeat(15_000)}`],
    ["brackets in brackets", nested("[", "1", "]", 15_000)],
    ["calls in calls", nested("f(", "1", ")", 15_000)],
  ])("%s is refused as nested too deeply", (_, code) => {
    expect(parseProgram(`const a = ${code}; await api.get("/zones")`)).toMatchObject({
      failure: { kind: "syntax", message: "it is nested too deeply" },
    });
  });
});
