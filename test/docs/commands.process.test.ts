/** Every command that the documentation names exists, knows the options that stand with it, and is run somewhere. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { places } from "../../src/cli/places.ts";
import { commands, pages, root } from "./pages.ts";

const run = promisify(execFile);
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** What `--help` says, once for each program. */
const helps = new Map<string, Promise<string>>();
function helpOf(program: string, args: string[]): Promise<string> {
  const key = [program, ...args].join(" ");
  const asked =
    helps.get(key) ??
    run(process.execPath, [program, ...args, "--help"], {
      cwd: root,
      env: { ...process.env, WRANGLER_HIDE_BANNER: "true" },
    }).then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
  helps.set(key, asked);
  return asked;
}

interface Documented {
  command: string;
  page: string;
}

const documented: Documented[] = [
  ...new Map(
    pages.flatMap((page) =>
      commands(page).map((command) => [command, { command, page: page.path }] as const),
    ),
  ).values(),
];

/** The program that a line of package.json starts, and what it is given; undefined for those of others. */
function programOf(line = ""): [file: string, args: string[]] | undefined {
  const [, file, args = ""] = /^node ((?:scripts|src)\/[\w/-]+\.ts)((?: [a-z]+)*)$/.exec(line) ?? [];
  return file === undefined ? undefined : [file, args.split(" ").filter(Boolean)];
}

/** The script behind `npm run x`, `npm start`, `npm test`; undefined for npm's own commands. */
function scriptOf(command: string): { name: string; args: string[] } | undefined {
  const [, name, rest = ""] = /^npm (?:run )?([a-z:]+)(?: -- (.*))?$/.exec(command) ?? [];
  const own = command.startsWith("npm run ") || ["start", "test"].includes(name ?? "");
  return name !== undefined && own ? { name, args: rest.split(" ").filter(Boolean) } : undefined;
}

describe("every command", () => {
  it("of npm is a script of package.json, or npm's own", () => {
    const unknown = documented.filter(({ command }) => {
      if (!command.startsWith("npm ")) return false;
      const script = scriptOf(command);
      return script ? !(script.name in scripts) : !/^npm (ci|install|update|pack|help|run)\b/.test(command);
    });
    expect(unknown).toEqual([]);
    expect(documented.length).toBeGreaterThan(30);
  });

  it("of ours knows the options and the words that are named with it", async () => {
    const wrong: string[] = [];
    for (const { command, page } of documented) {
      const script = scriptOf(command) ?? packaged(command);
      const program = programOf(scripts[script?.name ?? ""]);
      if (!script || !program) continue;
      const flags = script.args
        .filter((arg) => arg.startsWith("--") && arg !== "--help")
        .map((arg) => arg.split("=")[0]!);
      const subcommand = ["api", "new"].includes(script.name)
        ? script.args.find((arg) => /^[a-z]+$/.test(arg))
        : undefined;
      if (flags.length === 0 && subcommand === undefined) continue;
      const help = await helpOf(...program);
      for (const word of [...flags, ...(subcommand ? [subcommand] : [])])
        if (!new RegExp(`(^|[\\s|,[])${word}(?![\\w-])`, "m").test(help))
          wrong.push(`${page}: ${command}: ${word}`);
    }
    expect(wrong).toEqual([]);
  });

  it("npm start has the options that docs/using.md names by themselves", async () => {
    const { text } = pages.find(({ path }) => path === "docs/using.md")!;
    const options = [...text.matchAll(/`(--[a-z][\w-]*(?: <[^`]+)?)`/g)].map(([, option]) => option!);
    const help = await helpOf("src/cli/main.ts", ["start"]);
    expect(options.filter((option) => !help.includes(option))).toEqual([]);
    expect(options.length).toBeGreaterThan(2);
  });

  it("of wrangler is one that it has, with these options", async () => {
    const ofWrangler = documented.filter(({ command }) => /^(npx )?wrangler /.test(command));
    const judged = await Promise.all(
      ofWrangler.map(async ({ command, page }) => {
        const words = command.replace(/^npx /, "").split(" ").slice(1);
        const values = ["isogate", "json"];
        const path = words.filter((word) => /^[a-z]+$/.test(word) && !values.includes(word));
        const help = await helpOf(places.wrangler!, path);
        const flags = words.filter((word) => word.startsWith("--"));
        const known =
          help.includes(`wrangler ${path.join(" ")}`) && flags.every((flag) => help.includes(flag));
        return known ? [] : [`${page}: ${command}`];
      }),
    );
    expect(judged.flat()).toEqual([]);
    expect(ofWrangler.length).toBeGreaterThan(3);
  });

  // Steps of an install or of a build, which npm runs, take no options.
  const own = Object.entries(scripts).flatMap(([name, line]) => {
    const program = programOf(line);
    return program && !["prepare", "prepack", "postpack", "build"].includes(name) ? [{ name, program }] : [];
  });

  it("of ours is found", () => {
    expect(own.length).toBeGreaterThan(12);
  });

  it.each(own)("npm run $name -- --help says what it does", async ({ program }) => {
    expect(await helpOf(...program)).toMatch(/npm (run )?\w+/);
  });

  it.each(own)("npm run $name says in two lines which option it does not know", async ({ name, program }) => {
    const typed = name === "start" ? "npm start" : `npm run ${name}`;
    const [file, args] = program;
    const failed = await run(process.execPath, [file, ...args, "--bogus"], { cwd: root }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `Unknown option '--bogus'.\nSee ${typed} -- --help.\n`,
    });
  });
});

describe("what the README promises is run", () => {
  it("by CI, which begins as the README does, in a fresh clone", async () => {
    const lines = (await readFile(join(root, ".ci/run"), "utf8")).split("\n");
    expect(lines.filter((line) => line.startsWith("npm ")).slice(0, 2)).toEqual(["npm ci", "npm test"]);
    expect(scripts["check"]).toBe("npm run check:static && npm run test:quick");
    for (const command of [
      "npm run check:static",
      "npm run test:servers",
      "npm run test:package",
      "npm run deploy -- --dry-run",
      "npm run demo",
    ])
      expect(lines).toContain(command);
  });

  it("here: npm run api -- list", async () => {
    const { stdout } = await run(process.execPath, ["src/cli/main.ts", "api", "list"], { cwd: root });
    expect(stdout).toMatch(/^demo: .*\n {2}\d+ operations/m);
    expect(stdout).toMatch(/^github: /m);
  });
});

function packaged(command: string): { name: string; args: string[] } | undefined {
  const [, rest] = /^npx isogate (.*)$/.exec(command) ?? [];
  if (rest === undefined) return undefined;
  const [first = "", ...others] = rest.split(" ");
  return programOf(scripts[first])?.[1][0] === first
    ? { name: first, args: others }
    : { name: "start", args: [first, ...others] };
}
