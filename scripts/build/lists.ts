/**
 * The lists of what can be added by one file: the folder is the list, and its `index.ts` is written from it, since
 * the bundlers of Workers import no folders. A file of such a folder exports a member, is used by one that does, or
 * stops the build.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Registry {
  folder: string;
  /** The constant that holds the members. Their order is that of their files: nothing may depend on it. */
  list: string;
  /** What a member is: `export const hawk: Scheme = …`. */
  type: string;
  /** The file that says so, from the folder. */
  contract: string;
  what: string;
}

export const registries: readonly Registry[] = [
  {
    folder: "src/gateway/sign/schemes",
    list: "schemes",
    type: "Scheme",
    contract: "./scheme.ts",
    what: "security schemes",
  },
  {
    folder: "src/gateway/decide/policy",
    list: "rules",
    type: "Rule",
    contract: "./rule.ts",
    what: "policy rules",
  },
  {
    folder: "src/gateway/record/sinks",
    list: "sinks",
    type: "Sink",
    contract: "./sink.ts",
    what: "audit sinks",
  },
  {
    folder: "src/spec/compile/dialects",
    list: "dialects",
    type: "KnownDialect",
    contract: "../emitter.ts",
    what: "dialects of OpenAPI",
  },
];

/** Writes the lists that differ from their folders. @throws Error that names a file without a member */
export async function writeLists(root: string): Promise<void> {
  for (const registry of registries) {
    const path = join(root, registry.folder, "index.ts");
    const text = await listOf(root, registry);
    if ((await readFile(path, "utf8").catch(() => undefined)) !== text) await writeFile(path, text);
  }
}

/**
 * @returns the text of the folder's `index.ts`, formatted as prettier does
 * @throws Error that names a file that exports no member and is imported by no other file of the folder
 */
export async function listOf(
  root: string,
  { folder, list, type, contract, what }: Registry,
): Promise<string> {
  const names = (await readdir(join(root, folder)))
    .filter((name) => name.endsWith(".ts") && name !== "index.ts" && `./${name}` !== contract)
    .toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(root, folder, name), "utf8")));
  const members = texts.map((text) =>
    [...text.matchAll(new RegExp(`^export const (\\w+): ${type} =`, "gm"))].map(([, constant]) => constant),
  );
  const forgotten = names.find(
    (name, index) => members[index]?.length === 0 && !texts.some((text) => text.includes(`"./${name}"`)),
  );
  if (forgotten !== undefined)
    throw new Error(
      `${folder}/${forgotten} exports no "const …: ${type} =", and no file beside it imports it. Export one, or move the file.`,
    );
  const imports = names.flatMap((name, index) =>
    members[index]?.length ? [`import { ${members[index].join(", ")} } from "./${name}";`] : [],
  );
  const start = `export const ${list}: readonly ${type}[] = [`;
  const line = `${start}${members.flat().join(", ")}];`;
  const entries =
    line.length <= printWidth
      ? line
      : `${start}\n${members
          .flat()
          .map((name) => `  ${name},\n`)
          .join("")}];`;
  return [
    `/** The ${what} of this folder. Written by \`npm run build\` from its files. */`,
    `import type { ${type} } from "${contract}";`,
    ...imports,
    `\n${entries}\n`,
  ].join("\n");
}

/** As in .prettierrc.json. */
const printWidth = 110;
