/**
 * The table "Where something new belongs" of CONTRIBUTING.md, in a copy of the project: for each of its rows one member is written by
 * hand and one by the command that stands there. Both are used, and pass every check, with nothing else edited.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
/** Not needed, or not to be touched twice. */
const left = new Set(["node_modules", ".git", ".isogate", ".wrangler"]);

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "isogate-new-"));
  await cp(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  if (!existsSync(join(copy, "worker-configuration.d.ts")))
    await node(
      module("wrangler/bin/wrangler.js"),
      "types",
      "--strict-vars=false",
      "worker-configuration.d.ts",
    );
});
afterAll(() => rm(copy, { recursive: true, force: true }));

const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: copy, maxBuffer: 16 * 1024 * 1024 }).catch((error: unknown) => {
    // What a linter finds is on its standard output.
    const { message, stdout } = error as Error & { stdout: string };
    throw Object.assign(error as Error, { message: `${message}\n${stdout}` });
  });
const module = (path: string) => join(copy, "node_modules", path);
/** What a module of the copy exports, as JSON. */
const evaluated = async (path: string, expression: string): Promise<unknown> =>
  JSON.parse(
    (
      await node(
        "--input-type=module",
        "--eval",
        `const m = await import("./${path}"); console.log(JSON.stringify(${expression}))`,
      )
    ).stdout,
  );

interface Row {
  /** As in the README. */
  what: string;
  /** The second column, with its name. */
  file: string;
  text: string;
  /** The command of the third column, and the file that it writes. */
  command: string[];
  written: string;
  /** That both are used. */
  used(): Promise<void>;
}

const rows: Row[] = [
  {
    what: "an API",
    file: "specs/by_hand.jsonc",
    text: `{ "source": "../demo/openapi.yaml" }\n`,
    command: ["src/cli/main.ts", "api", "add", "demo/openapi.yaml", "--name", "added"],
    written: "specs/added.jsonc",
    used: async () => {
      const { stdout } = await node("src/cli/main.ts", "api", "list");
      expect(stdout).toMatch(/^added: [^]*^by_hand: /m);
    },
  },
  {
    what: "a security scheme",
    file: "src/gateway/sign/schemes/by-hand.ts",
    text: `/** \`type: http\` with \`scheme: by-hand\`. */
import { authorization } from "../../../request/security.ts";
import type { Scheme } from "./scheme.ts";

export const byHand: Scheme = {
  name: "by hand",
  examples: [{ declared: { type: "http", scheme: "by-hand" }, secret: "planted" }],
  handles: ({ type, scheme }) => type === "http" && scheme === "by-hand",
  heldIn: (secret) => [secret],
  sign: ({ secret }) => ({ ok: true, credential: { ...authorization, value: secret }, secrets: [] }),
};
`,
    command: ["scripts/new/main.ts", "scheme", "hawk"],
    written: "src/gateway/sign/schemes/hawk.ts",
    used: async () =>
      expect(
        await evaluated(
          "src/gateway/sign/scheme-for.ts",
          '["by-hand", "hawk"].map((scheme) => m.schemeFor({ type: "http", scheme })?.name)',
        ),
      ).toEqual(["by hand", "hawk"]),
  },
  {
    what: "a policy rule",
    file: "src/gateway/decide/policy/by-hand.ts",
    text: `/** Asks for every operation that is deprecated. */
import type { Rule } from "./rule.ts";

export const byHand: Rule = {
  name: "deprecated",
  order: 3,
  decide: ({ operation }) => (operation.deprecated ? { effect: "ask", rule: "deprecated" } : undefined),
};
`,
    command: ["scripts/new/main.ts", "rule", "open-hours"],
    written: "src/gateway/decide/policy/open-hours.ts",
    used: async () => {
      const subject = (operation: object) =>
        JSON.stringify({
          api: "a",
          file: { source: "x" },
          access: "read",
          caller: { access: { a: ["read"] } },
          method: "GET",
          operation: { id: "o", method: "get", path: "/", tags: [], ...operation },
        });
      const decided = (operation: object) =>
        evaluated(
          "src/gateway/decide/decide.ts",
          `m.decide([{ ...${subject(operation)}, path: "/", query: [], headers: new Map() }]).verdict`,
        );
      expect(await decided({ deprecated: true })).toMatchObject({ effect: "ask", rule: "deprecated" });
      expect(await decided({ tags: ["open-hours"] })).toMatchObject({
        effect: "deny",
        rule: "no open hours",
      });
    },
  },
  {
    what: "an audit sink",
    file: "src/gateway/record/sinks/by-hand.ts",
    text: `/** Counts the runs of this isolate. */
import type { Sink } from "./sink.ts";

let count = 0;

export const byHand: Sink = {
  name: "by-hand",
  end: () => void (count += 1),
};
`,
    command: ["scripts/new/main.ts", "sink", "pager"],
    written: "src/gateway/record/sinks/pager.ts",
    // The ledger among them runs in a Worker only.
    used: async () =>
      expect(await readFile(join(copy, "src/gateway/record/sinks/index.ts"), "utf8")).toMatch(
        /= \[byHand, consoleLine, ledger, pager\];/,
      ),
  },
  {
    what: "a dialect of OpenAPI",
    file: "src/spec/compile/dialects/by-hand.ts",
    text: `/** OpenAPI 4, as far as it is 3.2. */
import type { KnownDialect } from "../emitter.ts";
import { openapi32 } from "./openapi31.ts";

export const byHand: KnownDialect = {
  ...openapi32,
  reads: (version) => version.startsWith("4."),
};
`,
    command: [],
    written: "",
    used: async () =>
      expect(
        await evaluated(
          "src/spec/compile/read-dialect.ts",
          'm.readDialect({ openapi: "4.0.0" }, "x").openapi',
        ),
      ).toBe("3.2.0"),
  },
  {
    what: "a fuzzed property",
    file: "scripts/fuzz/properties/by-hand.ts",
    text: `/** Sums. */
import * as fc from "fast-check";

export const commutes = fc.property(fc.integer(), fc.integer(), (a, b) => a + b === b + a);
`,
    command: [],
    written: "",
    used: async () =>
      expect(await evaluated("scripts/fuzz/properties.ts", "m.properties.map(([name]) => name)")).toContain(
        "by-hand.commutes",
      ),
  },
];

describe("Where something new belongs", () => {
  it("has these rows", async () => {
    const page = await readFile(join(root, "CONTRIBUTING.md"), "utf8");
    const [, table = ""] = page.split(/^## Where something new belongs$/m);
    const cells = table
      .split("\n## ")[0]!
      .split("\n")
      .filter((line) => line.startsWith("| a"))
      .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
    expect(cells.map(([, what]) => what)).toEqual(rows.map(({ what }) => what));
    for (const [index, [, , file = "", command = ""]] of cells.entries()) {
      const row = rows[index]!;
      const [before, after] = file.split("<name>");
      expect(row.file.startsWith(before!) && row.file.endsWith(after!), file).toBe(true);
      expect(command === "", row.what).toBe(row.command.length === 0);
      for (const word of command.split(" ").filter((each) => /^[a-z]+$/.test(each) && each !== "npm"))
        expect(["run", "new", ...row.command].join(" "), command).toContain(word);
    }
  });

  it.each(rows.filter(({ command }) => command.length > 0))(
    "$what: $command",
    async ({ command, written }) => {
      await node(...command);
      expect(existsSync(join(copy, written))).toBe(true);
    },
  );

  it.each(rows)("$what, by hand: $file", async ({ file, text }) => {
    await writeFile(join(copy, file), text);
    await node("scripts/build/guest.ts");
  });

  it.each(rows)("$what is used", ({ used }) => used());

  it("all of it is formatted, linted and typed", async () => {
    const folders = ["src/gateway", "src/spec/compile", "scripts/fuzz", "test/gateway"];
    await node(module("prettier/bin/prettier.cjs"), "--check", "specs", ...folders);
    await node(module("oxlint/bin/oxlint"), "--deny-warnings", ...folders);
    await node(module("typescript/bin/tsc"), "--noEmit");
  }, 180_000);

  it("all of it passes the quick tests of its parts", async () => {
    const parts = [
      "test/gateway/decide",
      "test/gateway/sign",
      "test/gateway/record",
      "test/spec/compile",
      "test/scripts/build",
    ];
    const { stdout } = await node(module("vitest/vitest.mjs"), "run", "--project=quick", ...parts);
    for (const written of ["hawk", "open-hours", "pager"]) expect(stdout).toContain(`/${written}.test.ts`);
    expect(stdout).not.toMatch(/failed/);
  }, 180_000);
});

describe("npm run new", () => {
  it.each([
    [["scheme", "hawk"], /exists already/],
    [["widget", "x"], /scheme, rule, sink/],
    [["rule", "Open Hours"], /lower-case words/],
    [["rule"], /lower-case words/],
  ])("refuses %j with what is right instead", async (args, says) => {
    const refused = await node("scripts/new/main.ts", ...args).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(says) as string });
  });
});
