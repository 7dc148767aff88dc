import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";

const project = join(import.meta.dirname, "../..");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-policy-"));
  await rules([{ effect: "deny", access: "delete" }]);
});

const rules = (policy: object[], more: object = {}) =>
  writeFile(
    join(folder, "shop.jsonc"),
    JSON.stringify({ source: "./shop.json", server: "https://shop.example.com/v1", policy, ...more }),
  ).then(() =>
    writeFile(
      join(folder, "shop.json"),
      JSON.stringify({
        openapi: "3.1.0",
        info: { title: "Shop", version: "1" },
        paths: {
          "/carts/{id}": {
            get: { operationId: "getCart", responses: {} },
            delete: { operationId: "deleteCart", responses: {} },
          },
          "/carts": { post: { operationId: "addCart", responses: {} } },
        },
      }),
    ),
  );

/** Runs the command as a person does. */
const policy = (...args: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    execFile(
      process.execPath,
      [join(project, "src/cli/main.ts"), "policy", "--specs", folder, ...args],
      { cwd: folder },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
    );
  });

it("prints a row for each operation", async () => {
  const { code, out } = await policy();
  expect(code).toBe(0);
  expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["shop"],
    [""],
    ["operation", "access", "read", "write", "delete", "by"],
    ["GET /carts/{id}", "read", "allow", "–", "–", "granted: read"],
    ["DELETE /carts/{id}", "delete", "–", "–", "deny", "deny access delete"],
    ["POST /carts", "write", "–", "allow", "–", "granted: write"],
    [""],
  ]);
});

it.each(["table.md", "table.json", "table.txt"])(
  "holds the rules against a committed %s, whatever its line ends",
  async (name) => {
    expect(await policy("--write", name)).toMatchObject({ code: 0 });
    expect((await policy("--check", name)).code).toBe(0);
    const path = join(folder, name);
    await writeFile(path, (await readFile(path, "utf8")).replaceAll("\n", "\r\n"));
    expect(await policy("--check", name)).toMatchObject({ code: 0 });
    await rules([
      { effect: "ask", method: "POST" },
      { effect: "deny", access: "delete" },
    ]);
    const { code, out } = await policy("--check", name);
    expect(code).toBe(1);
    const changed = out.split("\n").filter((line) => /^[-+] /.test(line));
    expect(changed).toHaveLength(2);
    expect(changed[0]).toMatch(/^- .*\/carts\b.*allow/);
    expect(changed[1]).toMatch(/^\+ .*\/carts\b.*ask method POST/);
    expect(out).toContain(`--write ${name}`);
  },
);

it.each<[request: string, code: number, ...parts: string[]]>([
  [
    "DELETE /carts/7",
    0,
    "shop: deleteCart",
    "read: not granted, needs shop:delete",
    "delete: deny, by policy[0]",
  ],
  ["get /carts/7", 0, "shop: getCart", "read: allow, by granted: read"],
  ["GET https://shop.example.com/v1/carts/7", 0, "shop: getCart"],
  ["GET /nope", 1, "no operation GET /v1/nope", "GET /carts/{id}"],
  ["TRACE /carts", 1, "sends no TRACE"],
  ["/carts", 1, "needs a method and a path"],
])("explains %s", async (request, code, ...parts) => {
  const answer = await policy("--explain", request);
  expect(answer.code).toBe(code);
  for (const part of parts) expect(answer.out).toContain(part);
});

it("says of a folder without an API what to do", async () => {
  const none = await mkdtemp(join(tmpdir(), "isogate-none-"));
  const { code, out } = await policy("--specs", none);
  expect(code).toBe(0);
  expect(out).toContain(`There is no API in ${none}. Add one:`);
});

it("fails for a rule that fits nothing", async () => {
  await rules([{ effect: "deny", operation: "deleteCard" }]);
  const { code, out } = await policy();
  expect(code).toBe(1);
  expect(out).toContain('The document has no operation "deleteCard". Did you mean deleteCart?');
});

it.each<[args: string[], sentence: string]>([
  [["shopp"], 'Unknown API "shopp". Known: shop.'],
  [["--check", "none.md"], "none.md cannot be read (ENOENT). To write it:"],
  [["--format", "yaml"], '--format is text, json, markdown; it is "yaml".'],
  [["--write", "a.md", "--check", "a.md"], "Give only one of --write, --check and --explain."],
  [["--write", "none/a.md"], "none/a.md cannot be written: no folder can be made there (ENOENT)."],
  [["--write", "shop.jsonc"], "shop.jsonc is there, and is no table of"],
  [["--check", "shop.jsonc"], "is no table of npm run policy. Name the file that --write made."],
])("answers %j with a sentence", async (args, sentence) => {
  const { code, out } = await policy(...args);
  expect(code).toBe(1);
  expect(out).toContain(sentence);
  expect(out).not.toContain("    at ");
});
