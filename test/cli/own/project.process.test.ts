/** `isogate.config.ts` in the working directory: what it adds to the commands, and what is refused, in one sentence. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectFiles } from "../../../src/cli/init/files.ts";
import { blocks, pages } from "../../docs/pages.ts";

const project = join(import.meta.dirname, "../../..");
let all: string;
beforeAll(async () => {
  all = await mkdtemp(join(tmpdir(), "isogate-own-"));
});
afterAll(() => rm(all, { recursive: true, force: true }));

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(all, "project-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const run = (cwd: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(
      process.execPath,
      args,
      { cwd, env: { ...process.env, ISOGATE_HOME: join(all, "home"), TMPDIR: all } },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

/** Runs `isogate policy` in a new folder with these files, as a person does. */
async function policy(files: Record<string, string>) {
  const document = {
    openapi: "3.1.0",
    info: { title: "Shop", version: "1" },
    paths: {
      "/carts/{id}": {
        get: { operationId: "getCart", responses: {} },
        delete: { operationId: "deleteCart", responses: {} },
      },
    },
  };
  const folder = await folderWith({
    "shop.json": JSON.stringify(document),
    "shop.jsonc": JSON.stringify({ source: "./shop.json", server: "https://shop.example.com" }),
    ...files,
  });
  return run(folder, join(project, "src/cli/main.ts"), "policy", "--specs", ".");
}

const config = (text: string) => ({ "isogate.config.ts": text });
const rule = (name: string, decide: string, constant = "one") =>
  `export const ${constant} = defineRule({ name: "${name}", decide: ${decide} });\n`;
const importRule = `import { defineRule } from "isogate";\n`;

it("decides by its rules, which may be in other files and have types", async () => {
  const { code, out, err } = await policy({
    ...config(
      `${importRule}import { isMine, type Mine } from "./mine.ts";\nconst mine: Mine = "deleteCart";\n` +
        rule("mine", `({ operation }) => isMine(operation.id, mine) ? { effect: "deny" } : undefined`),
    ),
    "mine.ts":
      'export type Mine = "deleteCart";\nexport const isMine = (id: string, mine: Mine): boolean => id === mine;\n',
  });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.split("\n").map((line) => line.split(/ {2,}/))).toContainEqual([
    "DELETE /carts/{id}",
    "delete",
    "–",
    "–",
    "deny",
    "mine",
  ]);
});

it.each([0, 7])("may not end the command with %i, as if it had done its work", async (code) => {
  const ran = await policy(config(`process.exit(${code});\n`));
  expect(ran).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(/^isogate\.config\.ts: it ended the command/),
  });
  expect((await readdir(all)).filter((name) => name.startsWith("isogate-own-"))).toEqual([]);
});

it("may have nothing in it but comments", async () => {
  expect(await policy(config("// Nothing yet.\n"))).toMatchObject({ code: 0, err: "" });
});

const bad: [what: string, files: Record<string, string>, says: RegExp][] = [
  ["is no TypeScript", config("export const a = ;\n"), /^isogate\.config\.ts:1: Unexpected ";"/],
  [
    "imports a file that is not there",
    config('\nimport "./gone.ts";\n'),
    /^isogate\.config\.ts:2: Could not resolve "\.\/gone\.ts"\. Correct the path, or write that file\./,
  ],
  [
    "imports a package that is not installed",
    config('\n\nimport "@nobody/nothing/part";\n'),
    /^isogate\.config\.ts:3: Could not resolve "@nobody\/nothing\/part"\. If it is a package: npm install @nobody\/nothing$/m,
  ],
  [
    "is a folder",
    { "isogate.config.ts/x.ts": "" },
    /^isogate\.config\.ts is not a file\. Write the config into a file of that name, or remove it\./,
  ],
  [
    "throws while it is read",
    config("// one\nthrow new Error('broken');\n"),
    /^isogate\.config\.ts:2: broken/,
  ],
  [
    "never ends while it is read",
    config("for (;;) JSON.stringify([]);\n"),
    /^isogate\.config\.ts:1: it did not end within 5 s/,
  ],
  [
    "waits for nothing while it is read",
    config("await new Promise(() => setInterval(() => {}, 1e6));\n"),
    /it was not read within 10 s/,
  ],
  [
    "is of a later version",
    config('import { defineStore } from "isogate";\nexport const one = defineStore({});\n'),
    /^isogate\.config\.ts:1: isogate [\d.]+ has no "defineStore"\. If a later version has it: npm update isogate/,
  ],
  [
    "has a member of a later version",
    config(
      `${importRule}export const one = defineRule({ name: "a", decide: () => undefined, when: 1 } as never);\n`,
    ),
    /^isogate\.config\.ts:2: A rule has no member "when" in this version/,
  ],
  [
    "forgets a member",
    config(`${importRule}\n\nexport const one = defineRule({ name: "a" } as never);\n`),
    /^isogate\.config\.ts:4: A rule needs "decide"/,
  ],
  [
    "has a member of another type",
    config(`${importRule}export const one = defineRule({ name: 7 } as never);\n`),
    /^isogate\.config\.ts:2: "name" of a rule has to be a string/,
  ],
  [
    "forgets an export",
    config(`${importRule}defineRule({ name: "a", decide: () => undefined });\n`),
    /^isogate\.config\.ts: the rule "a" is defined and not exported/,
  ],
  [
    "exports what it has not defined",
    config("// one\nexport const one = { name: 'a', decide: () => undefined };\n"),
    /^isogate\.config\.ts:2: the export "one" was not made by/,
  ],
  [
    "has two rules of one name",
    config(importRule + rule("a", "() => undefined") + rule("a", "() => undefined", "two")),
    /^isogate\.config\.ts:3: "one" and "two" are both a rule called "a"/,
  ],
  [
    "takes the name of a built-in rule",
    config(importRule + rule("search only reads", "() => undefined")),
    /^isogate\.config\.ts:2: isogate has a rule called "search only reads" itself/,
  ],
  [
    "takes the name of a built-in sign-in",
    config(
      'import { defineSignIn } from "isogate";\nexport const one = defineSignIn({ name: "oidc", identify: () => ({ respond: new Response() }) });\n',
    ),
    /^isogate\.config\.ts:2: isogate has a sign-in called "oidc" itself/,
  ],
  [
    "has a name that is not read",
    { "isogate.config.mts": "" },
    /^isogate\.config\.mts is not read: the config of a project is called isogate\.config\.ts or isogate\.config\.js\. Rename it\./,
  ],
  [
    "stands beside another one",
    { ...config(""), "isogate.config.js": "" },
    /^isogate\.config\.js is not read, because isogate\.config\.ts is there too\. Move what it exports into isogate\.config\.ts, and delete it\./,
  ],
  ["is JSON", { "isogate.config.json": "{}" }, /^isogate\.config\.json is not read/],
  [
    "reads a variable of the system",
    config(
      'import { defineSink } from "isogate";\nexport const one = defineSink({ name: "s", secrets: ["ISOGATE_SECRET"], end() {} });\n',
    ),
    /^isogate\.config\.ts names the secret ISOGATE_SECRET, but the server/,
  ],
];

it("says of a config that is wrong what, where, and what to do", async () => {
  const folders = await Promise.all(bad.map(([, files]) => folderWith(files)));
  const { out } = await run(all, join(import.meta.dirname, "fixture/load-each.ts"), ...folders);
  const said = JSON.parse(out) as string[];
  const wrong = bad.filter(([, , says], at) => !says.test(said[at] ?? ""));
  expect(wrong.map(([what]) => ({ what, said: said[bad.findIndex((one) => one[0] === what)] }))).toEqual([]);
});

it("every example of docs/own-project.md has the right types, and can be read", async () => {
  const page = pages.find(({ path }) => path === "docs/own-project.md")!;
  const examples = blocks(page).filter(({ language }) => language === "ts");
  expect(examples.length).toBe(5);
  const folders = await Promise.all(examples.map(({ content }) => folderWith(config(content))));
  const { out } = await run(all, join(import.meta.dirname, "fixture/load-each.ts"), ...folders);
  expect(JSON.parse(out)).toEqual(examples.map(() => "nothing"));
  const { "tsconfig.json": settings = "" } = projectFiles({ name: "x", version: "1" });
  const { compilerOptions } = JSON.parse(settings) as { compilerOptions: object };
  const paths = { isogate: [join(project, "src/terms/public.ts")] };
  await writeFile(
    join(all, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, paths },
      files: folders.map((folder) => join(folder, "isogate.config.ts")),
    }),
  );
  const tsc = join(project, "node_modules/typescript/bin/tsc");
  expect(await run(all, tsc, "--project", "tsconfig.json")).toEqual({ code: 0, out: "", err: "" });
});

it("ships into isolates what a paging uses, and nothing else of the project", async () => {
  const folder = await folderWith({
    ...config(
      `import { definePaging, defineRule } from "isogate";\nimport { key } from "./key.ts";\n` +
        rule("mine", `() => ({ effect: "deny", reason: "planted-in-a-rule" })`) +
        `const inner = "planted-in-the-config";\nexport const sayIt = defineRule({ name: inner, decide: () => undefined });\n` +
        `export const marks = definePaging({ name: "marks", next: ({ data }) => ({ query: { [key]: String(data) } }) });\n`,
    ),
    "key.ts": 'export const key = "resume_at";\nexport const other = "planted-in-another-file";\n',
  });
  const { out, err } = await run(all, join(import.meta.dirname, "fixture/pagings-of.ts"), folder);
  expect(err).toBe("");
  expect(out).toContain("resume_at");
  expect(out).toContain('"marks"');
  expect(out).not.toContain("planted");
});

it("says once which rule failed, and where, and takes the table for wrong", async () => {
  const { code, err, out } = await policy(
    config(
      importRule +
        rule("throws", `({ access }) => {\n  if (access === "read") throw new Error("no");\n}`) +
        rule("loops", `({ access }) => {\n  while (access === "delete") JSON.stringify([]);\n}`, "two"),
    ),
  );
  expect(code).toBe(1);
  expect(err.trim().split("\n")).toEqual([
    'isogate.config.ts:3: the rule "throws" failed: no',
    expect.stringMatching(/^isogate\.config\.ts:[56]: the rule "loops" failed: it did not end within 1 s$/),
  ]);
  expect(out.match(/deny/g)).toHaveLength(2);
});

it("says where a rule is defined, if none of its lines failed and its answer is none", async () => {
  const { code, err } = await policy(
    config(`${importRule}\n\n${rule("answers anything", `() => "yes" as never`)}`),
  );
  expect({ code, err: err.trim() }).toEqual({
    code: 1,
    err: 'isogate.config.ts:4: the rule "answers anything" failed: it returned "yes", which is no verdict',
  });
});
