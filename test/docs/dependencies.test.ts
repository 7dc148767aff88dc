/** Every dependency is used: imported, or run as a program by a script. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** Read by a compiler or a test runner, which no import shows. */
const byConfiguration = ["@types/node"];

it("package.json lists nothing that is not used", () => {
  const folders = ["src", "scripts", "test", "demo", "bin"];
  const texts = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.[cm]?[jt]s$/.test(file) && file !== "docs/dependencies.test.ts")
      .map((file) => readFileSync(join(root, folder, file), "utf8")),
  );
  const everything = [...texts, readFileSync(join(root, "vitest.config.ts"), "utf8")].join("\n");
  const scripts = Object.values(manifest.scripts).join(" && ");
  const isUsed = (name: string) => {
    // As a module, a part of one, or the path of a file in it.
    const quoted = name.replaceAll(/[/.]/g, "\\$&");
    if (new RegExp(`(?:["'\`]|node_modules/)${quoted}(?:["'\`]|/)`).test(everything)) return true;
    const programs = [name, ...programsOf(name)];
    return (
      programs.some((one) => new RegExp(`(?:^|[ /])${one}(?: |/|$)`).test(scripts)) ||
      programs.some((one) => everything.includes(`"${one}"`)) ||
      byConfiguration.includes(name)
    );
  };
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(names.filter((name) => !isUsed(name))).toEqual([]);
  expect(isUsed("a-package-that-nobody-imports")).toBe(false);
});

it("what runs isogate from a clone is no dependency for development, which npm ci leaves out", () => {
  const running = ["src", "demo", "scripts/build", "scripts/documents", "scripts/demo"];
  const asked = running.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.[cm]?[jt]s$/.test(file) && !file.endsWith(".d.ts"))
      .flatMap((file) => {
        const text = readFileSync(join(root, folder, file), "utf8").replaceAll(/^import type .*$/gm, "");
        return [...text.matchAll(/(?:from |import\()"((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^"]*)?"/g)].map(
          ([, name]) => ({ file: `${folder}/${file}`, name: name! }),
        );
      }),
  );
  const missing = asked.filter(({ name }) => Object.hasOwn(manifest.devDependencies, name));
  expect(missing).toEqual([]);
  expect(asked.some(({ name }) => name === "zod")).toBe(true);
});

function programsOf(name: string): string[] {
  const path = join(root, "node_modules", name, "package.json");
  if (!existsSync(path)) return [];
  const { bin } = JSON.parse(readFileSync(path, "utf8")) as { bin?: string | Record<string, string> };
  return typeof bin === "object" ? Object.keys(bin) : [];
}
